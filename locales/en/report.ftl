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
