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
