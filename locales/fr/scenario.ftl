scenario-too-many-steps = { $steps } pas, c'est plus que ce programme n'en accepte
scenario-too-many-steps-help = raccourcissez `duration_days` ou allongez `step_seconds` : au plus { $max } pas
scenario-bad-start = « { $value } » n'est pas un instant
scenario-bad-start-help = écrivez-le en UTC, comme start = "2026-01-12T05:00:00Z"
scenario-refused = { $path } : l'installation ne peut pas être construite : { $reason }
scenario-start-out-of-range = « { $value } » est hors des années que l'installation connaît
scenario-start-out-of-range-help = choisissez un début du 2010-01-01 au 2100-01-01 : la position du soleil est calculée pour ces années
weather-no-text = l'octet { $byte } n'est pas du texte ; il faut un fichier EPW ou CSV, tel quel ou gzippé
weather-unknown = la première ligne n'est ni le « LOCATION,… » d'un EPW ni des noms de colonnes CSV avec `{ $field }`
weather-bad-header = ligne { $line } : un EPW commence par le lieu, la latitude, la longitude et le fuseau (colonnes 7 à 9)
weather-missing = ligne { $line } : `{ $field }` manque
weather-not-a-number = ligne { $line } : `{ $field }` vaut « { $value } », qui n'est pas un nombre
weather-out-of-range = ligne { $line } : `{ $field }` vaut { $value }, hors de { $low } à { $high }
weather-hour-missing = ligne { $line } : { $found }, là où { $expected } devrait suivre
weather-wrong-length = { $hours } heures, alors qu'une année en a 8760 ou, avec le 29 février, 8784
weather-bad-offset = une heure locale à { $hours } h d'UTC n'existe pas
file-advice-weather = prenez une année entière d'heures, un fichier EPW (CWEC) ou CSV ; comblez les trous avant, car ici on ne devine pas la météo
scenario-lacks-acid = la panne « { $fault } » demande du plomb et de l'acide ; cette batterie est au lithium
scenario-lacks-acid-help = choisissez chemistry = "flooded", "agm" ou "gel", ou une autre panne
scenario-lacks-loose-acid = la panne « { $fault } » demande un acide qui puisse se stratifier ; cette batterie n'en a pas
scenario-lacks-loose-acid-help = choisissez chemistry = "flooded" ou "agm", ou une autre panne
scenario-lacks-second-string = la panne « { $fault } » demande une deuxième branche ; ce parc n'en a qu'une
scenario-lacks-second-string-help = mettez parallel_strings à 2 ou plus dans [plant.battery]
scenario-lacks-mast = la panne « { $fault } » demande un mât ; ce panneau n'en dresse pas
scenario-lacks-mast-help = donnez mast_raised_at_hours dans [plant.load]
scenario-lacks-management-system = la panne « { $fault } » demande un BMS ; un parc au plomb n'en a pas
scenario-lacks-management-system-help = choisissez chemistry = "lifepo4", ou une autre panne
scenario-lacks-panel = la panne « { $fault } » demande un panneau solaire ; ce site n'en a pas
scenario-lacks-panel-help = donnez power_watts au-dessus de 0 dans [plant.panel]
scenario-lacks-string = la panne « { $fault } » nomme une branche que ce parc n'a pas
scenario-lacks-string-help = les branches se comptent de 1 à parallel_strings
scenario-lacks-unit = la panne « { $fault } » nomme un bloc qu'une branche de ce parc n'a pas
scenario-lacks-unit-help = les blocs se comptent de 1 à series_units
scenario-lacks-whole-cells = la panne « { $fault } » touche un élément ; les blocs de ce parc ne sont pas faits d'éléments entiers
scenario-lacks-whole-cells-help = mettez series_units à 1, 2, 3 ou 6 (plomb), 1, 2 ou 4 (lithium)
scenario-lacks-cell = la panne « { $fault } » nomme un élément qu'un bloc de ce parc n'a pas
scenario-lacks-cell-help = les éléments se comptent de 1 : six font 12 V au plomb, quatre au lithium, répartis entre les blocs d'une branche
