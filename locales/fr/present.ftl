# balise present : le jeu de diapositives.
cli-present = faire un jeu de diapositives à partir de dossiers de résultats
cli-present-after = Chaque dossier contient le results.json d’une commande (run, evaluate, rig…) ; sa clé de version en dit la nature. Le fichier
    s’ouvre sans réseau et s’imprime en PDF, une diapositive par page. Code 3 si un dossier est d’une autre version. Exemple :
    balise present resultats/a123 resultats/annee --out bilan.html --lang fr
cli-argument-results = dossiers de résultats, dans l’ordre où les montrer
cli-flag-present-out = le fichier à écrire
cli-flag-title = titre de la première diapositive

present-absent = { $path } : ce dossier n’existe pas
    vérifiez le chemin, ou lancez d’abord la commande qui l’écrit (--out { $path })
present-not-a-folder = { $path } est un fichier
    nommez le dossier qui contient results.json
present-twice = { $path } est nommé deux fois
    nommez chaque dossier une fois : ses chiffres compteraient double
present-no-results = { $path } ne contient pas de results.json
    lancez `balise run`, `evaluate` ou `rig` avec --out { $path }, ou nommez un de ses sous-dossiers
present-empty = { $path } est vide
    la commande qui l’écrivait a sans doute été interrompue : relancez-la
present-too-long = { $path } est bien trop long pour des résultats
    nommez un dossier écrit par balise
present-unreadable = { $path } : lecture impossible : { $reason }
    vérifiez votre droit de lecture
present-torn = { $path } n’est pas du JSON entier : { $reason }
    le fichier est tronqué ou abîmé : relancez la commande qui l’a écrit
present-unknown = { $path } n’a aucune des clés de version que ce programme montre
    il connaît : { $known }
present-other-version = { $path } est de version { $version } ({ $key }) ; ce programme lit la version { $known }
    refaites-le avec ce programme (`{ $command }`), ou montrez-le avec le programme qui l’a écrit
present-misshapen = { $path } dit être { $key } sans en avoir la forme : { $reason }
    refaites-le avec ce programme : `{ $command }`

present-in-the-way = { $path } est déjà là et n’est pas un jeu de diapositives
    choisissez un autre nom pour --out, ou déplacez ce fichier

present-title = Balise à l’épreuve
present-question = Sait-on assez tôt qu’un panneau routier solaire va s’éteindre ?
present-cover-note = Chaque chiffre nomme le dossier dont il vient.
present-cover-folders = { $count ->
    [one] Résultats d’un dossier
   *[other] Résultats de { $count } dossiers
}
present-sources = Source :
present-none = aucun dossier
present-quoted = « { $text } »
present-list = { $others } et { $last }
present-of = { $part } sur { $all }
present-days = jours
present-days-short = j
present-points = { $number } points
present-more = { $count ->
    [one] un autre
   *[other] { $count } autres
}
present-yearly = { $number } par an

present-section-question = La question
present-section-method = La méthode
present-section-accuracy = Justesse sur données mesurées
present-section-forecast = Prévision des nuits
present-section-alerts = Ce que valent les alertes
present-section-demands = Exigences
present-section-scenarios = Pannes provoquées
present-section-bench = Banc d’essai
present-section-load = Charge
present-section-limits = Limites
present-section-advice = Recommandations
present-section-sources = Sources

present-answer-lead = La réponse en chiffres. En rouge : ce qui n’est pas atteint.
present-figure-error = { $count ->
    [one] d’écart quadratique moyen, état de charge, une batterie mesurée
   *[other] d’écart quadratique moyen, état de charge, { $count } batteries mesurées
}
present-figure-covered = du temps, la vérité est dans l’intervalle à 95 %, large de { $width }
present-figure-ahead = extinctions annoncées au moins 12 h d’avance par { $alert }
present-figure-ahead-none = extinctions annoncées au moins 12 h d’avance
present-figure-false = { $count ->
    [one] fausse alerte par batterie et par an, une règle
   *[other] fausses alertes par batterie et par an, { $count } règles ensemble
}
present-figure-rival = de rappel de plus que le meilleur seuil fixe à fausses alertes égales ({ $alert } : { $ours } contre { $theirs })
present-figure-demands = exigences mises à l’épreuve non tenues

present-method-title = La même chaîne lit le laboratoire, le simulateur et le terrain ; la vérité ne va qu’au juge
present-method-lead = De la batterie à la note, tout passe par les octets d’un vrai protocole. Les alertes sont déclenchées par un vrai Prometheus.
present-chain-measured = Laboratoire
present-chain-measured-1 = batteries mesurées,
present-chain-measured-2 = capacité connue
present-chain-simulated = Simulateur
present-chain-simulated-1 = batterie, soleil, neige,
present-chain-simulated-2 = pannes tirées au sort
present-chain-bytes = Octets
present-chain-bytes-1 = instrument, ligne,
present-chain-bytes-2 = décodeur
present-chain-estimate = Estimation
present-chain-estimate-1 = charge, santé, nuits,
present-chain-estimate-2 = avec leur intervalle
present-chain-alerts = Alertes
present-chain-alerts-1 = règles jouées par
present-chain-alerts-2 = un vrai Prometheus
present-chain-score = Note
present-chain-score-1 = écart, couverture,
present-chain-score-2 = rappel, délai
present-chain-truth = la vérité, que l’estimation ne voit jamais
present-chain-measured-by = Mesuré en laboratoire
present-chain-simulated-by = Simulé ou émulé

present-errors-won = { $count ->
    [one] Sur la batterie mesurée, l’estimation est la plus proche en moyenne : { $ours } d’écart, { $rivals } pour le meilleur rival
   *[other] Sur chaque batterie mesurée, l’estimation est la plus proche en moyenne : { $ours } d’écart, { $rivals } pour le meilleur rival
}
present-errors-mixed = L’estimation est en moyenne la plus proche sur { $won } des { $count } batteries mesurées ; écart { $ours }, meilleur rival { $rivals }
present-errors-lead = Enregistrements coupés au hasard, départ annoncé faux de 40 points au plus ou inconnu, capteurs décalés. Point : moyenne des essais ; trait : du meilleur au pire essai.
present-errors-axis = Écart quadratique de l’état de charge, après 20 min
present-errors-mark = { $mean }, pire { $worst }
present-method-estimator = Balise
present-method-notebook-filter = filtre de Kalman de carnet
present-method-coulomb-counter = compteur de coulombs
present-method-rest-lookup = tension à vide au repos
present-method-assume-full = « pleine puis compter »
present-battery-a123-lfp-plett = LiFePO₄ (cellule A123)
present-battery-panasonic-18650pf = NCA (cellule Panasonic)
present-battery-leadacid-12v-17ah-bboxx = Plomb 12 V 17 Ah (BBOXX)
present-battery-leadacid-12v-85ah-tubular = Plomb 12 V 85 Ah (tubulaire)
present-battery-leadacid-12v-100ah-agm-ub121000 = AGM 12 V 100 Ah (UB121000)
present-battery-calce-cs2 = LCO (cellule CALCE CS2)
present-chemistry-lead-acid = plomb
present-chemistry-lifepo4 = LiFePO₄
present-chemistry-lithium-ion = lithium-ion
present-chemistry-agm = AGM
present-chemistry-flooded = plomb ouvert
present-chemistry-gel = gel
present-intervals-title = La vérité est dans l’intervalle à 95 % pendant { $covered } du temps, pour { $width } de large
present-intervals-lead = Après 20 min, moyenne des essais ; « max » est la plus grande erreur de tous les essais ; « perdus » compte les essais où le rival le plus heureux était plus près.
present-coverage-axis = Part de la vérité dans l’intervalle à 95 %, par chimie, avec ses bornes à 90 %
present-coverage-note = { $folder }, { $count ->
    [one] { $count } enregistrement
   *[other] { $count } enregistrements
}
present-study-title = { $count ->
    [0] { $set } : des { $others } autres modèles essayés, aucun ne fait mieux que { $mean }
    [one] { $set } : des { $others } autres modèles essayés, un seul fait mieux que { $mean }
   *[other] { $set } : des { $others } autres modèles essayés, { $count } font mieux que { $mean }
}
present-study-lead = { $count } essais, les mêmes pour tous. Point : moyenne ; trait : jusqu’au pire essai.
present-study-axis = Écart quadratique de l’état de charge, après 20 min

present-nights = { $count ->
    [one] { $count } nuit
   *[other] { $count } nuits
}
present-nights-all = La prévision vaut ce qui est voulu, un gain de { $wanted }, à { $good } nuits
present-nights-some = La prévision vaut ce qui est voulu, un gain de { $wanted }, à { $good } nuits ; pas à { $short }
present-nights-none = La prévision gagne moins que voulu ({ $wanted }) à { $short } nuits
present-nights-lead = { $count } panneaux simulés, paramètres cachés. Annoncé contre arrivé : sur la diagonale, la prévision est honnête. Traits : intervalles à 90 %.
present-nights-told = risque annoncé de s’éteindre
present-nights-came = s’est éteint
present-nights-note = { $count } prévisions, { $dark } extinctions
present-skill-axis = Gain sur le taux de base de la saison (1 : devin, 0 : rien) ; trait noir : voulu

present-alerts-title = { $alert } trouve { $found } de ce qui est dû et a raison dans { $right } des cas ; { $count ->
    [0] aucune règle ne reste sous son budget
    [one] une règle reste sous son budget
   *[other] { $count } règles restent sous le leur
}
present-alerts-lead = « { $population } » : { $count } panneaux simulés, { $years } années-batterie. Point : part ; trait : bornes à 95 % ; trait noir : budget.
present-recall = Rappel
present-precision = Précision
present-false-alarms = Fausses / batterie, an
present-due = { $count ->
    [one] { $count } due
   *[other] { $count } dues
}
present-untested = Jamais dues ici, donc rien n’en est montré : { $alerts }.
present-unneeded = Déclenchées sans besoin énoncé : { $alerts }.
present-ahead-title = { $alert } annonce { $told } extinctions sur { $count } au moins 12 h d’avance
present-ahead-lead = Un rond pâle : une extinction annoncée. Point plein : la médiane ; trait noir : les 12 h qu’il faut à l’équipe. { $count ->
    [0] {""}
    [one] Une coupure subite (vol, fusible), que rien n’annonce, n’est pas comptée.
   *[other] { $count } coupures subites (vol, fusible), que rien n’annonce, ne sont pas comptées.
}
present-ahead-axis = Temps entre l’alerte et l’extinction
present-ahead-share = Annoncées 12 h avant
present-ahead-note = { $count ->
    [one] sonne { $count } fois
   *[other] sonne { $count } fois
}
present-our-rule = Balise
present-rival-voltage = tension sous { $volts } V
present-rival-soc = charge de l’appareil sous { $soc }
present-rivals-won = À fausses alertes égales, « { $rival } » trouve { $theirs } ; { $alert } trouve { $ours }
present-rivals-lost = À fausses alertes égales, « { $rival } » trouve { $theirs } ; { $alert } n’en trouve que { $ours }
present-rivals-lead = Ce qu’un utilisateur a aujourd’hui, au meilleur seuil qui ne donne pas plus de fausses alertes, choisi en connaissant la vérité.
present-side-title = Les { $count } populations côte à côte
present-side-lead = Rappel et précision de chaque alerte.

present-demands-title = { $count ->
    [0] Toutes les exigences mises à l’épreuve sont tenues ({ $tried })
    [one] Une exigence sur { $tried } n’est pas tenue
   *[other] { $count } exigences sur { $tried } ne sont pas tenues
}
present-demands-lead = { $count ->
    [0] Ce qui échoue est dit tel quel.
    [one] Ce qui échoue est dit tel quel. Une autre n’a jamais été mise à l’épreuve : sautée, pas réussie.
   *[other] Ce qui échoue est dit tel quel. { $count } autres n’ont jamais été mises à l’épreuve : sautées, pas réussies.
}
present-demand-recall = { $alert } : rappel, au moins
present-demand-precision = { $alert } : précision, au moins
present-demand-false-alarms = { $alert } : fausses alertes par batterie, au plus
present-demand-delay = { $alert } : délai de 95 % des alertes, au plus
present-demand-due = { $sign } à { $site } : { $alert } arrive quand l’équipe en a besoin
present-demand-expected = { $sign } à { $site } : { $alert } dans la fenêtre du scénario
present-demand-quiet = { $sign } à { $site } : aucune alerte sans cause
present-demand-soc = { $sign } à { $site } : écart de l’état de charge, au plus

present-runs-title = { $count ->
    [0] { $runs } exécutions, aucune en échec ; le plus grand écart de charge est de { $worst }
    [one] { $runs } exécutions, une en échec ; le plus grand écart de charge est de { $worst }
   *[other] { $runs } exécutions, { $count } en échec ; le plus grand écart de charge est de { $worst }
}
present-runs-lead = Panneaux simulés, pannes voulues. Écarts de l’état de charge contre la vérité du simulateur.
present-faults-title = { $count ->
    [one] La panne à signaler ne l’a pas été
   *[other] { $told } des { $count } pannes à signaler l’ont été
}
present-faults-all = { $count ->
    [0] Aucune des pannes provoquées n’était à signaler
    [one] La panne à signaler l’a été
   *[other] Les { $count } pannes à signaler l’ont toutes été
}
present-faults-lead = « Après » compte du début de la panne à l’alerte ; une neige ne menace qu’une fois la batterie vidée.
present-fault-panel-snow = neige sur le panneau solaire
present-fault-panel-stolen = panneau solaire volé
present-fault-panel-disconnected = panneau solaire débranché
present-fault-panel-shaded = ombre sur le panneau solaire
present-fault-panel-dirty = panneau solaire sale
present-fault-capacity-lost = capacité perdue
present-fault-charger-fuse-blown = fusible du chargeur sauté
present-fault-battery-fuse-blown = fusible de la batterie sauté
present-fault-battery-stolen = batterie volée
present-fault-controller-stuck-off = régulateur qui ne charge plus
present-fault-connection-loose = connexion lâche
present-fault-parasitic-load = consommation cachée
present-fault-display-undimmed = afficheur à pleine intensité
present-fault-current-offset = shunt décalé
present-fault-device-false-full = appareil qui croit la batterie pleine
present-fault-cable-pulled = câble série débranché
present-fault-panels-lost = panneaux solaires hors service
present-fault-line-noise = bruit sur la ligne
present-fault-cell-short = élément ponté
present-fault-cell-open = élément coupé
present-fault-sulfated = sulfatation
present-fault-dried-out = électrolyte perdu
present-fault-acid-layered = acide stratifié
present-fault-acid-frozen = acide gelé
present-fault-thermal-runaway = emballement thermique
present-fault-box-blocked = coffre mal ventilé
present-fault-unit-swapped = vieux bloc posé
present-fault-bms-blocks-charge = BMS : charge bloquée
present-fault-bms-blocks-discharge = BMS : décharge bloquée
present-fault-bms-unbalanced = éléments déséquilibrés
present-fault-bms-cold-block = BMS qui croit la batterie gelée
present-fault-terminal-corroded = borne corrodée
present-fault-string-resists = câble d’une branche résistant
present-fault-string-fuse-blown = fusible d’une branche sauté
present-fault-load-fuse-blown = fusible du panneau sauté
present-fault-controller-stuck-on = régulateur sans limite
present-fault-controller-missetting = régulateur mal réglé
present-fault-controller-sensor-lost = régulateur sans sonde
present-fault-controller-sensor-misplaced = sonde du régulateur mal placée
present-fault-disconnect-welded = coupure basse tension collée
present-fault-disconnect-chatters = coupure basse tension qui bat
present-fault-panel-frosted = givre sur le panneau solaire
present-fault-panel-turned = panneau solaire dos au soleil
present-fault-panel-diode-open = diode du panneau coupée
present-fault-panel-diode-shorted = diode du panneau en court-circuit
present-fault-firmware-busy = micrologiciel en boucle
present-fault-mast-stalled = moteur du mât bloqué
present-fault-voltage-offset = tension décalée
present-fault-voltage-gain = tension mal étalonnée
present-fault-voltage-noise = tension bruitée
present-fault-voltage-coarse = tension par pas
present-fault-voltage-stuck = tension figée
present-fault-voltage-spikes = pointes de tension
present-fault-current-gain = courant mal étalonné
present-fault-current-drift = courant qui dérive
present-fault-current-noise = courant bruité
present-fault-current-coarse = courant par pas
present-fault-current-dead-band = petits courants non lus
present-fault-current-stuck = courant figé
present-fault-current-spikes = pointes de courant
present-fault-current-clipped = courant écrêté
present-fault-current-reversed = shunt branché à l’envers
present-fault-channels-swapped = courants intervertis
present-fault-temperature-offset = température décalée
present-fault-temperature-stuck = température figée
present-fault-temperature-open = sonde de température coupée
present-fault-temperature-shorted = sonde de température en court-circuit
present-fault-sensors-late = mesures en retard
present-fault-device-soc-jump = niveau de l’appareil qui saute
present-fault-device-temperature-lost = appareil sans température
present-fault-line-flips = bits inversés
present-fault-line-drops = octets perdus
present-fault-line-inserts = octets étrangers
present-fault-line-doubles = octets doublés
present-fault-line-bursts = rafales de bruit
present-fault-line-cuts = réponses tronquées
present-fault-line-late = ligne en retard
present-fault-line-stalls = ligne qui retient ses octets
present-fault-line-echoes = ligne en écho
present-fault-line-stale = octets périmés
present-fault-frame-wrong-sum = sommes de contrôle fausses
present-fault-frame-wrong-length = longueurs fausses
present-fault-frame-missing = réponses non envoyées

present-bench-title = { $count } étapes sur { $steps } réussies
present-pace-title = { $count } étapes sur { $steps } réussies ; 99 % des tops partent avec moins de { $late } de retard
present-bench-emulated = « { $name } » : sur pseudo-terminaux, sans matériel.
present-bench-real = « { $name } » : sur des ports réels.
present-pace-axis = Retard des tops. Point : médiane ; rond pâle : 99 % ; trait : jusqu’au pire
present-pace-mark = 99 % { $p99 }, pire { $max }

present-load-title = Un moniteur lit { $batteries } batteries à { $rate } Hz sans perdre une trame
present-load-lost = À { $batteries } batteries et { $rate } Hz, des trames se perdent
present-load-knee = À { $knee } batteries il ne suit plus.
present-load-own-limit = À { $knee } batteries les appareils virtuels eux-mêmes ne suivent plus : le moniteur n’est pas en cause.
present-load-lead = Appareils virtuels, chaque charge l’une après l’autre.

present-limits-title = Ce que ces chiffres ne montrent pas
present-limit-simulated = Simulé seulement
present-limit-simulated-text = La vérité y est celle du simulateur ; la fréquence des pannes y est supposée.
present-limit-emulated = Aucun port réel
present-limit-emulated-text = Des pseudo-terminaux tiennent lieu de matériel.
present-limit-failed = { $count ->
    [one] Une exigence sur { $tried } échoue
   *[other] { $count } exigences sur { $tried } échouent
}
present-limit-failed-text = Elles sont listées sous « Exigences ».
present-limit-skipped = { $count ->
    [one] Une exigence jamais mise à l’épreuve
   *[other] { $count } exigences jamais mises à l’épreuve
}
present-limit-skipped-text = Sautées, pas réussies : leur cas ne s’est pas présenté.
present-limit-lost = { $battery } : un rival est plus près
present-limit-lost-text = { $method } : { $theirs } d’écart ; Balise : { $ours }.
present-limit-warm = Jamais mesuré sous 0 °C
present-limit-warm-text = Le plus froid : { $each }.
present-limit-coldest = { $battery } à { $degrees }
present-limit-same = Paramètres tirés de la même batterie
present-limit-same-text = { $each } : le profil porte le nom du jeu de mesures. Une autre batterie de la sorte n’est pas promise.
present-limit-unscored = { $count ->
    [one] Un enregistrement non noté
   *[other] { $count } enregistrements non notés
}
present-limit-unscored-text = Sans référence, ou refusés : { $records }.
present-limit-never = { $count ->
    [one] Une alerte jamais due
   *[other] { $count } alertes jamais dues
}
present-limit-never-text = Rien n’est montré de { $alerts }.
present-limit-few = { $count ->
    [one] Une alerte due moins de dix fois
   *[other] { $count } alertes dues moins de dix fois
}
present-limit-few-text = Leurs bornes sont larges : { $alerts }.
present-limit-few-each = { $alert } ({ $due })
present-limit-absent = Parties sans dossier
present-limit-absent-text = Rien ici sur : { $kinds }.
present-kind-balise-results = scénarios
present-kind-balise-scoring = justesse sur données mesurées
present-kind-balise-study = comparaison de modèles
present-kind-balise-nights = prévision des nuits
present-kind-balise-alert-scores = alertes sur une population
present-kind-balise-rig-results = banc d’essai
present-kind-balise-load = charge

present-advice-title = { $count ->
    [one] Une recommandation, et le chiffre qui la porte
   *[other] { $count } recommandations, chacune avec le chiffre qui la porte
}
present-advice-visit = Partez quand { $alert } se déclenche
present-advice-visit-text = Elle annonce { $told } extinctions sur { $of } au moins 12 h d’avance et s’est déclenchée { $count } fois en tout, en { $years } années-batterie.
present-advice-check = Vérifiez à distance avant de rouler pour { $alert }
present-advice-check-text = Elle a raison dans { $precision } des cas ({ $bounds }) et donne { $yearly } fausse alerte par batterie et par an.
present-advice-alone = Ne comptez pas sur { $alert } seule
present-advice-alone-text = { $count ->
    [one] Elle trouve { $recall } de ce qui est dû ({ $bounds }, { $count } cas).
   *[other] Elle trouve { $recall } de ce qui est dû ({ $bounds }, { $count } cas).
}
present-advice-replace = Remplacez l’alarme à seuil fixe par { $alert }
present-advice-replace-text = À fausses alertes égales, elle trouve { $ours } de ce qui est dû ; « { $rival } », { $theirs }.
present-advice-chemistry = Passez plus souvent voir les batteries { $chemistry }
present-advice-chemistry-text = { $alert } n’y trouve que { $hits } cas sur { $count } ; { $overall } toutes chimies ensemble.
present-advice-season = Gardez des équipes pour { $season }
present-advice-season-text = { $due } des { $count } fois où { $alert } était due tombent là.
present-season-winter = l’hiver
present-season-spring = le printemps
present-season-summer = l’été
present-season-autumn = l’automne
present-advice-cause = Préparez-vous d’abord à ceci : { $fault }
present-advice-cause-text = La panne agissait { $due } des { $count } fois où { $alert } était due, plus que toute autre.
present-advice-weather = Regardez d’abord le panneau solaire, ensuite les pièces
present-advice-weather-text = Rien n’était en panne { $due } des { $count } fois où { $alert } était due : la neige, le ciel ou la taille du panneau suffisaient.
present-advice-false = Comptez { $fleet } déplacements inutiles par an pour { $signs } panneaux
present-advice-false-text = { $count } fausses alertes, soit { $each } par batterie et par an, toutes règles ensemble.
present-advice-off = Laissez { $alert } éteinte là où personne ne la demande
present-advice-off-text = Elle s’est déclenchée { $count } fois en { $years } années-batterie, sans besoin énoncé.
present-advice-interval = Décidez sur le bas de l’intervalle, pas sur la valeur
present-advice-interval-thin = Élargissez l’intervalle avant de décider dessus
present-advice-interval-text = Il contient la vérité pendant { $covered } du temps et fait { $width } de large.
present-advice-counter = Ne planifiez pas sur un simple compteur d’ampères-heures
present-advice-counter-text = Après un départ faux il se trompe de { $counter } ; l’estimation, de { $ours }.
present-advice-margin = Gardez { $worst } de marge sur une batterie qu’on vient de poser
present-advice-margin-text = { $battery } : { $arrived } essais sur { $count } arrivent à 2 points et y restent ; le pire se trompe de { $worst }.
present-advice-nights = Planifiez les tournées à { $count ->
    [one] { $count } nuit
   *[other] { $count } nuits
}
present-advice-nights-text = La prévision y gagne { $skill } sur l’habitude de la saison ; voulu : { $wanted }.
present-advice-nights-beyond = À { $count ->
    [one] { $count } nuit
   *[other] { $count } nuits
}, { $skill } seulement.
present-advice-walk = Gardez une ronde pour ce qu’aucune alerte n’a dit
present-advice-walk-text = { $count ->
    [one] Une panne à signaler ne l’a pas été : { $faults }.
   *[other] { $count } pannes à signaler ne l’ont pas été : { $faults }.
}
present-advice-load = Confiez jusqu’à { $batteries } batteries à un moniteur
present-advice-load-text = { $batteries } batteries à { $rate } : aucune trame perdue.

present-sources-title = D’où viennent les chiffres
present-sources-lead = L’empreinte est le début du SHA-256 de results.json : les mêmes fichiers refont ce jeu, octet pour octet.
present-column-battery = batterie
present-column-folder = dossier
present-column-records = relevés
present-column-trials = essais
present-column-celsius = température
present-column-rmse = eqm
present-column-mae = eam
present-column-max = max
present-column-covered = couvert
present-column-width = largeur
present-column-lost = perdus
present-column-alert = alerte
present-column-recall-of = rappel, { $folder }
present-column-precision-of = précision, { $folder }
present-column-demand = exigence
present-column-measured = mesuré
present-column-limit = limite
present-column-run = exécution
present-column-seed = graine
present-column-verdict = verdict
present-column-hit = justes
present-column-missed = manquées
present-column-false = fausses
present-column-fault = panne
present-column-sign = panneau
present-column-detection = signalée par
present-column-after = après
present-column-step = étape
present-column-ticks = tops
present-column-missed-ticks = manqués
present-column-batteries = batteries
present-column-frames-in = trames lues
present-column-frames-lost = perdues
present-column-cpu = cœurs
present-column-memory = mémoire
present-column-scrape-p50 = collecte, p50
present-column-scrape-max = collecte, max
present-column-kind = nature
present-column-version = version
present-column-fingerprint = empreinte
