cli-explore = examiner un relevé : ce qui y cloche, ce qu'il contient, ce qui mène la consommation, sur une page
cli-explore-after = FILE est un CSV de n'importe quel dialecte (gzip aussi), un tableau de Balise ou une capture. La page
    (report.html) et results.json vont sous --out ; le fichier n'est jamais touché. Exemples :
    balise explore releve.csv --suggest regles.toml
    balise explore jour.csv nuit.csv --time-zone America/Toronto --out examen
cli-argument-log = les relevés, ou - pour l'entrée standard
cli-flag-explore-out = dossier de la page et des résultats (sinon un dossier daté ; aucun avec --json)
cli-flag-suggest = écrire dans ce fichier des règles pour `balise clean`, tirées de ce qui a été trouvé
cli-flag-time-zone = fuseau des heures qui ne disent pas le leur : America/Toronto, UTC, -05:00
cli-flag-capture-device = sorte d'appareil d'une capture qui ne le dit pas
explore-empty = { $path } : le fichier est vide
    vérifiez que l'enregistreur a écrit, et que c'est bien ce fichier
explore-utf16 = { $path }:1 : le fichier est en UTF-16
    enregistrez-le en UTF-8 : iconv -f UTF-16 -t UTF-8 { $path } > utf8.csv
explore-binary = { $path }:1 : ce n'est pas du texte
    exportez le relevé en CSV ; pour les octets d'un appareil : balise decode
explore-broken-gzip = { $path } : le gzip est abîmé, rien ne peut en être tiré
    copiez de nouveau le fichier depuis sa source
explore-one-column = { $path }:1 : une seule colonne ; rien n'y sépare des cellules
    un relevé a au moins deux colonnes, séparées par une virgule, un point-virgule, une tabulation ou |
explore-no-header = { $path }:{ $line } : la première ligne n'a que des nombres
    ajoutez une ligne qui nomme les colonnes, avec leurs unités : time_s,voltage_v,current_a
explore-no-rows = { $path }:{ $line } : des noms de colonnes, et rien en dessous
    vérifiez que l'enregistreur a écrit après son démarrage
explore-other-columns = { $path }:{ $line } : d'autres colonnes commencent ici : { $found }
    coupez le fichier à cette ligne, et examinez les deux parties
explore-two-columns = { $path }:{ $line } : deux colonnes s'appellent « { $found } »
    donnez à chaque colonne son propre nom
explore-too-long = { $path } : plus de 4 milliards de lignes
    coupez le fichier
explore-unknown-zone = fuseau inconnu : { $name }
    écrivez un nom de la base des fuseaux, comme America/Toronto, ou un décalage, comme -05:00
explore-page = Page : { $path }
explore-heading = { $name } : { $rows } lignes, { $columns } colonnes
explore-heading-from = , du { $from }, pendant { $length }
explore-heading-length = , pendant { $length }{ $from }
explore-days = jours
explore-nothing-found = Rien à signaler.
explore-places = aux lignes { $places }
explore-places-more = aux lignes { $places } et { $left } autres endroits
explore-stat-column = colonne
explore-stat-mean = moyenne
explore-stat-std = écart type
explore-stat-min = min.
explore-stat-median = médiane
explore-stat-max = max.
explore-energy = Entré { $charge_in } ({ $energy_in }), sorti { $charge_out } ({ $energy_out }).
explore-charge = Entré { $charge_in }, sorti { $charge_out }.
explore-not-counted = Non compté (trous et lignes écartées) : { $length }.
explore-no-voltage = Charge sans son énergie, faute de tension : { $length }.
explore-depth = Décharges : { $count } ; profondeur médiane { $median }, la plus grande { $largest }.
explore-drivers-load-power = Consommation moyenne { $mean } (puissance de la charge, { $hours } h) ; les causes ci-dessous en expliquent { $share }.
explore-drivers-load-current = Consommation moyenne { $mean } (courant de la charge, { $hours } h) ; les causes ci-dessous en expliquent { $share }.
explore-drivers-discharge-power = Décharge moyenne { $mean } (puissance qui sort de la batterie, { $hours } h) ; les causes ci-dessous en expliquent { $share }.
explore-drivers-too-short = Ce qui mène la consommation : non évalué, { $hours } h de relevé ; il en faut 72.
explore-drivers-no-consumption = Ce qui mène la consommation : non évalué, le relevé n'a ni puissance ni courant.
explore-drivers-no-cause = Ce qui mène la consommation : non évalué, rien ne varie.
explore-effect-temperature = température : { $value } par °C (95 % : { $low } à { $high })
explore-effect-sun = soleil : { $value } par 100 W ou W/m² (95 % : { $low } à { $high })
explore-effect-load-state = charge allumée : { $value } (95 % : { $low } à { $high })
explore-effect-hour = heure : ± { $value } (95 % : { $low } à { $high }), au plus haut vers { $hour }
explore-found-file-cut = le gzip s'arrête avant sa fin ; tout ce qui précède compte
explore-found-truncated-row = { $rows } lignes tronquées ; leurs dernières cellules ne sont pas lues
explore-found-extra-cells = { $rows } lignes avec trop de cellules ; elles ne sont pas lues
explore-found-mixed-dialect = { $column } { $rows } lignes dans un autre dialecte (séparateur ou virgule décimale) ; elles ne sont pas lues
explore-found-mid-header = l'en-tête revient { $count } fois au milieu ; sauté
explore-found-open-end = la dernière ligne n'a pas de fin : sa dernière cellule, peut-être coupée, n'est pas lue
explore-found-unreadable = { $column } : { $rows } cellules ne sont pas des nombres
explore-found-mixed-units = { $column } : { $rows } cellules nomment une autre unité ; converties
explore-found-time-unreadable = { $rows } instants illisibles
explore-found-ambiguous-date = jour et mois se confondent dans toutes les dates ; lues jour d'abord
explore-found-no-time = aucune colonne ne donne l'heure : ni trous, ni énergie, ni heures
explore-found-missing = { $column } : { $rows } valeurs manquantes ({ $share })
explore-found-sparse = { $column } : vide le plus souvent, par habitude ({ $share } des lignes couvertes)
explore-found-duplicate = { $rows } lignes en double
explore-found-duplicate-stamp = { $rows } lignes portent l'instant de la ligne d'avant, avec d'autres valeurs
explore-found-out-of-order = { $rows } lignes hors de leur place
explore-found-clock-jump = sauts de l'horloge : { $count }
explore-found-dst = heure d'été : { $count } changements sur une horloge qui ne dit pas son fuseau
explore-found-gap = trous : { $count }
explore-found-suspect-unit = { $column } : { $rows } valeurs semblent en { $unit }
explore-found-impossible = { $column } : { $rows } valeurs impossibles
explore-found-spike = { $column } : pics que rien n'explique : { $count }
explore-found-stuck = { $column } : capteur figé { $count } fois ({ $rows } lignes)
explore-found-suspect-sign = { $column } : signe inversé sur { $rows } lignes ({ $share })
explore-found-counter-jump = { $column } : le compteur saute { $count } fois
explore-found-counter-disagrees = { $column } : le compteur ne suit pas le courant sur { $rows } lignes
explore-found-power-disagrees = { $column } : la puissance n'est pas tension × courant sur { $rows } lignes
explore-running = relevé examiné
explore-title = { $count } relevés
explore-section-findings = Ce qui cloche
explore-section-conclusions = Ce que le relevé dit
explore-section-statistics = Statistiques
explore-section-histograms = Combien de fois chaque valeur
explore-section-scatters = L’une contre l’autre
explore-section-days = Jour par jour
explore-head-severity = gravité
explore-head-finding = constat
explore-head-day = jour
explore-head-charge-in = entré, Ah
explore-head-charge-out = sorti, Ah
explore-head-energy-in = entré, Wh
explore-head-energy-out = sorti, Wh
explore-head-depth = profondeur
explore-stat-missing = vides
explore-severity-error = erreur
explore-severity-warning = attention
explore-severity-note = à savoir
explore-figure = Le relevé, et au-dessus les lignes où quelque chose cloche
explore-figure-from = Le relevé à partir du { $from }, et au-dessus les lignes où quelque chose cloche
explore-map = Moyenne de chaque heure : { $column }
explore-day = jour { $day }
explore-columns-not-drawn = Non tracé : { $columns }.
explore-lanes-not-drawn = { $count ->
    [one] Un autre défaut est dans le tableau ci-dessus et n'est pas marqué sur le relevé.
   *[other] { $count } autres défauts sont dans le tableau ci-dessus et ne sont pas marqués sur le relevé.
}
explore-days-left = { $left } des { $days } jours ne sont pas listés ici ; results.json les a tous.
explore-drawing-share = % des lignes
explore-method = Charge et énergie par trapèzes, sans les trous ni les lignes écartées. Effets : moindres carrés sur moyennes horaires, intervalles de Newey et West. Statistiques des valeurs telles qu’écrites.
explore-kind-file-cut = gzip coupé
explore-kind-truncated-row = ligne tronquée
explore-kind-extra-cells = cellules en trop
explore-kind-mixed-dialect = autre dialecte
explore-kind-mid-header = en-tête au milieu
explore-kind-open-end = fin ouverte
explore-kind-unreadable = illisible
explore-kind-mixed-units = unités mêlées
explore-kind-time-unreadable = instant illisible
explore-kind-ambiguous-date = date ambiguë
explore-kind-no-time = sans heure
explore-kind-missing = manque
explore-kind-sparse = épars
explore-kind-duplicate = double
explore-kind-duplicate-stamp = instant en double
explore-kind-out-of-order = hors de sa place
explore-kind-clock-jump = saut d’horloge
explore-kind-dst = heure d’été
explore-kind-gap = trou
explore-kind-suspect-unit = autre unité
explore-kind-impossible = impossible
explore-kind-spike = pic
explore-kind-stuck = figé
explore-kind-suspect-sign = signe inversé
explore-kind-counter-jump = saut du compteur
explore-kind-counter-disagrees = compteur en désaccord
explore-kind-power-disagrees = puissance en désaccord
explore-no-readings = { $path } : aucune lecture entière dans cette capture
    dites la sorte d'appareil avec --device si la capture ne la dit pas
