cli-clean = clean a log by rules, into another file
cli-clean-after = The original is never touched; the same rules give the same file. Counts before and after are shown.
    `balise explore FILE --suggest RULES.toml` proposes rules. Example:
    balise clean log.csv --rules rules.toml --out clean.csv
cli-argument-dirty = the log, as `balise explore` reads it
cli-flag-clean-rules = the rules (TOML): docs/explore.md has all of them
cli-flag-clean-out = the cleaned log (CSV)
cli-schema = write the JSON Schema of a file format, for an editor or a program
cli-schema-after = Without FORMAT, the list of formats. Example:
    balise schema scenario > scenario.schema.json
cli-argument-format = the format: scenario, monitor, signs, profile, due, budgets, population, rig, alerts, clean
cli-completions = write the lines that complete `balise` in a shell
cli-completions-after = Example:
    balise completions bash > ~/.local/share/bash-completion/completions/balise
cli-argument-shell = the shell
clean-several = { $path } holds several batteries
    part them first: one battery a file
clean-no-column = { $path }:{ $line }: the log has no column “{ $column }”
    its columns: { $known }
clean-name-taken = { $path }:{ $line }: the log has a column “{ $column }” already
    give another name, or drop that column first
clean-other-unit = { $path }:{ $line }: “{ $column }” is in { $unit }, and some of its values alone cannot be in another unit
    turn findings into { $unit }, or convert the whole column with another rule
clean-nothing-left = { $path }:{ $line }: this rule leaves no row of the log
    look at what `balise explore` finds, and narrow the rule
clean-onto-itself = { $path } is a file that is read, and is never touched
    write to another file
clean-already-there = { $path } is already there
    write to another file, or add --force
clean-foreign-unit = { $from } and { $to } do not measure the same
clean-foreign-unit-help = give two units of one quantity, such as mV and V
clean-nothing-to-remove = “{ $kind }” names no cells or rows that could be removed
clean-nothing-to-remove-help = it speaks of the whole log, of rows that are missing, or of sound rows; docs/explore.md says what mends it
clean-second-zone = a second time-zone
clean-second-zone-help = a log has one: leave one of the two rules out
clean-unknown-unit = “{ $unit }” is no known unit
clean-unknown-unit-help = write V, mV, A, mA, W, mW, kW, °C, °F, K, Ah, mAh, % or ratio
clean-did = { $action }: { $before } → { $after } rows, { $cells } cells changed
clean-count = { $what }: { $before } → { $after }
clean-rows = rows
clean-missing = blank cells
clean-written = Written: { $path }
schema-unknown = “{ $name }” is no format
    write one of { $known }
