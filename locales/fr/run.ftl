run-line = { $verdict }  { $name } (graine { $seed }) : écart quadratique { $rmse }, { $max } au plus ; { $coverage } du temps dans l'intervalle à 95 % ; alertes : justes { $hit }, manquées { $missed }, fausses { $false }, en avance { $excused } ; { $secs } s
run-total = Réussites : { $passed } sur { $runs }. Rapport : { $report }
run-worse = pire : { $run } (graine { $seed }) : { $what } valait { $before }, vaut { $after }
run-already-there = { $path } existe déjà
    choisissez un autre --out, ou écrivez par-dessus avec --force
run-empty-shard = cette part est vide : il y a moins d'exécutions que de parts
run-bad-shard = --shard { $value } : écrivez I/N avec I de 1 à N, comme --shard 1/4
run-baseline-is-out = --baseline et --out sont le même dossier
    choisissez un autre --out, sinon la référence serait écrasée
