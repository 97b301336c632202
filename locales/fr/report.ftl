# La page que laisse une exécution.
report-kind = rapport d’exécution
report-verdict-passed = Réussite
report-verdict-failed = Échec
report-verdict-incomplete = Incomplet
report-tally-checks = Vérifications : { $passed ->
    [one] { $passed } réussie
   *[other] { $passed } réussies
}, { $failed ->
    [one] { $failed } échouée
   *[other] { $failed } échouées
}, { $skipped ->
    [one] { $skipped } non exécutée
   *[other] { $skipped } non exécutées
}.
report-tally-faults = Pannes : { $injected ->
    [one] { $injected } provoquée
   *[other] { $injected } provoquées
}, { $due } à signaler, { $detected ->
    [one] { $detected } signalée
   *[other] { $detected } signalées
}.
report-tally-alerts = Alertes : { $hit ->
    [one] { $hit } juste
   *[other] { $hit } justes
}, { $missed ->
    [one] { $missed } manquée
   *[other] { $missed } manquées
}, { $false ->
    [one] { $false } fausse alerte
   *[other] { $false } fausses alertes
}; en avance, avec cause : { $excused }.
report-passed = réussie
report-failed = échouée
report-skipped = non exécutée

report-checks = Ce qui était exigé
report-column-outcome = Résultat
report-column-check = Exigence
report-column-measured = Mesuré
report-column-limit = Limite

report-signs = L’estimation face à la vérité
report-signs-note = Écart de l’état de charge, estimation moins vérité, en pour cent d’une batterie pleine. Un intervalle à 95 % honnête contient la vérité 95 % du temps; plus il est étroit, plus il en dit.
report-column-sign = Panneau
report-column-battery = Batterie
report-column-rmse = Écart quadratique
report-column-max = Plus grand écart
report-column-bias = Écart moyen
report-column-coverage = Dans l’intervalle
report-column-width = Largeur de l’intervalle
report-column-soh = Écart de santé

report-faults = Les pannes provoquées
report-column-fault = Panne
report-column-from = Début
report-column-until = Fin
report-column-detection = Signalée
report-detection-not-due = aucune alerte attendue
report-detection-missed = non signalée
report-detection-detected = { $alert } après { $after }
report-fault-panel-snow = Neige sur le panneau solaire, { $severity } de la lumière perdue
report-fault-parasitic-load = Consommation cachée de { $severity }
report-fault-current-offset = Shunt décalé de { $severity }
report-fault-device-false-full = L’appareil croit la batterie pleine
report-fault-cable-pulled = Câble série débranché
report-fault-line-noise = Bruit sur la ligne, { $severity } des octets touchés
report-fault-cell-short = Élément ponté par { $severity }
report-fault-cell-open = Élément coupé pendant { $severity } du temps
report-fault-sulfated = Sulfatation, { $severity } de la capacité perdue
report-fault-capacity-lost = Capacité réduite de { $severity }
report-fault-dried-out = Électrolyte perdu, { $severity } de la capacité en moins
report-fault-acid-layered = Acide stratifié (f = { $severity })
report-fault-acid-frozen = { $severity } de l’acide gelé
report-fault-thermal-runaway = Dégazage { $severity } : emballement thermique
report-fault-box-blocked = Coffre qui évacue { $severity } de chaleur en moins
report-fault-unit-swapped = Vieux bloc posé, { $severity } de sa capacité en moins
report-fault-battery-stolen = Batterie volée
report-fault-bms-blocks-charge = BMS : charge bloquée
report-fault-bms-blocks-discharge = BMS : décharge bloquée
report-fault-bms-unbalanced = Un élément en avance de { $severity } sur les autres
report-fault-terminal-corroded = Borne corrodée, { $severity } de plus
report-fault-connection-loose = Connexion lâche, coupée pendant { $severity } du temps
report-fault-string-resists = Câble d’une branche : { $severity } de plus
report-fault-string-fuse-blown = Fusible d’une branche sauté
report-fault-battery-fuse-blown = Fusible de la batterie sauté
report-fault-charger-fuse-blown = Fusible du chargeur sauté
report-fault-load-fuse-blown = Fusible du panneau sauté
report-fault-controller-stuck-off = Régulateur qui ne charge plus
report-fault-controller-stuck-on = Régulateur sans limite, jusqu’à { $severity }
report-fault-controller-missetting = Régulateur mal réglé, décalé de { $severity }
report-fault-controller-sensor-lost = Régulateur sans sonde de température
report-fault-controller-sensor-misplaced = Sonde du régulateur trop chaude de { $severity }
report-fault-disconnect-welded = Coupure basse tension collée
report-fault-disconnect-chatters = Coupure basse tension qui bat
report-fault-panel-frosted = Givre sur le panneau solaire, { $severity } de la lumière perdue
report-fault-panel-dirty = Panneau solaire sale, { $severity } de la lumière perdue
report-fault-panel-shaded = Ombre sur le panneau solaire, { $severity } du soleil direct perdu
report-fault-panel-turned = Panneau solaire tourné dos au soleil
report-fault-panels-lost = { $severity } des panneaux solaires hors service
report-fault-panel-disconnected = Panneau solaire débranché
report-fault-panel-stolen = Panneau solaire volé
report-fault-panel-diode-open = Diode du panneau solaire coupée
report-fault-panel-diode-shorted = Diode du panneau solaire en court-circuit, { $severity } la nuit
report-fault-display-undimmed = Afficheur toujours à pleine intensité
report-fault-firmware-busy = Micrologiciel en boucle, { $severity } de plus
report-fault-mast-stalled = Moteur du mât bloqué à { $severity }
report-fault-voltage-offset = Tension lue trop haute de { $severity }
report-fault-voltage-gain = Tension lue trop haute de { $severity }
report-fault-voltage-noise = Tension bruitée, { $severity }
report-fault-voltage-coarse = Tension par pas de { $severity }
report-fault-voltage-stuck = Tension figée
report-fault-voltage-spikes = Pointes de tension de { $severity }
report-fault-current-gain = Courant lu trop grand de { $severity }
report-fault-current-drift = Courant qui dérive de { $severity }
report-fault-current-noise = Courant bruité, { $severity }
report-fault-current-coarse = Courant par pas de { $severity }
report-fault-current-dead-band = Rien de lu sous { $severity }
report-fault-current-stuck = Courant figé
report-fault-current-spikes = Pointes de courant de { $severity }
report-fault-current-clipped = Courant écrêté à { $severity }
report-fault-current-reversed = Shunt branché à l’envers
report-fault-channels-swapped = Courants de batterie et de charge intervertis
report-fault-temperature-offset = Température lue trop haute de { $severity }
report-fault-temperature-stuck = Température figée
report-fault-temperature-open = Sonde de température coupée
report-fault-temperature-shorted = Sonde de température en court-circuit
report-fault-sensors-late = Mesures en retard de { $severity }
report-fault-bms-cold-block = BMS : croit la batterie gelée et bloque la charge
report-fault-device-soc-jump = L’état de charge de l’appareil saute de { $severity }
report-fault-device-temperature-lost = L’appareil n’a plus de température
report-fault-line-flips = Bits inversés dans { $severity } des octets
report-fault-line-drops = { $severity } des octets perdus
report-fault-line-inserts = Octets étrangers devant { $severity } des octets
report-fault-line-doubles = { $severity } des octets doublés
report-fault-line-bursts = Rafales de bruit dans { $severity } des blocs et réponses
report-fault-line-cuts = { $severity } des blocs et réponses tronqués
report-fault-line-late = Ligne en retard de { $severity }
report-fault-line-stalls = Ligne qui retient ses octets { $severity } à chaque fois
report-fault-line-echoes = La ligne renvoie les questions en écho
report-fault-line-stale = Octets périmés devant { $severity } des blocs et réponses
report-fault-frame-wrong-sum = Somme de contrôle fausse dans { $severity } des trames
report-fault-frame-wrong-length = Longueur fausse dans { $severity } des trames
report-fault-frame-missing = { $severity } des blocs et réponses non envoyés

report-alerts = Ce que l’équipe a su
report-column-alert = Alerte
report-column-due-from = Attendue dès
report-column-due-until = Attendue jusqu’à
report-column-fired = Déclenchée
report-column-delivered = Livrée
report-column-resolved = Résolue
report-column-verdict = Verdict
report-verdict-hit = juste
report-verdict-missed = manquée
report-verdict-false-alarm = fausse alerte
report-verdict-excused = en avance, avec cause
report-verdict-quiet = silence justifié
report-moment = { $days } j { $clock }
report-moment-note = Les temps comptent depuis le début de l’exécution : jours, puis heures et minutes.

report-figures = Heure par heure
report-figures-note = En noir la vérité, en bleu l’estimation, en orange ce que dit l’appareil. Les plages grises sont les pannes; une ligne rouge tiretée est une alerte déclenchée; un contour dans la bande du haut montre quand elle était attendue.
report-panel-soc = État de charge, %
report-panel-error = Estimation moins vérité, points
report-panel-voltage = Tension, V
report-panel-current = Courant, A (en charge au-dessus de zéro)
report-panel-temperature = Température de la batterie, °C
report-panel-power = Puissance, W
report-curve-truth = vérité
report-curve-estimate = estimation
report-curve-band = son intervalle à 95 %
report-curve-device = ce que dit l’appareil
report-curve-read = telle que lue
report-curve-error = écart
report-curve-promised = ce que promet l’estimateur (95 %)
report-curve-sun = du panneau solaire
report-curve-load = demandée par l’affichage
report-lane-dark = affichage éteint
report-axis-minutes = minutes depuis le début
report-axis-hours = heures depuis le début
report-axis-days = jours depuis le début

report-again = Refaire cette exécution
report-again-note = La même graine donne la même trace et les mêmes résultats, au bit près.
report-rows-left-out = { $count ->
    [one] Une autre ligne se trouve dans results.json.
   *[other] { $count } autres lignes se trouvent dans results.json.
}
report-figures-left-out = { $count ->
    [one] Une autre batterie n’est pas dessinée ici; ses données sont dans trace.csv.
   *[other] { $count } autres batteries ne sont pas dessinées ici; leurs données sont dans trace.csv.
}
