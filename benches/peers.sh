#!/bin/sh
# The fleet engine beside what a skilled user would pick, in one run on one machine: PyBaMM (IDAKLU, compiled)
# and Numba, with the same closed forms. Prints a table with ratios; what cannot be had is skipped by name.
#
#   benches/peers.sh              BALISE_PEERS  the peers' scripts       (../shared/peers)
#                                 PEERS_VENV    the virtual environment  (target/peers-venv)
#                                 PEERS_DAYS    days of the long case    (30; 0 leaves it out)
#                                 PEERS_RUNS    runs of each case        (7; medians count)
#
# Every case is timed in turn with its peers, the whole round twice, and the better median of each counts: on a
# machine that does other work too a single number says little. The load is printed beside the table.
set -u
cd "$(dirname "$0")/.." || exit 4
peers=$(cd "${BALISE_PEERS:-../shared/peers}" 2>/dev/null && pwd)
venv=${PEERS_VENV:-target/peers-venv}
days=${PEERS_DAYS:-30}
runs=${PEERS_RUNS:-7}
out=target/peers
mkdir -p "$out"
: > "$out/lines.jsonl"

cargo build --release --quiet -p sim --example fleet_speed || exit 4
ours=${CARGO_TARGET_DIR:-target}/release/examples/fleet_speed

if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv" || { echo "skipped: every peer (no python3 with venv)"; venv=; }
fi
python=${venv:+$venv/bin/python}
export PYTHONDONTWRITEBYTECODE=1
has() { [ -n "$python" ] && "$python" -c "import $1" 2>/dev/null; }
for package in numpy scipy numba pybamm; do
    [ -z "$python" ] || has "$package" || "$venv/bin/pip" install --quiet "$package" >"$out/pip.log" 2>&1 ||
        echo "skipped: $package (pip could not install it, see $out/pip.log)"
done

# time NAME COMMAND...: runs it and keeps its JSON line under that name.
time_it() {
    name=$1
    shift
    if line=$("$@" 2>"$out/error.log" | tail -n 1) && [ -n "$line" ]; then
        echo "{\"case\":\"$name\",\"line\":$line}" >> "$out/lines.jsonl"
    else
        echo "skipped: $name ($(tail -n 1 "$out/error.log"))"
    fi
}
balise() { name=$1; shift; time_it "$name" "$ours" --runs "$runs" "$@"; }
closed() { name=$1; shift; time_it "$name" "$python" benches/peers/numba_closed.py "$peers" --runs "$runs" "$@"; }
tables() { name=$1; shift; time_it "$name" "$python" "$peers/numba_batch.py" --runs "$runs" "$@"; }
pybamm() { name=$1; shift; time_it "$name" "$python" "$peers/pybamm_thevenin.py" --rc 2 --params analytic --compile yes "$@"; }

load_before=$(cut -d' ' -f1 /proc/loadavg 2>/dev/null)
with_numba=no; with_pybamm=no
if [ -z "$peers" ]; then
    echo "skipped: every peer (BALISE_PEERS is not a folder)"
else
    if has numba; then with_numba=yes; else echo "skipped: numba"; fi
    if has pybamm && command -v cc >/dev/null; then with_pybamm=yes; else echo "skipped: pybamm (or no C compiler)"; fi
fi

against=
if [ $with_pybamm = yes ]; then
    "$python" benches/peers/pybamm_reference.py "$peers" 86400 "$out/profile.txt" "$out/volts.txt" 2>"$out/error.log" &&
        against="--profile $out/profile.txt --volts $out/volts.txt" || echo "skipped: PyBaMM's voltages"
fi
for round in 1 2; do
    # shellcheck disable=SC2086
    balise ours_ecm_24h --cells 1 --hours 24 --law ecm --drive ramp $against
    [ $with_pybamm = no ] || pybamm pybamm_24h --hours 24 --tstops no --runs 5
    [ $with_pybamm = no ] || pybamm pybamm_24h_stops --hours 24 --tstops yes --runs 5
    balise ours_one_24h --cells 1 --hours 24
    balise ours_one_30d --cells 1 --hours 720
    if [ $with_numba = yes ]; then
        tables numba_one_30d_tables --kernel numba --cells 1 --hours 720
        closed numba_one_30d_closed --kernel closed --cells 1 --hours 720
    fi
    balise ours_1000 --cells 1000 --hours 2
    if [ $with_numba = yes ]; then
        tables numba_1000_tables --kernel numba --cells 1000 --hours 2
        tables numba_1000_tables_fast --kernel numba-fast --cells 1000 --hours 2
        closed numba_1000_closed --kernel closed --cells 1000 --hours 2
        closed numba_1000_closed_fast --kernel closed-fast --cells 1000 --hours 2
        closed numba_1000_poly_fast --kernel poly-fast --cells 1000 --hours 2
    fi
    balise ours_1000_10s --cells 1000 --hours 2 --refresh 10
    [ $with_numba = no ] || closed numba_1000_poly_fast_10s --kernel poly-fast --cells 1000 --hours 2 --refresh 10
    balise ours_1000_two --cells 1000 --hours 2 --threads 2 --over-one yes
done
if [ "$days" != 0 ]; then
    balise ours_ecm_long --cells 1 --hours $((days * 24)) --law ecm --drive ramp
    [ $with_pybamm = no ] || pybamm pybamm_long --hours $((days * 24)) --tstops no --runs 3
fi
python3 benches/peers/table.py "$out/lines.jsonl" "$load_before" "$(cut -d' ' -f1 /proc/loadavg 2>/dev/null)"
