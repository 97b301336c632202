# What the monitor noticed about a battery's sensors
finding-sensor-voltage = voltage
finding-sensor-current = current
finding-sensor-temperature = temperature
finding-fault-stuck = stuck at one value
finding-fault-silent = silent while the device sends
finding-fault-reversed = wrong way round
finding-fault-offset = { $known ->
    [yes] off by { $amount }
   *[no] offset
}
finding-fault-dead-band = { $known ->
    [yes] nothing read below { $amount }
   *[no] nothing read near zero
}
finding-fault-gain = { $known ->
    [yes] scaled wrongly, by { $amount }
   *[no] scaled wrongly
}
finding-estimate-left-out = does without it
finding-estimate-turned-around = turns it around
finding-estimate-shifted = takes the offset away
finding-estimate-scaled = divides by the gain
finding-estimate-kept = uses it as it is
finding-line = Sensors: { $sensor } { $fault } since { $since }, noticed at { $told }; the estimate { $remedy }.
finding-line-gone = Sensors: { $sensor } { $fault } since { $since }, noticed at { $told }, taken back at { $gone }; until then the estimate { $remedy }.

# The table of the report
report-findings = What the monitor noticed about its sensors
report-findings-note = Found in the readings alone. Beside each finding stands what was really wrong with that sensor; what was wrong and not noticed comes last.
report-column-sensor = Sensor
report-column-noticed = What it noticed
report-column-since = Since
report-column-told = Noticed
report-column-gone = Taken back
report-column-remedy = The estimate
report-column-true-fault = True fault
report-finding-untrue = none: the sensor was sound
report-finding-missed = not noticed
