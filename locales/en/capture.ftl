# Recording, comparing and answering from captures.
record-nothing = nothing to record
    name a port (--port /dev/ttyUSB0) or a configuration file (--config FILE)
record-line = { $source } ({ $device }): { $received } bytes received, { $sent } sent, { $stray } stray; { $good } good frames, { $bad } bad
diff-same = no difference beyond the tolerance
diff-different = they differ
diff-only-a = { $name }: only in A
diff-only-b = { $name }: only in B
diff-line = { $name }: { $pairs } compared
diff-line-same = , all equal
diff-line-missing-a = , { $count } missing in A
diff-line-missing-b = , { $count } missing in B
diff-line-first = , { $count } beyond the tolerance, the first at { $time } s: { $a } in A, { $b } in B
diff-line-largest = , largest difference { $size } at { $time } s
diff-nothing = neither file holds a value to compare
    check --device, and that the devices were heard
