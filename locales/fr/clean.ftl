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
clean-onto-itself = { $path } est l'original ou les règles, qui ne sont jamais touchés
    donnez un autre fichier à --out
clean-already-there = { $path } existe déjà
    choisissez un autre --out, ou ajoutez --force
clean-foreign-unit = { $from } et { $to } ne mesurent pas la même chose
clean-foreign-unit-help = donnez deux unités de la même grandeur, comme mV et V
clean-unknown-unit = « { $unit } » n'est pas une unité connue
clean-unknown-unit-help = écrivez V, mV, A, mA, W, mW, kW, °C, °F, K, Ah, mAh, % ou ratio
clean-did = { $action } : { $before } → { $after } lignes, { $cells } cellules changées
clean-count = { $what } : { $before } → { $after }
clean-rows = lignes
clean-missing = cellules vides
clean-written = Écrit : { $path }
schema-unknown = « { $name } » n'est pas un format
    écrivez l'un de { $known }
