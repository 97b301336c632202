cli-explore = examine a log: what is wrong with it, what it holds, what drives the consumption, on a page
cli-explore-after = FILE is a CSV of any dialect (gzip too), a table of Balise or a capture. The page (report.html) and
    results.json go under --out; the file is never touched. Examples:
    balise explore log.csv --suggest rules.toml
    balise explore day.csv night.csv --time-zone America/Toronto --out examined
cli-argument-log = the logs, or - for standard input
cli-flag-explore-out = folder of the page and the results (else a dated one; none with --json)
cli-flag-suggest = write rules for `balise clean` to this file, made from what was found
cli-flag-time-zone = zone of stamps that do not tell theirs: America/Toronto, UTC, -05:00
cli-flag-capture-device = device kind of a capture that does not tell
explore-empty = { $path }: the file is empty
    check that the logger wrote, and that this is the file
explore-utf16 = { $path }:1: the file is UTF-16
    save it as UTF-8: iconv -f UTF-16 -t UTF-8 { $path } > utf8.csv
explore-binary = { $path }:1: this is no text
    export the log as CSV; for a device's bytes: balise decode
explore-broken-gzip = { $path }: the gzip is broken, nothing can be had of it
    copy the file again from its source
explore-one-column = { $path }:1: one column only; nothing parts cells
    a log has two columns at least, parted by a comma, a semicolon, a tab or |
explore-no-header = { $path }:{ $line }: the first line is nothing but numbers
    add a line that names the columns, with their units: time_s,voltage_v,current_a
explore-no-rows = { $path }:{ $line }: names of columns, and nothing below
    check that the logger wrote after its start
explore-other-columns = { $path }:{ $line }: other columns begin here: { $found }
    cut the file at this line, and explore both parts
explore-two-columns = { $path }:{ $line }: two columns are called “{ $found }”
    give each column its own name
explore-too-long = { $path }: more than 4 thousand million lines
    cut the file
explore-unknown-zone = unknown time zone: { $name }
    write a name of the time zone database, such as America/Toronto, or an offset, such as -05:00
explore-page = Page: { $path }
explore-heading = { $name }: { $rows } rows, { $columns } columns
explore-heading-from = , from { $from }, for { $length }
explore-heading-length = , for { $length }{ $from }
explore-days = days
explore-nothing-found = Nothing to report.
explore-places = in lines { $places }
explore-places-more = in lines { $places } and { $left } other places
explore-stat-column = column
explore-stat-mean = mean
explore-stat-std = std dev
explore-stat-min = min
explore-stat-median = median
explore-stat-max = max
explore-energy = In { $charge_in } ({ $energy_in }), out { $charge_out } ({ $energy_out }).
explore-charge = In { $charge_in }, out { $charge_out }.
explore-not-counted = Not counted (gaps and rows left out): { $length }.
explore-no-voltage = Charge without its energy, for lack of a voltage: { $length }.
explore-depth = Discharges: { $count }; median depth { $median }, the deepest { $largest }.
explore-drivers-load-power = Mean consumption { $mean } (power of the load, { $hours } h); the causes below explain { $share } of it.
explore-drivers-load-current = Mean consumption { $mean } (current of the load, { $hours } h); the causes below explain { $share } of it.
explore-drivers-discharge-power = Mean discharge { $mean } (power out of the battery, { $hours } h); the causes below explain { $share } of it.
explore-drivers-too-short = What drives the consumption: not judged, { $hours } h of log; it takes 72.
explore-drivers-no-consumption = What drives the consumption: not judged, the log has neither power nor current.
explore-drivers-no-cause = What drives the consumption: not judged, nothing varies.
explore-effect-temperature = temperature: { $value } per °C (95 %: { $low } to { $high })
explore-effect-sun = sun: { $value } per 100 W or W/m² (95 %: { $low } to { $high })
explore-effect-load-state = load on: { $value } (95 %: { $low } to { $high })
explore-effect-hour = hour: ± { $value } (95 %: { $low } to { $high }), highest about { $hour }
explore-found-file-cut = the gzip ends before its end; everything before counts
explore-found-truncated-row = { $rows } rows cut short; their last cells are not read
explore-found-extra-cells = { $rows } rows with too many cells; they are not read
explore-found-mixed-dialect = { $column } { $rows } rows in another dialect (delimiter or decimal comma); they are not read
explore-found-mid-header = the header comes again { $count } times in the middle; skipped
explore-found-open-end = the last line has no end: its last cell may be cut and is not read
explore-found-unreadable = { $column }: { $rows } cells are no numbers
explore-found-mixed-units = { $column }: { $rows } cells name another unit; turned into the column's
explore-found-time-unreadable = { $rows } times that cannot be read
explore-found-ambiguous-date = day and month cannot be told apart in any date; read day first
explore-found-no-time = no column tells the time: no gaps, no energy, no hours
explore-found-missing = { $column }: { $rows } values missing ({ $share })
explore-found-sparse = { $column }: mostly blank, by habit ({ $share } of the rows covered)
explore-found-duplicate = { $rows } rows twice
explore-found-duplicate-stamp = { $rows } rows have the instant of the row before, with other values
explore-found-out-of-order = { $rows } rows out of their place
explore-found-clock-jump = jumps of the clock: { $count }
explore-found-dst = summer time: { $count } changes on a clock that does not tell its zone
explore-found-gap = gaps: { $count }
explore-found-suspect-unit = { $column }: { $rows } values seem to be in { $unit }
explore-found-impossible = { $column }: { $rows } impossible values
explore-found-spike = { $column }: spikes that nothing explains: { $count }
explore-found-stuck = { $column }: sensor stuck { $count } times ({ $rows } rows)
explore-found-suspect-sign = { $column }: wrong sign in { $rows } rows ({ $share })
explore-found-counter-jump = { $column }: the counter jumps { $count } times
explore-found-counter-disagrees = { $column }: the counter does not follow the current in { $rows } rows
explore-found-power-disagrees = { $column }: power is not voltage × current in { $rows } rows
explore-running = log explored
explore-title = { $count } logs
explore-section-findings = What is wrong
explore-section-conclusions = What the log says
explore-section-statistics = Statistics
explore-section-histograms = How often each value
explore-section-scatters = One against the other
explore-section-days = Day by day
explore-head-severity = severity
explore-head-finding = finding
explore-head-day = day
explore-head-charge-in = in, Ah
explore-head-charge-out = out, Ah
explore-head-energy-in = in, Wh
explore-head-energy-out = out, Wh
explore-head-depth = depth
explore-stat-missing = blank
explore-severity-error = error
explore-severity-warning = warning
explore-severity-note = to know
explore-figure = The log, and above it the rows in which something is wrong
explore-figure-from = The log from { $from } on, and above it the rows in which something is wrong
explore-map = Mean of each hour: { $column }
explore-day = day { $day }
explore-columns-not-drawn = Not drawn: { $columns }.
explore-lanes-not-drawn = { $count ->
    [one] One more finding is in the table above and not marked on the log.
   *[other] { $count } more findings are in the table above and not marked on the log.
}
explore-days-left = { $left } of { $days } days are not listed here; results.json has them all.
explore-drawing-share = % of rows
explore-method = Charge and energy by trapezoids, without gaps and rows left out. Effects: least squares on hourly means, intervals of Newey and West. Statistics are of the values as written.
explore-kind-file-cut = gzip cut
explore-kind-truncated-row = row cut short
explore-kind-extra-cells = extra cells
explore-kind-mixed-dialect = other dialect
explore-kind-mid-header = header in the middle
explore-kind-open-end = open end
explore-kind-unreadable = unreadable
explore-kind-mixed-units = mixed units
explore-kind-time-unreadable = time unreadable
explore-kind-ambiguous-date = ambiguous date
explore-kind-no-time = no time
explore-kind-missing = missing
explore-kind-sparse = sparse
explore-kind-duplicate = twice
explore-kind-duplicate-stamp = instant twice
explore-kind-out-of-order = out of place
explore-kind-clock-jump = clock jump
explore-kind-dst = summer time
explore-kind-gap = gap
explore-kind-suspect-unit = other unit
explore-kind-impossible = impossible
explore-kind-spike = spike
explore-kind-stuck = stuck
explore-kind-suspect-sign = wrong sign
explore-kind-counter-jump = counter jump
explore-kind-counter-disagrees = counter disagrees
explore-kind-power-disagrees = power disagrees
explore-no-readings = { $path }: not one whole reading in this capture
    say the device kind with --device where the capture does not tell it
