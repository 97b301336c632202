# The page a run leaves behind.
report-kind = run report
report-verdict-passed = Passed
report-verdict-failed = Failed
report-verdict-incomplete = Incomplete
report-tally-checks = Checks: { $passed } passed, { $failed } failed, { $skipped } skipped.
report-tally-faults = Faults: { $injected } injected, { $due } to be reported, { $detected } reported.
report-tally-alerts = Alerts: { $hit } right, { $missed } missed, { $false ->
    [one] 1 false alarm
   *[other] { $false } false alarms
}; early, with cause: { $excused }.
report-passed = passed
report-failed = failed
report-skipped = skipped

report-checks = What was demanded
report-column-outcome = Outcome
report-column-check = Demand
report-column-measured = Measured
report-column-limit = Limit

report-signs = The estimate against the truth
report-signs-note = Error of the state of charge, estimate minus truth, in per cent of a full battery. An honest 95 % interval holds the truth 95 % of the time; the narrower, the more it says.
report-column-sign = Sign
report-column-battery = Battery
report-column-rmse = RMS error
report-column-max = Largest error
report-column-bias = Mean error
report-column-coverage = In the interval
report-column-width = Interval width
report-column-soh = Health error

report-faults = What was made to go wrong
report-column-fault = Fault
report-column-from = From
report-column-until = Until
report-column-detection = Reported
report-detection-not-due = no alert due
report-detection-missed = not reported
report-detection-detected = { $alert } after { $after }
report-fault-panel-snow = Snow on the panel, { $severity } of the light lost
report-fault-parasitic-load = Hidden load of { $severity }
report-fault-current-offset = Shunt off by { $severity }
report-fault-device-false-full = Device believes the battery full
report-fault-cable-pulled = Serial cable pulled
report-fault-line-noise = Line noise, { $severity } of bytes hit
report-fault-cell-short = Cell bridged by { $severity }
report-fault-cell-open = Cell open for { $severity } of the time
report-fault-sulfated = Hard sulfate, { $severity } of the capacity lost
report-fault-capacity-lost = Capacity down by { $severity }
report-fault-dried-out = Dried out, { $severity } of the capacity lost
report-fault-acid-layered = Acid in layers (f = { $severity })
report-fault-acid-frozen = { $severity } of the acid frozen
report-fault-thermal-runaway = Gassing { $severity }: thermal runaway
report-fault-box-blocked = Box gives off { $severity } less heat
report-fault-unit-swapped = An old unit put in, { $severity } of its capacity gone
report-fault-battery-stolen = Battery stolen
report-fault-bms-blocks-charge = BMS blocks charge
report-fault-bms-blocks-discharge = BMS blocks discharge
report-fault-bms-unbalanced = One cell { $severity } ahead of the others
report-fault-terminal-corroded = Corroded terminal, { $severity } more
report-fault-connection-loose = Loose connection, open for { $severity } of the time
report-fault-string-resists = One string's cable has { $severity } more
report-fault-string-fuse-blown = Fuse of one string blown
report-fault-battery-fuse-blown = Battery fuse blown
report-fault-charger-fuse-blown = Charger fuse blown
report-fault-load-fuse-blown = Sign's fuse blown
report-fault-controller-stuck-off = Controller does not charge
report-fault-controller-stuck-on = Controller without limit, up to { $severity }
report-fault-controller-missetting = Controller set for another battery, { $severity } off
report-fault-controller-sensor-lost = Controller without its temperature sensor
report-fault-controller-sensor-misplaced = Controller's temperature sensor { $severity } too warm
report-fault-disconnect-welded = Low-voltage disconnect welded shut
report-fault-disconnect-chatters = Low-voltage disconnect chatters
report-fault-panel-frosted = Frost on the panel, { $severity } of the light lost
report-fault-panel-dirty = Dirt on the panel, { $severity } of the light lost
report-fault-panel-shaded = Shadow on the panel, { $severity } of the beam lost
report-fault-panel-turned = Panel turned away from the sun
report-fault-panels-lost = { $severity } of the panels out
report-fault-panel-disconnected = Panel disconnected
report-fault-panel-stolen = Panel stolen
report-fault-panel-diode-open = Panel's diode open
report-fault-panel-diode-shorted = Panel's diode shorted, { $severity } at night
report-fault-display-undimmed = Display does not dim
report-fault-firmware-busy = Firmware never rests, { $severity } more
report-fault-mast-stalled = Mast motor stalled at { $severity }
report-fault-voltage-offset = Voltage reads { $severity } too high
report-fault-voltage-gain = Voltage reads too high by { $severity }
report-fault-voltage-noise = Voltage reading noisy, { $severity }
report-fault-voltage-coarse = Voltage in steps of { $severity }
report-fault-voltage-stuck = Voltage reading stuck
report-fault-voltage-spikes = Voltage spikes of { $severity }
report-fault-current-gain = Current reads too high by { $severity }
report-fault-current-drift = Current drifts by { $severity }
report-fault-current-noise = Current reading noisy, { $severity }
report-fault-current-coarse = Current in steps of { $severity }
report-fault-current-dead-band = Nothing read below { $severity }
report-fault-current-stuck = Current reading stuck
report-fault-current-spikes = Current spikes of { $severity }
report-fault-current-clipped = Current clipped at { $severity }
report-fault-current-reversed = Shunt wired the wrong way round
report-fault-channels-swapped = Battery and load current swapped
report-fault-temperature-offset = Temperature reads { $severity } too high
report-fault-temperature-stuck = Temperature reading stuck
report-fault-temperature-open = Temperature sensor's wire broken
report-fault-temperature-shorted = Temperature sensor's wires touch
report-fault-sensors-late = Readings { $severity } late
report-fault-bms-cold-block = BMS takes the pack for frozen and blocks charge
report-fault-device-soc-jump = Device's own state of charge jumps by { $severity }
report-fault-device-temperature-lost = Device knows no temperature
report-fault-line-flips = Bits flipped in { $severity } of bytes
report-fault-line-drops = { $severity } of bytes lost
report-fault-line-inserts = Stray bytes before { $severity } of bytes
report-fault-line-doubles = { $severity } of bytes doubled
report-fault-line-bursts = Bursts of noise in { $severity } of blocks and answers
report-fault-line-cuts = { $severity } of blocks and answers cut short
report-fault-line-late = Line { $severity } late
report-fault-line-stalls = Line holds its bytes for { $severity } each time
report-fault-line-echoes = Line echoes what the host asks
report-fault-line-stale = Stale bytes ahead of { $severity } of blocks and answers
report-fault-frame-wrong-sum = Wrong checksum in { $severity } of frames
report-fault-frame-wrong-length = Wrong length in { $severity } of frames
report-fault-frame-missing = { $severity } of blocks and answers not sent

report-alerts = What the crew was told
report-column-alert = Alert
report-column-due-from = Due from
report-column-due-until = Due until
report-column-fired = Fired
report-column-delivered = Delivered
report-column-resolved = Resolved
report-column-verdict = Verdict
report-verdict-hit = right
report-verdict-missed = missed
report-verdict-false-alarm = false alarm
report-verdict-excused = early, with cause
report-verdict-quiet = rightly quiet
report-moment = { $days } d { $clock }
report-moment-note = Times count from the start of the run: days, then hours and minutes.

report-figures = Hour by hour
report-figures-note = Black is the truth, blue the estimate, orange what the device says. Grey spans are faults; a dashed red line is an alert that fired; an outline in the strip is when it was due.
report-panel-soc = State of charge, %
report-panel-error = Estimate minus truth, points
report-panel-voltage = Voltage, V
report-panel-current = Current, A (charging above zero)
report-panel-temperature = Battery temperature, °C
report-panel-power = Power, W
report-curve-truth = truth
report-curve-estimate = estimate
report-curve-band = its 95 % interval
report-curve-device = the device’s claim
report-curve-read = as read
report-curve-error = error
report-curve-promised = what the estimator promised (95 %)
report-curve-sun = from the panel
report-curve-load = asked by the sign
report-lane-dark = display dark
report-axis-minutes = minutes since the start
report-axis-hours = hours since the start
report-axis-days = days since the start

report-again = To make this run again
report-again-note = The same seed gives the same trace and the same results, bit for bit.
report-rows-left-out = { $count ->
    [one] One more row is in results.json.
   *[other] { $count } more rows are in results.json.
}
report-figures-left-out = { $count ->
    [one] One more battery is not drawn here; its data are in trace.csv.
   *[other] { $count } more batteries are not drawn here; their data are in trace.csv.
}
