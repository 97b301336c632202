#!/usr/bin/env python3
"""What the fleet example needs to be compared with PyBaMM: the profile of pybamm_thevenin.py (A, positive while
charging) and the voltages of a solve at 1e-10 that stops at every knot, one number a line.

usage: pybamm_reference.py PEERS SECONDS PROFILE_OUT VOLTS_OUT
"""
import sys
import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import pybamm
from pybamm_thevenin import parameters, profile

n = int(sys.argv[2])
t, i = profile(n, 100.0, 1)
np.savetxt(sys.argv[3], -i, fmt="%.17g")
pv = parameters("analytic", 2)
pv["Current function [A]"] = pybamm.Interpolant(t, i, pybamm.t, interpolator="linear")
model = pybamm.equivalent_circuit.Thevenin(options={"number of rc elements": 2})
model.events = []
solver = pybamm.IDAKLUSolver(rtol=1e-10, atol=1e-10, output_variables=["Voltage [V]"], options={"compile": True})
solution = pybamm.Simulation(model, parameter_values=pv, solver=solver).solve(t_eval=t, t_interp=t)
np.savetxt(sys.argv[4], solution["Voltage [V]"].entries[1:], fmt="%.17g")
