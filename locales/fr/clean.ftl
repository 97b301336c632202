cli-clean = nettoyer un relevé selon des règles, dans un autre fichier
cli-clean-after = L'original n'est jamais touché ; les mêmes règles donnent le même fichier. Les comptes d'avant et d'après sont
    affichés. `balise explore FILE --suggest RULES.toml` propose des règles. Exemple :
    balise clean releve.csv --rules regles.toml --out propre.csv
cli-argument-dirty = le relevé, tel que `balise explore` le lit
cli-flag-clean-rules = les règles (TOML) : docs/explore.md les donne toutes
cli-flag-clean-out = le relevé nettoyé (CSV)
cli-schema = écrire le schéma JSON d'un format de fichier, pour un éditeur ou un programme
cli-schema-after = Sans FORMAT, la liste des formats. Exemple :
    balise schema scenario > scenario.schema.json
cli-argument-format = le format : scenario, monitor, signs, profile, due, budgets, population, rig, alerts, clean
cli-completions = écrire les lignes qui complètent `balise` dans un shell
cli-completions-after = Exemple :
    balise completions bash > ~/.local/share/bash-completion/completions/balise
cli-argument-shell = le shell
clean-several = { $path } contient plusieurs batteries
    séparez-les d'abord : une batterie par fichier
clean-no-column = { $path }:{ $line } : le relevé n'a pas de colonne « { $column } »
    ses colonnes : { $known }
clean-name-taken = { $path }:{ $line } : le relevé a déjà une colonne « { $column } »
    donnez un autre nom, ou retirez d'abord cette colonne
clean-other-unit = { $path }:{ $line } : « { $column } » est en { $unit }, et une partie de ses valeurs ne peut être dans une autre unité
    convertissez les valeurs trouvées en { $unit }, ou toute la colonne par une autre règle
clean-nothing-left = { $path }:{ $line } : cette règle ne laisse aucune ligne du relevé
    voyez ce que `balise explore` trouve, et resserrez la règle
clean-onto-itself = { $path } est un fichier lu, qui n'est jamais touché
    écrivez dans un autre fichier
clean-already-there = { $path } existe déjà
    écrivez dans un autre fichier, ou ajoutez --force
clean-foreign-unit = { $from } et { $to } ne mesurent pas la même chose
clean-foreign-unit-help = donnez deux unités de la même grandeur, comme mV et V
clean-nothing-to-remove = « { $kind } » ne désigne ni cellules ni lignes que l'on puisse retirer
clean-nothing-to-remove-help = il s'agit de tout le relevé, de lignes absentes ou de lignes saines ; docs/explore.md dit ce qui y remédie
clean-second-zone = un second time-zone
clean-second-zone-help = un relevé n'en a qu'un : retirez l'une des deux règles
clean-unknown-unit = « { $unit } » n'est pas une unité connue
clean-unknown-unit-help = écrivez V, mV, A, mA, W, mW, kW, °C, °F, K, Ah, mAh, % ou ratio
clean-did = { $action } : { $before } → { $after } lignes, { $cells } cellules changées
clean-count = { $what } : { $before } → { $after }
clean-rows = lignes
clean-missing = cellules vides
clean-written = Écrit : { $path }
schema-unknown = « { $name } » n'est pas un format
    écrivez l'un de { $known }
