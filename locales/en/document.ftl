document-help = help
document-syntax = this is not TOML: { $reason }
document-syntax-help = write `key = value`, one to a line; texts stand in double quotes
document-missing-key = `{ $key }` is missing
document-missing-key-help = add a line `{ $key } = …` to this section
document-not-a-number = `{ $key }` wants a number
document-not-a-number-help = write digits without quotes or unit, with a point: { $key } = 12.5
document-out-of-range = `{ $key }` cannot be { $value }
document-out-of-range-help = write a number from { $low } to { $high }
document-not-a-text = `{ $key }` wants a text
document-not-a-text-help = put it in double quotes: { $key } = "…"
document-not-a-flag = `{ $key }` wants true or false
document-not-a-flag-help = write { $key } = true or { $key } = false
document-not-a-window = `{ $key }` wants two numbers, the first not above the second
document-not-a-window-help = write { $key } = [from, until], both between { $low } and { $high }
document-not-a-table = `{ $key }` is a section
document-not-a-table-help = write [{ $key }] on a line of its own and its keys below
document-not-a-list = `{ $key }` is a list of sections
document-not-a-list-help = write [[{ $key }]] above each entry
document-unknown-choice = `{ $key }` cannot be "{ $value }"
document-unknown-choice-help = write one of { $known }
document-missing-unit = `{ $key }` lacks its unit
document-missing-unit-help = write `{ $near }` instead
document-unknown-key = `{ $key }` is not a key of this section
document-unknown-key-help = did you mean `{ $near }`? Known here: { $known }
document-foreign-key = `{ $key }` is not a key of this section
document-foreign-key-help = known here: { $known }
document-wrong-version = this file is of version { $value }
document-wrong-version-help = this program reads version { $known }: write { $key } = { $known }
file-unreadable = { $path }: cannot be read: { $reason }
    check the path and your right to read it
file-unwritable = { $path }: cannot be written: { $reason }
    choose another place, or free some room
file-not-understood = { $path }: { $reason }
    { $advice }
file-line = line { $line } is none of this format's
file-advice-dump = a hex dump has lines `<<< 0D 0A …`, `>>> …` and `# remarks`; anything else is read as raw bytes
file-advice-profile = take fixtures/profiles or the profile `agm_12v` for a model
file-advice-results = name the folder that an earlier `balise run --out` wrote, with the same scenarios and seeds
file-advice-capture = name a file that `record`, `--capture` or `demo` wrote
file-advice-table = a table begins with `# balise_`, then names its columns; `time_s` is one of them
file-advice-demo = the demo was disturbed while it wrote; run it again with another --out
capture-foreign = not a capture: those begin with `balise-capture 2` (or 1)
capture-version = a capture of version { $version }; this program reads versions 1 and 2: use the newer one
capture-torn = line { $line } is cut off, the recording ended there; everything before it counts
system-refused = the system refuses: { $reason }
    free some memory, files or ports, and try again
file-too-long = { $path }: longer than { $most } MB, which no scenario, configuration or profile is
    check that this is the file you meant
document-not-texts = `{ $key }` wants a list of texts
document-not-texts-help = write { $key } = ["…", "…"]
alerts-name-twice = two alerts are called { $name }
alerts-name-twice-help = give each alert a name of its own
alerts-key-twice = { $name } has the key of { $other }
alerts-key-twice-help = the key leads to the runbook's entry: give each alert its own
alerts-upside-down = { $name } and { $other } are upside down: the warning comes after the critical alert
alerts-upside-down-help = a warning must be raised earlier than the critical alert of the same kind
signs-bad-time = { $value } is no instant
signs-bad-time-help = write the time with its zone: 2026-11-02T14:00:00-05:00
