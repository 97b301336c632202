#!/usr/bin/env python3
"""What the peer notebook's filter says of a small synthetic record: the fixture that the filter in
`src/evaluate/rival/notebook.rs` has to repeat.

    benches/peers/notebook_reference.py ../shared/peers fixtures/notebook

Needs numpy (made with 2.4.6); numba is used where it is there. The record is irregular in time, changes temperature, charges and
discharges, starts 30 points wrong and has two spikes, so that hysteresis, bend, gate and temperature law all
take part. Current in the files is positive while charging; the script's own is the other way round.
"""
import math, pathlib, sys
import numpy as np

sys.path.insert(0, sys.argv[1])
import ekf_baseline as peer

rng = np.random.default_rng(20)
rows = 900
dt = rng.choice([1.0, 1.0, 2.0, 5.0, 30.0], rows)
current = np.repeat(rng.normal(0.6, 2.0, rows // 30), 30)
current[300:360] = 0.0
celsius = np.linspace(25.0, -8.0, rows)
activation = 3500.0
scale = np.exp(activation * (1 / (celsius + 273.15) - 1 / 298.15))
table = peer.synth_ocv()
truth = np.array([0.012, 0.010, 12.0, 0.012, 240.0, 0.012, 60.0, 2.1, 0.995, 0.4])
volts, soc = peer.simulate(current, dt, table, truth, 0.75, scale)
volts = np.round(volts + rng.normal(0, 2e-3, rows), 4)
volts[[200, 650]] += 0.5
current, celsius = np.round(current, 4), np.round(celsius, 3)
scale = np.exp(activation * (1 / (celsius + 273.15) - 1 / 298.15))
believed = np.array([0.0144, 0.0085, 12.0, 0.012, 312.0, 0.010, 50.0, 2.3, 0.99, 0.3])
noise, gate, start = 0.05, 5.0, 0.45
state = np.array([start, 0, 0, believed[0], 1 / believed[7]])
doubt = np.diag([0.2 ** 2, 1e-6, 1e-6, (0.3 * believed[0]) ** 2, (0.03 / believed[7]) ** 2])
drift = np.array([1e-12, 1e-9, 1e-9, 1e-13, 1e-16])
out = peer.run_numba(current, volts, dt, table, believed, state, doubt, drift, noise ** 2, True, gate, scale)

folder = pathlib.Path(sys.argv[2])
seconds = np.cumsum(dt) - dt[0]
with open(folder / "reference.csv", "w") as file:
    file.write("time_s,current_a,voltage_v,temperature_c,soc,soc_stddev,nis,ohmic_ohms,per_capacity\n")
    for k in range(rows):
        z, sd, nis, ohms, inverse = (float(v) for v in out[k])
        file.write(f"{seconds[k]},{-current[k]},{volts[k]:.4f},{celsius[k]},{z!r},{sd!r},{nis!r},{ohms!r},{inverse!r}\n")
names = ["ohmic_ohms", "fast_ohms", "fast_secs", "slow_ohms", "slow_secs", "hysteresis_volts", "hysteresis_rate",
         "capacity_amp_hours", "efficiency", "bend"]
with open(folder / "reference.toml", "w") as file:
    file.write("# Made by benches/peers/notebook_reference.py; edit that instead.\n")
    for name, value in zip(names, believed):
        file.write(f"{name} = {float(value)!r}\n")
    file.write(f"activation_kelvin = {activation!r}\nnoise_volts = {noise!r}\ngate = {gate!r}\nstart_soc = {start!r}\n")
    file.write("ocv_volts = [" + ", ".join(repr(float(v)) for v in table) + "]\n")
gated = int(np.sum(out[:, 2] > gate ** 2))
print(f"{rows} rows, {gated} gated, last error {out[-1, 0] - soc[-1]:+.4f}, truth {soc.min():.3f} to {soc.max():.3f}")
