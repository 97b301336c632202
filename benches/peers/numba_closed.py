#!/usr/bin/env python3
"""The Numba peer with the closed forms instead of its tables: what a skilled user has once tables are known
to be slow. Same parameters, profile and start as numba_batch.py; fastmath, own exp calls, f64.

--kernel closed       cell-outer, time-inner, math.exp
--kernel closed-fast  time-outer, cells inner, fastmath, so that it can vectorise
--kernel poly-fast    the same with a degree-11 polynomial in place of exp and its argument reduced by halving: the
                      most that can be asked of a Numba user
--refresh N           coefficients every N seconds (closed-fast and poly-fast)
"""
import argparse, json, math, statistics, sys, time
import numpy as np
import numba as nb

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv.pop(1))
from numba_batch import C1, C2, CTH, HA, Q, DT, profile

PI = math.pi


@nb.njit(inline="always", fastmath=True)
def exp_poly(x):
    y = x * 0.0625
    p = 1 + y * (1 + y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120 + y * (1 / 720 + y * (1 / 5040)))))))
    p = p * p
    p = p * p
    p = p * p
    return p * p


def maker(exp, fast):
    @nb.njit(inline="always", fastmath=fast)
    def looked_up(soc, T):
        f = exp(1600.0 * (1.0 / (T + 273.15) - 1.0 / 298.15)) * (1.0 + 0.8 * (soc - 0.5) * (soc - 0.5))
        r1 = 2e-3 * f
        r2 = 5e-3 * f
        return 4e-3 * f, r1, r2, exp(-DT / (r1 * C1)), exp(-DT / (r2 * C2))

    @nb.njit(inline="always", fastmath=fast)
    def rest(soc):
        d = (soc - 0.5) * PI           # sin(pi s) = cos(pi (s - 1/2))
        q = d * d
        c = 1 - q * (1 / 2 - q * (1 / 24 - q * (1 / 720 - q / 40320)))
        return 11.6 + 1.25 * soc - 0.05 * c

    @nb.njit(fastmath=fast)
    def cell_outer(soc, v1, v2, T, I, ta):
        n, m = I.size, soc.size
        chk = 0.0
        for c in range(m):
            s, a, b, t = soc[c], v1[c], v2[c], T[c]
            g = 1.0 if m == 1 else 0.5 + c / m
            for k in range(n):
                i = I[k] * g
                r0, r1, r2, e1, e2 = looked_up(s, t)
                q = i * i * r0 + a * a / r1 + b * b / r2
                a = a * e1 + r1 * (1 - e1) * i
                b = b * e2 + r2 * (1 - e2) * i
                chk += rest(s) - i * r0 - a - b
                t += DT * (q - HA * (t - ta)) / CTH
                s -= i * DT / Q
            soc[c], v1[c], v2[c], T[c] = s, a, b, t
        return chk

    @nb.njit(fastmath=fast)
    def time_outer(soc, v1, v2, T, I, ta, refresh):
        n, m = I.size, soc.size
        R0, R1, R2, E1, E2 = np.empty(m), np.empty(m), np.empty(m), np.empty(m), np.empty(m)
        chk = 0.0
        for k in range(n):
            ik = I[k]
            if refresh > 1 and k % refresh == 0:
                for c in range(m):
                    R0[c], R1[c], R2[c], E1[c], E2[c] = looked_up(soc[c], T[c])
            for c in range(m):
                i = ik * (0.5 + c / m)
                if refresh > 1:
                    r0, r1, r2, e1, e2 = R0[c], R1[c], R2[c], E1[c], E2[c]
                else:
                    r0, r1, r2, e1, e2 = looked_up(soc[c], T[c])
                a, b, t = v1[c], v2[c], T[c]
                q = i * i * r0 + a * a / r1 + b * b / r2
                a = a * e1 + r1 * (1 - e1) * i
                b = b * e2 + r2 * (1 - e2) * i
                chk += rest(soc[c]) - i * r0 - a - b
                v1[c], v2[c] = a, b
                T[c] = t + DT * (q - HA * (t - ta)) / CTH
                soc[c] -= i * DT / Q
        return chk
    return cell_outer, time_outer


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--kernel", default="closed", choices=["closed", "closed-fast", "poly-fast"])
    ap.add_argument("--cells", type=int, default=1000)
    ap.add_argument("--hours", type=float, default=1)
    ap.add_argument("--refresh", type=int, default=1)
    ap.add_argument("--runs", type=int, default=5)
    a = ap.parse_args()
    n, m = int(a.hours * 3600), a.cells
    I = profile(n)
    exp = exp_poly if a.kernel == "poly-fast" else math.exp
    cell_outer, time_outer = maker(exp, a.kernel != "closed")

    def once():
        st = [np.full(m, 0.5), np.zeros(m), np.zeros(m), np.zeros(m)]
        w0 = time.perf_counter()
        chk = cell_outer(*st, I, 0.0) if a.kernel == "closed" or m == 1 else time_outer(*st, I, 0.0, a.refresh)
        return time.perf_counter() - w0, chk
    once()
    ws = []
    for _ in range(a.runs):
        w, chk = once()
        ws.append(w)
    med = statistics.median(ws)
    print(json.dumps(dict(tool="numba " + a.kernel, cells=m, hours=a.hours, refresh=a.refresh,
                          median_s=med, best_s=min(ws), cell_steps_per_s=round(m * n / med), mean_v=chk / (m * n))))


if __name__ == "__main__":
    main()
