# balise estimate : estimations depuis ce qu’un Prometheus a déjà recueilli.
cli-estimate = estimer l’état de batteries dont un Prometheus a déjà recueilli tension, courant et température
cli-estimate-after = Sans --write, --out ni --serve, n’affiche que l’état à la fin. Les estimations ont leurs propres noms
    (balise_collected_…) et ne se mêlent jamais à celles d’un moniteur. Courant positif en charge ; sinon retournez-le. Exemples :
    balise estimate --prometheus http://127.0.0.1:9090 --from 30d --profile agm_12v --capacity-ah 100 --write
    balise estimate --prometheus http://127.0.0.1:9090 --voltage bus_volts --current '-shunt_milliamps / 1000' --out mois.csv
    Se termine par 2 (question mal posée), 3 (fichier, ou deux séries pour une batterie) ou 4 (Prometheus absent, ou rien trouvé).
cli-flag-prometheus = où est le Prometheus : http://HÔTE:PORT, avec le chemin s’il est derrière un autre serveur
cli-flag-match = ne prendre que les séries que ce sélecteur retient, par exemple 'site="A20-km54"'
cli-flag-estimate-voltage = la tension, V : un nom de série ou une expression PromQL (sinon balise_battery_voltage_volts)
cli-flag-estimate-current = le courant, A, positif en charge (sinon balise_battery_current_amperes)
cli-flag-estimate-temperature = la température, °C (sinon balise_battery_temperature_celsius) ; elle peut manquer
cli-flag-site-label = l’étiquette qui nomme le site (sinon site)
cli-flag-battery-label = l’étiquette qui nomme la batterie (sinon battery)
cli-flag-estimate-config = ce qu’on sait de chaque batterie : un fichier de configuration de monitor
cli-flag-from = depuis quand : 2026-01-05T00:00:00Z, secondes Unix, ou il y a 36h, 7d (sinon un jour avant --to)
cli-flag-to = jusqu’à quand, de même (sinon maintenant)
cli-flag-estimate-step = un relevé toutes les tant de secondes (sinon comme les séries sont relevées)
cli-flag-write = rendre les estimations à ce Prometheus par remote write, aux instants des relevés
cli-flag-serve = servir les dernières estimations sur /metrics à cette adresse
cli-flag-estimate-out = les écrire dans un fichier : .csv est la table de replay, tout autre un texte OpenMetrics pour promtool
cli-flag-follow = continuer à demander, à mesure que le temps passe (avec --write ou --serve)
estimate-line = { $battery } : { $readings } relevés, { $gaps } silences, état de charge { $soc } au { $last }
estimate-step = un relevé toutes les { $step } s
estimate-bad-url = « { $url } » n’est pas l’adresse d’un Prometheus
    écrivez par exemple http://127.0.0.1:9090 ; https n’est pas pris en charge, passez par un mandataire local
estimate-gone = personne ne répond à { $url } : { $reason }
    vérifiez que Prometheus tourne et que l’adresse est la sienne
estimate-foreign = { $url } répond, mais ce n’est pas un Prometheus (code { $status }) : { $said }
    donnez l’adresse de sa page d’accueil, sans /graph ni /api
estimate-not-understood = Prometheus ne comprend pas « { $expr } » : { $said }
    vérifiez --match, --voltage, --current et --temperature
estimate-unanswerable = Prometheus ne peut pas répondre (code { $status }) : { $said }
    demandez moins à la fois : un --match plus étroit, un --from plus récent ou un --step plus grand
estimate-nothing-found = { $url } n’a rien entre { $from } et { $until } pour{ $exprs }
    vérifiez les noms, --match et l’intervalle ; la durée de conservation du serveur peut être dépassée
estimate-twins = deux séries prétendent être { $battery } au même moment :{ $first }{ $second }
    retenez-en une avec --match, ou nommez l’étiquette qui les distingue avec --site-label ou --battery-label
estimate-no-span = --from n’est pas avant --to
estimate-bad-time = { $argument } : « { $value } » n’est pas un instant
    écrivez 2026-01-05T00:00:00Z, des secondes Unix, ou depuis combien de temps : 36h, 7d
estimate-follow-where = --follow sans destination : ajoutez --write ou --serve
estimate-follow-out = --follow ne finit jamais, un fichier le doit : --write ou --serve à la place de --out
estimate-write-waits = les estimations n’ont pas pu être écrites : { $reason }
estimate-write-kept = les estimations attendent ici et partiront dès qu’elles seront acceptées
estimate-write-refused = Prometheus n’accepte pas les estimations : { $reason }
    pour des instants passés, donnez dans sa configuration storage.tsdb.out_of_order_time_window, plus long que ce qui est estimé
