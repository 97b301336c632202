# Ce que lit l’équipe, souvent sur un téléphone : ce qui va arriver au panneau, quand, et quoi faire.
# Prometheus remplit { $site }, { $battery } et { $percent }.
battery-low-name = batterie basse
battery-low-summary = { $site }, { $battery } : batterie basse, { $percent } %
battery-low-description = La batterie est à { $percent } %. Sans recharge, le panneau va s’éteindre dans deux ou trois nuits, plus tôt par grand froid.
battery-low-action = D’ici demain : déneigez et nettoyez le panneau solaire, vérifiez le fusible et les câbles. Si la charge ne reprend pas, rechargez ou changez la batterie avant la deuxième nuit.

device-silent-name = plus de nouvelles
device-silent-summary = { $site }, { $battery } : plus de nouvelles de la batterie
device-silent-description = L’appareil qui mesure la batterie ne répond plus. Personne ne surveille ce panneau. S’il manque de courant, il peut s’éteindre dès cette nuit sans autre avis.
device-silent-action = Aujourd’hui : vérifiez que le panneau est allumé. Vérifiez le câble série, le fusible de l’appareil et le modem. Notez la tension de la batterie sur place.

not-charging-name = pas de recharge
not-charging-summary = { $site }, { $battery } : pas de recharge depuis un jour
not-charging-description = En 24 heures, le soleil n’a redonné que { $percent } % de la batterie. Sans recharge, le panneau va s’éteindre : dans deux ou trois nuits si la batterie est basse, en moins d’une semaine si elle est pleine.
not-charging-action = D’ici deux jours : enlevez la neige du panneau solaire. Puis vérifiez le fusible, les câbles et le régulateur de charge.

estimate-disagrees-name = niveau affiché douteux
estimate-disagrees-summary = { $site }, { $battery } : niveau affiché douteux, écart de { $percent } points
estimate-disagrees-description = L’appareil et notre calcul donnent deux niveaux de charge : { $percent } points d’écart. Si l’appareil se trompe, le panneau peut s’éteindre dans les prochaines nuits avec une batterie affichée pleine.
estimate-disagrees-action = Ne vous fiez pas à l’afficheur. Cette semaine : mesurez la tension sur place, chargez la batterie au complet, puis remettez l’appareil à 100 %.

# Le courriel et le message.
alert-mail-firing = ALERTE
alert-mail-resolved = FIN D’ALERTE
alert-mail-at = depuis le
alert-mail-ended = terminée le
alert-mail-action = À faire
alert-mail-over = Rien à faire : cette alerte est terminée.
