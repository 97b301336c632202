scenario-too-many-steps = { $steps } pas, c'est plus que ce programme n'en accepte
scenario-too-many-steps-help = raccourcissez `duration_days` ou allongez `step_seconds` : au plus { $max } pas
scenario-bad-start = « { $value } » n'est pas un instant
scenario-bad-start-help = écrivez-le en UTC, comme start = "2026-01-12T05:00:00Z"
scenario-refused = { $path } : l'installation ne peut pas être construite : { $reason }
