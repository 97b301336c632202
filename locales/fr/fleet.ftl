fleet-line = { $story }, graine { $seed } : { $signs } panneaux pendant { $days } jours ; { $dark } se sont éteints, { $hours } h en tout ; charge la plus basse { $lowest }, médiane des plus basses { $median }
fleet-took = { $steps } millions de pas-panneaux en { $secs } s sur { $threads } fils, { $rate } millions par seconde. Résultats : { $out }
fleet-uneven = { $path } : des lignes toutes les { $every } s ne tombent pas juste avec des pas de { $step } s : donnez à --rows-every un multiple du pas, ou un autre --step
fleet-no-parquet = ce programme a été compilé sans Parquet : choisissez --format csv, ou compilez-le avec la fonctionnalité « parquet »
