# What a run must satisfy.
check-due = { $battery } at { $site }: { $alert } comes when the crew needs it
check-no-false-alarm = { $battery } at { $site }: no alert without a cause
check-expected = { $battery } at { $site }: { $alert } fires in the window the scenario states
check-nothing-else = { $battery } at { $site }: no alert fires but those the scenario names
check-soc-error = { $battery } at { $site }: the error of the state of charge stays below the limit
check-no-promtool = alerts not judged: promtool not found (run tools/fetch, or install prometheus)
