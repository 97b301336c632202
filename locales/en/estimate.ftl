# balise estimate: estimates from what a Prometheus has already collected.
cli-estimate = estimate batteries whose voltage, current and temperature a Prometheus has already collected
cli-estimate-after = Without --write, --out or --serve only the state at the end is shown. The estimates have names of their own
    (balise_collected_…) and never mix with a monitor's. Current is positive while charging; turn it around where it is not. Examples:
    balise estimate --prometheus http://127.0.0.1:9090 --from 30d --profile agm_12v --capacity-ah 100 --write
    balise estimate --prometheus http://127.0.0.1:9090 --voltage bus_volts --current '-shunt_milliamps / 1000' --out month.csv
    Ends with 2 (badly asked), 3 (a file, or two series for one battery) or 4 (Prometheus gone, or nothing found).
cli-flag-prometheus = where the Prometheus is: http://HOST:PORT, with its path where it stands behind another server
cli-flag-match = take only the series that this selector keeps, for example 'site="A20-km54"'
cli-flag-estimate-voltage = the voltage, V: a series' name or a PromQL expression (else balise_battery_voltage_volts)
cli-flag-estimate-current = the current, A, positive while charging (else balise_battery_current_amperes)
cli-flag-estimate-temperature = the temperature, °C (else balise_battery_temperature_celsius); it may be missing
cli-flag-site-label = the label that names the site (else site)
cli-flag-battery-label = the label that names the battery (else battery)
cli-flag-estimate-config = what is known of each battery: a configuration file of monitor
cli-flag-from = from when: 2026-01-05T00:00:00Z, Unix seconds, or how long ago: 36h, 7d (else a day before --to)
cli-flag-to = until when, likewise (else now)
cli-flag-estimate-step = a reading every so many seconds (else as often as the series are taken)
cli-flag-write = give the estimates back to this Prometheus by remote write, at the instants of the readings
cli-flag-serve = serve the latest estimates on /metrics at this address
cli-flag-estimate-out = write them to a file: .csv is replay's table, anything else an OpenMetrics text for promtool
cli-flag-follow = keep asking as time goes on (with --write or --serve)
estimate-line = { $battery }: { $readings } readings, { $gaps } silences, state of charge { $soc } at { $last }
estimate-step = a reading every { $step } s
estimate-bad-url = `{ $url }` is no address of a Prometheus
    write for example http://127.0.0.1:9090; https is not supported, go through a local proxy
estimate-gone = nobody answers at { $url }: { $reason }
    see that Prometheus runs and that the address is its own
estimate-foreign = { $url } answers, and is no Prometheus (status { $status }): { $said }
    give the address of its front page, without /graph or /api
estimate-not-understood = Prometheus does not understand `{ $expr }`: { $said }
    check --match, --voltage, --current and --temperature
estimate-unanswerable = Prometheus cannot answer (status { $status }): { $said }
    ask for less at a time: a narrower --match, a later --from or a larger --step
estimate-nothing-found = { $url } has nothing between { $from } and { $until } for{ $exprs }
    check the names, --match and the span; it may lie beyond what the server keeps
estimate-twins = two series claim to be { $battery } at the same time:{ $first }{ $second }
    keep one with --match, or name the label that tells them apart with --site-label or --battery-label
estimate-no-span = --from is not before --to
estimate-bad-time = { $argument }: `{ $value }` is no instant
    write 2026-01-05T00:00:00Z, Unix seconds, or how long ago: 36h, 7d
estimate-follow-where = --follow leads nowhere: add --write or --serve
estimate-follow-out = --follow never ends, and a file must: --write or --serve in place of --out
estimate-write-waits = the estimates could not be written: { $reason }
estimate-write-kept = the estimates wait here and are sent once they are taken
estimate-write-refused = Prometheus does not take the estimates: { $reason }
    for instants in the past set in its configuration storage.tsdb.out_of_order_time_window, longer than what is estimated
