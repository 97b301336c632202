#!/usr/bin/env python3
"""The table of benches/peers.sh from its JSON lines: best median of each case, and ratios."""
import json, sys

best, errors, over_one = {}, {}, []
for row in map(json.loads, open(sys.argv[1])):
    name, line = row["case"], row["line"]
    best[name] = max(best.get(name, 0.0), line["cell_steps_per_s"])
    if "over_one" in line:
        over_one.append((line["over_one"], line["registers_over_one"], line["best_over_one"], line["best_registers_over_one"]))
    error = line.get("max_dv_volts", line.get("max_abs_dv"))
    if error is not None:
        errors[name] = error

print(f"\nload {sys.argv[2]} before, {sys.argv[3]} after\n\n{'case':28} {'million cell-s/s':>17} {'max |dV|, V':>12}")
for name, rate in best.items():
    error = f"{errors[name]:.1e}" if name in errors else ""
    print(f"{name:28} {rate / 1e6:17.2f} {error:>12}")


def fastest(*prefixes):
    names = [name for name in best if name.startswith(prefixes)]
    return max(names, key=best.get) if names else None


def ratio(what, ours, peer, goal):
    if ours in best and peer in best:
        print(f"{what:52} {best[ours] / best[peer]:7.1f}   (to reach {goal}; over {peer})")
    else:
        print(f"{what:52} skipped")


each_step = [n for n in best if n.startswith("numba_1000") and not n.endswith("10s")]
print("\nratios")
ratio("one cell, 24 h, over PyBaMM compiled", "ours_ecm_24h", fastest("pybamm_24h"), "60, aim 100")
ratio("one cell, long, over PyBaMM compiled", "ours_ecm_long", "pybamm_long", "60, aim 100")
ratio("one cell, 30 d, over Numba", "ours_one_30d", fastest("numba_one"), "1.0")
ratio("1000 cells, each step, over Numba with tables", "ours_1000", fastest("numba_1000_tables"), "-")
ratio("1000 cells, each step, over the fastest Numba", "ours_1000", max(each_step, key=best.get, default=None), "8, aim 12")
ratio("1000 cells, 10 s, over the fastest each-step Numba", "ours_1000_10s", max(each_step, key=best.get, default=None), "20")
ratio("1000 cells, 10 s, over Numba with 10 s", "ours_1000_10s", "numba_1000_poly_fast_10s", "-")
for ours, registers, best_ours, best_registers in over_one:
    print(f"two threads over one: {ours:.2f}, registers alone {registers:.2f}; best runs {best_ours:.2f} and {best_registers:.2f}   (to reach 1.8)")
