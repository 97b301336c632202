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
