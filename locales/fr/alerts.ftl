# Le courriel et le message.
alert-mail-firing = ALERTE
alert-mail-resolved = FIN D’ALERTE
alert-mail-at = depuis le
alert-mail-ended = terminée le
alert-mail-action = À faire
alert-mail-over = Rien à faire : cette alerte est terminée.
alert-mail-bring = À apporter
alert-mail-late = ALERTE TARDIVE
alert-mail-alerts = alertes
alert-mail-altogether = en tout
alert-cause-energy = manque de courant
alert-cause-battery = batterie
alert-cause-sensor = capteur
alert-cause-link = liaison
alert-cause-monitor = surveillance

# La commande et le guide des alertes.
rules-written = écrit { $path }
runbook-made = Fait à partir de alerts.toml par `balise rules` ; à changer là.
runbook-title = Guide des alertes
runbook-intro = Chaque alerte, ce qu’elle veut dire, quoi faire et quoi apporter. Les expressions sont celles que Prometheus évalue.
runbook-alert = alerte
runbook-severity = gravité
runbook-bring = à apporter
runbook-critical = critique
runbook-warning = avertissement
runbook-entry-means = Ce qui arrive :
runbook-entry-do = À faire :
runbook-entry-bring = À apporter :
runbook-entry-why = Pourquoi ces seuils (en anglais) :
runbook-when = Déclenchée quand la condition dure depuis { $hold } ; terminée { $keep } après sa fin.
runbook-quiet = Pas déclenchée pour un panneau { $states }.
runbook-replaced = Pas déclenchée pendant { $length } après une nouvelle batterie notée au journal.
sign-state-deployed = en service
sign-state-parked = remisé
sign-state-moving = en route
sign-state-mains = sur chargeur
