scenario-too-many-steps = { $steps } steps are more than this program takes on
scenario-too-many-steps-help = shorten `duration_days` or lengthen `step_seconds`: at most { $max } steps
scenario-bad-start = "{ $value }" is not an instant
scenario-bad-start-help = write it in UTC as in start = "2026-01-12T05:00:00Z"
scenario-refused = { $path }: the plant cannot be built: { $reason }
