run-line = { $verdict }  { $name } (seed { $seed }): error { $rmse } RMS, { $max } at most; { $coverage } of the time inside the 95 % interval; alerts { $hit } right, { $missed } missed, { $false } false, { $excused } early with cause; { $secs } s
run-total = { $passed } of { $runs } passed. Report: { $report }
run-worse = worse: { $run } (seed { $seed }): { $what } was { $before }, is { $after }
run-already-there = { $path } is there already
    choose another --out, or write over it with --force
run-empty-shard = this shard is empty: there are fewer runs than shards
run-bad-shard = --shard { $value }: write I/N with I from 1 to N, as in --shard 1/4
run-baseline-is-out = --baseline and --out are the same folder
    choose another --out, or the baseline would be overwritten
