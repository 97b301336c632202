cli-about = Surveillance des batteries de panneaux routiers solaires, et le banc d'essai qui en fait la preuve.
cli-usage = Emploi :
cli-commands = Commandes
cli-options = Options de la commande
cli-arguments = Arguments attendus
cli-help = afficher cette aide
cli-version = afficher la version
cli-demo = toute la chaîne sur cette machine : cinq panneaux virtuels, une semaine de janvier accélérée, de vraies alertes, un verdict
cli-demo-after = La graine tire quels panneaux tombent en panne, comment et quand. Le verdict est rouge (code 1) si une
    panne passe inaperçue ou si une alerte est sans cause. --break gâche exprès un maillon, pour montrer que le verdict le voit.
cli-run = exécuter des scénarios au plus vite et comparer chaque estimation à la vérité
cli-run-after = Chaque exécution écrit results.json, junit.xml, report.html et trace.csv sous --out et se termine par 0
    (tout est bon), 1 (une vérification a échoué) ou 5 (pire que la référence).
cli-monitor = le travail sur le terrain : lire les appareils, estimer, servir /metrics
cli-monitor-after = Sans fichier de configuration : balise monitor --port /dev/ttyUSB0
    La page est à l'adresse de --listen, sur cette machine seulement sauf avis contraire.
cli-emulate = un appareil émulé sur un pseudo-terminal ou un vrai port, pour n'importe quel client
cli-emulate-after = Affiche `ready CHEMIN` quand un client peut ouvrir la ligne ; tourne jusqu'à SIGTERM. Exemple :
    balise emulate --device vedirect-bmv --link /tmp/bmv --set voltage_v=12.61 --set current_a=-2.37
cli-rig = le matériel dans la boucle : autotest, essai, enregistrement, verdict
cli-rig-after = Sans matériel : balise rig fixtures/rig/bench.toml --emulate
cli-record = écrire chaque octet d'un port, dans les deux sens, dans une capture
cli-record-after = Affiche `ready CAPTURE` une fois le fichier commencé ; tourne jusqu'à SIGTERM, Ctrl-C ou la fin de --for. Les appareils
    qui ne parlent qu'interrogés le sont comme par monitor. Une CAPTURE antérieure est gardée sous CAPTURE.1. Exemple :
    balise record pmv2.txt --port /dev/ttyUSB0 --device jbd --for 60
cli-decode = décoder l'enregistrement des octets d'un appareil en JSON Lines
cli-decode-after = FILE contient des octets bruts, un vidage hexadécimal annoté ou une capture, qui dit elle-même ses appareils ; `-` lit l'entrée standard.
cli-replay = refaire les estimations depuis une capture, sans appareil
cli-replay-after = Les mêmes octets et les mêmes instants donnent les mêmes estimations, au dernier bit près.
cli-export = écrire une capture en vidage hexadécimal, ou en pcapng pour Wireshark
cli-export-after = Vers la sortie standard sans --out. Sans --as, le nom de --out décide : FICHIER.pcapng est du pcapng, tout autre un
    vidage (`<<<` de l'appareil, `>>>` vers lui) que `balise decode` sait lire. Exemple :
    balise export pmv2.txt --out pmv2.pcapng
cli-diff = comparer les valeurs décodées de deux captures ou de deux exécutions
cli-diff-after = A et B sont des captures, des octets bruts ou des vidages (avec --device), des dossiers d'exécution, ou des fichiers trace,
    estimates ou truth (CSV). Se termine par 1 si une valeur diffère de plus que la tolérance, ou manque. Exemple :
    balise diff avant.txt apres.txt --tolerance voltage_v=0.01 --tolerance current_a=0.05
cli-evaluate = noter l'estimateur sur des données mesurées
cli-evaluate-after = À côté de l'estimateur : un compteur de coulombs, « pleine puis compter », la tension à vide au repos et un filtre de Kalman de carnet.
cli-identify = ajuster un profil de batterie sur des essais ou des relevés, et dire ce qu'ils ne déterminent pas
cli-identify-after = L'emploi de chaque fichier se lit dans son courant, sauf si --ocv, --pulse ou --drive le dit. Ce que les données ne
    déterminent pas garde la valeur de la base. Les fichiers après --check sont prédits, jamais ajustés.
cli-doctor = ce qui manque sur cette machine, et comment y remédier
cli-doctor-after = Se termine avec le code 4 s'il manque quelque chose de nécessaire.
cli-argument-scenario = fichiers de scénario (TOML)
cli-argument-file = l'enregistrement, ou - pour l'entrée standard
cli-argument-manifest = le manifeste du banc (TOML)
cli-argument-capture = une capture écrite par `record`, `--capture` ou `demo`, ou - pour l'entrée standard
cli-argument-recording = où va la capture
cli-argument-first = une capture, un enregistrement d'octets, un dossier d'exécution ou un tableau
cli-argument-second = ce à quoi on le compare
cli-flag-lang = langue : fr ou en (sinon celle de l'environnement)
cli-flag-seed = le nombre qui refait une exécution (sinon celui du fichier, ou 1)
cli-flag-seeds = exécuter autant de graines, en comptant depuis la première (sinon 1)
cli-flag-jobs = fils d'exécution (sinon un par processeur)
cli-flag-shard = n'exécuter que la part I de N de la liste
cli-flag-emulate = des pseudo-terminaux avec doublures à la place des ports
cli-flag-out = dossier de ce que l'exécution écrit (sinon un dossier daté)
cli-flag-baseline = dossier d'une exécution antérieure à laquelle se comparer
cli-flag-force = écrire par-dessus un dossier existant
cli-flag-json = rien que du JSON sur la sortie standard
cli-flag-break = gâcher exprès un maillon : rule, estimator ou receiver
cli-flag-config = fichier de configuration (TOML)
cli-flag-port = port série ou pseudo-terminal
cli-flag-device = sorte d'appareil : vedirect-bmv, vedirect-mppt, epever, renogy, renogy-battery, jbd, daly, junctek, jk (sinon vedirect-bmv)
cli-flag-profile = profil de batterie : un fichier TOML ou un nom fourni : agm_12v, flooded_12v, gel_12v, lifepo4_4s (sinon agm_12v)
cli-flag-capacity-ah = capacité nominale de la batterie en ampères-heures
cli-flag-listen = adresse de la page et de /metrics (sinon 127.0.0.1:9187)
cli-flag-capture = écrire chaque octet, dans les deux sens, avec ses instants, dans ce fichier
cli-flag-note = dire ceci en tête de la capture
cli-flag-for = s'arrêter de soi-même après tant de secondes
cli-flag-only-listen = ne jamais interroger : pour une ligne où un autre programme ou contrôleur interroge
cli-flag-as = ce qu'il faut écrire : dump ou pcapng
cli-flag-export-out = le fichier à écrire (sinon la sortie standard)
cli-flag-tolerance = l'écart permis entre deux valeurs, pour toutes les grandeurs ou pour une par son nom (sinon 0)
cli-flag-replay-speed = l'allure de la capture : 1 comme enregistrée, 10 dix fois plus vite, max d'un coup (sinon max ; 1 avec --listen)
cli-flag-replay-listen = servir /metrics à cette adresse pendant que la capture passe
cli-flag-trace = écrire chaque estimation dans ce fichier (CSV)
cli-flag-state = dossier où l'estimation survit à un redémarrage
cli-flag-speed = combien de fois plus vite que le temps réel tourne l'appareil (sinon 1)
cli-flag-epoch = heure réelle du début de l'exécution
cli-flag-link = où mettre le lien symbolique vers le pseudo-terminal
cli-flag-set = tenir une valeur (d'un appareil parmi plusieurs : 48.voltage_v=…) : voltage_v, current_a, temperature_c, soc, pv_voltage_v, …
cli-flag-scenario = laisser l'installation de ce scénario mener l'appareil
cli-flag-data = laisser un fichier enregistré (CSV) mener l'appareil
cli-flag-emulated-device = sorte d'appareil, avec son adresse si plusieurs partagent la ligne (renogy@1) : vedirect-bmv, vedirect-mppt, epever, renogy, renogy-battery, jbd, daly, junctek, jk
cli-flag-fault = faire survenir cette panne, en secondes de l'exécution : line-noise=0.01@10..60 ; docs/faults.md en donne la liste
cli-flag-fault-log = écrire dans ce fichier (JSON Lines) ce que chaque panne a fait
cli-flag-recorded = laisser une capture, un vidage hexadécimal ou des octets bruts mener l'appareil : il répond à chaque question enregistrée comme enregistré, ou parle comme il parlait
cli-flag-source = l'appareil de la capture, si elle en contient plusieurs
cli-flag-run-capture = écrire chaque octet de la ligne dans capture.txt à côté des résultats
cli-flag-every = secondes de l'appareil entre deux blocs (sinon 1)
cli-flag-address = adresse d'un appareil qui ne parle qu'interrogé (sinon l'adresse usuelle de sa sorte)
cli-flag-picky = un epever qui refuse les longs blocs de registres, comme certains modèles
cli-flag-current-reversed = un appareil qui compte le courant dans l'autre sens que sa sorte
cli-flag-truth = écrire la vérité de l'installation dans ce fichier (CSV)
cli-flag-through = faire d'abord passer les lignes par les octets de cet appareil
cli-flag-initial-soc = état de charge donné à l'estimateur au départ, de 0 à 1 (sinon inconnu)
cli-flag-current-offset-a = ajouté à chaque courant, A
cli-flag-voltage-offset-v = ajouté à chaque tension, V
cli-flag-current-gain = chaque courant est multiplié par ce facteur
cli-flag-evaluation-data = l'enregistrement, CSV, compressé ou non ; avec --cuts, un dossier aussi
cli-flag-cuts = couper chaque enregistrement N fois à un état de charge au hasard, avec un départ faux et des capteurs un peu décalés
cli-flag-matrix = essayer tout ce qui peut clocher sur chaque enregistrement d'un dossier, ou de ses sous-dossiers, chacun avec son profil
cli-flag-nights = combien valent les prévisions des nuits à venir : N panneaux simulés, paramètres cachés, graines dès --seed
cli-flag-study = avec --cuts : tous les modèles essayés, sur les mêmes coupes, avec leur coût
cli-flag-evaluation-out = dossier pour une page (report.html) et results.json
cli-flag-predictions = écrire time_s, soc, soc_low, soc_high, une ligne par ligne lue
cli-flag-ports = regarder aussi les ports série
cli-error-unknown-argument = option inconnue { $argument } : `balise COMMANDE --help` les donne toutes
cli-error-unknown-command = commande inconnue { $argument } : `balise --help` les donne toutes
cli-error-missing-argument = il manque : { $argument }
cli-error-conflict = { $argument } ne va pas avec { $other }
cli-error-bad-value = { $argument } ne peut pas valoir « { $value } » : `--help` dit ce qui est attendu
cli-error-other = la ligne de commande est incomplète : voyez `balise --help`
cli-unknown-device = « { $name } » n'est pas une sorte d'appareil
    écrivez l'une de { $known }
cli-flag-identify-data = fichiers mesurés (CSV) dont l'emploi se lit dans les données
cli-flag-ocv = charges et décharges lentes, pour la courbe de repos
cli-flag-pulse = essais en créneaux (HPPC et autres)
cli-flag-drive = cycles et relevés ordinaires
cli-flag-check = fichiers à prédire avec le profil trouvé, sans y ajuster
cli-flag-base = profil de départ, qui donne aussi ce que les données ne disent pas : un fichier TOML ou un nom fourni
cli-flag-name = nom du nouveau profil (sinon celui de son fichier)
cli-flag-identify-out = où va le profil
cli-flag-report = dossier de report.html, avec l'ajustement et le résidu de chaque fichier
cli-flag-identify-seed = le nombre qui tire les départs de l'ajustement (sinon 1)
cli-fleet = beaucoup de panneaux par scénario, chacun sous son propre ciel ; la vérité seule, en tableau
cli-fleet-after = Sans moniteur. Écrit truth.csv (ou .parquet), results.json et timing.json sous --out ; la même graine
    donne le même tableau, quel que soit le nombre de fils. Exemple, un an de mille remorques radar :
    balise fleet radar.toml --sites 1000 --step 60 --hold 60 --rows-every 86400 --format parquet
cli-flag-sites = panneaux par scénario et par graine (sinon 100)
cli-flag-step = pas de l'installation en secondes (sinon celui du fichier)
cli-flag-rows-every = secondes entre deux lignes d'un panneau (sinon 3600)
cli-flag-format = forme du tableau : csv, parquet ou none (sinon csv)
cli-flag-hold = secondes pendant lesquelles les coefficients de la batterie sont tenus : 10 comme run (par défaut), jusqu'à 60 pour des années
cli-rules = faire les règles d’alerte, les textes d’Alertmanager et le guide à partir d’un seul fichier
cli-rules-after = Changez seuils et phrases dans une copie de compose/alerts.toml, jamais dans ce qui en est fait.
    Sans ALERTS.toml, les alertes livrées sont écrites. Code 3 si le fichier n’est pas valable.
cli-argument-parameters = le fichier des alertes (par défaut : celui qui est livré)
cli-flag-rules-speed = pour une chaîne tant de fois plus rapide : toutes les durées divisées (par défaut 1)
