scenario-too-many-steps = { $steps } steps are more than this program takes on
scenario-too-many-steps-help = shorten `duration_days` or lengthen `step_seconds`: at most { $max } steps
scenario-bad-start = "{ $value }" is not an instant
scenario-bad-start-help = write it in UTC as in start = "2026-01-12T05:00:00Z"
scenario-refused = { $path }: the plant cannot be built: { $reason }
scenario-start-out-of-range = "{ $value }" lies outside the years the plant knows
scenario-start-out-of-range-help = choose a start from 2010-01-01 to 2100-01-01: the sun's place is computed for those years
weather-no-text = byte { $byte } is no text; this wants an EPW or a CSV file, plain or gzipped
weather-unknown = the first line is neither an EPW's "LOCATION,…" nor CSV column names with `{ $field }`
weather-bad-header = line { $line }: an EPW begins with place, latitude, longitude and time zone (columns 7 to 9)
weather-missing = line { $line }: `{ $field }` is missing
weather-not-a-number = line { $line }: `{ $field }` is "{ $value }", which is no number
weather-out-of-range = line { $line }: `{ $field }` is { $value }, not within { $low } to { $high }
weather-hour-missing = line { $line }: { $found }, where { $expected } should follow
weather-wrong-length = { $hours } hours, where a year has 8760 or, with 29 February, 8784
weather-bad-offset = a local time { $hours } h from UTC is none
file-advice-weather = take a whole year of hours, an EPW (CWEC) file or CSV; fill gaps before, since weather is never guessed here
scenario-lacks-acid = the fault `{ $fault }` needs lead and acid; this battery is lithium
scenario-lacks-acid-help = choose chemistry = "flooded", "agm" or "gel", or another fault
scenario-lacks-loose-acid = the fault `{ $fault }` needs acid that can layer; this battery has none
scenario-lacks-loose-acid-help = choose chemistry = "flooded" or "agm", or another fault
scenario-lacks-second-string = the fault `{ $fault }` needs a second string; this bank has one
scenario-lacks-second-string-help = set parallel_strings in [plant.battery] to 2 or more
scenario-lacks-mast = the fault `{ $fault }` needs a mast; this sign raises none
scenario-lacks-mast-help = give mast_raised_at_hours in [plant.load]
scenario-lacks-management-system = the fault `{ $fault }` needs a management system; a lead-acid bank has none
scenario-lacks-management-system-help = choose chemistry = "lifepo4", or another fault
scenario-lacks-panel = the fault `{ $fault }` needs a panel; this site has none
scenario-lacks-panel-help = give power_watts above 0 in [plant.panel]
scenario-lacks-string = the fault `{ $fault }` names a string that this bank has not
scenario-lacks-string-help = strings are counted from 1 to parallel_strings
scenario-lacks-unit = the fault `{ $fault }` names a unit that a string of this bank has not
scenario-lacks-unit-help = units are counted from 1 to series_units
scenario-lacks-whole-cells = the fault `{ $fault }` sits in a cell; the units of this bank are not made of whole cells
scenario-lacks-whole-cells-help = set series_units to 1, 2, 3 or 6 (lead-acid), 1, 2 or 4 (lithium)
scenario-lacks-cell = the fault `{ $fault }` names a cell that a unit of this bank has not
scenario-lacks-cell-help = cells are counted from 1: six make 12 V of lead-acid, four of lithium, shared among the units of a string
