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
clean-onto-itself = { $path } is the original or the rules, which are never touched
    give --out another file
clean-already-there = { $path } is already there
    choose another --out, or add --force
clean-foreign-unit = { $from } and { $to } do not measure the same
clean-foreign-unit-help = give two units of one quantity, such as mV and V
clean-unknown-unit = “{ $unit }” is no known unit
clean-unknown-unit-help = write V, mV, A, mA, W, mW, kW, °C, °F, K, Ah, mAh, % or ratio
clean-did = { $action }: { $before } → { $after } rows, { $cells } cells changed
clean-count = { $what }: { $before } → { $after }
clean-rows = rows
clean-missing = blank cells
clean-written = Written: { $path }
schema-unknown = “{ $name }” is no format
    write one of { $known }
