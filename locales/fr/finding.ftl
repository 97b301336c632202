# Ce que le moniteur a remarqué sur les capteurs d’une batterie
finding-sensor-voltage = tension
finding-sensor-current = courant
finding-sensor-temperature = température
finding-fault-stuck = valeur figée
finding-fault-silent = aucune mesure alors que l’appareil émet
finding-fault-reversed = signe inversé
finding-fault-offset = { $known ->
    [yes] décalage de { $amount }
   *[no] décalage
}
finding-fault-dead-band = { $known ->
    [yes] rien de lu sous { $amount }
   *[no] rien de lu près de zéro
}
finding-fault-gain = { $known ->
    [yes] erreur d’échelle de { $amount }
   *[no] erreur d’échelle
}
finding-estimate-left-out = s’en passe
finding-estimate-turned-around = change son signe
finding-estimate-shifted = retranche le décalage
finding-estimate-scaled = divise par l’erreur d’échelle
finding-estimate-kept = s’en sert tel quel
finding-line = Capteurs, { $sensor } : { $fault } depuis { $since }, remarqué à { $told } ; l’estimation { $remedy }.
finding-line-gone = Capteurs, { $sensor } : { $fault } depuis { $since }, remarqué à { $told }, retiré à { $gone } ; jusque-là l’estimation { $remedy }.

# Le tableau du rapport
report-findings = Ce que le moniteur a remarqué sur ses capteurs
report-findings-note = Trouvé dans les seules lectures. À côté de chaque constat figure ce qui n’allait vraiment pas avec ce capteur ; ce qui n’a pas été remarqué vient en dernier.
report-column-sensor = Capteur
report-column-noticed = Constat
report-column-since = Depuis
report-column-told = Remarqué
report-column-gone = Retiré
report-column-remedy = L’estimation
report-column-true-fault = Vraie panne
report-finding-untrue = aucune : le capteur était sain
report-finding-missed = non remarqué
