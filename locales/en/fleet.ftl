fleet-line = { $story }, seed { $seed }: { $signs } signs over { $days } days; { $dark } went dark, { $hours } h in all; lowest charge { $lowest }, median of the signs' lowest { $median }
fleet-took = { $steps } million sign-steps in { $secs } s on { $threads } threads, { $rate } million a second. Results: { $out }
fleet-uneven = { $path }: rows every { $every } s cannot be had in steps of { $step } s: give --rows-every a multiple of the step, or another --step
fleet-no-parquet = this program was built without Parquet: choose --format csv, or build it with the feature "parquet"
