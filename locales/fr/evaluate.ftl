# balise evaluate
evaluate-heading = { $data }, batterie { $battery }, { $rows } lignes
evaluate-against-absolute = Comparé à { $reference }, l’état de charge compté par le laboratoire.
evaluate-against-relative = Comparé à { $reference } : la part de ce que cette seule décharge a fourni, et non un état de charge absolu.
evaluate-not-scored = Le fichier n’a ni soc_ref ni soc_rel : prédit, non noté.
evaluate-through = Chaque ligne est passée par les octets de { $device }.
evaluate-direct = Les lignes vont telles quelles à l’estimateur.
evaluate-rmse = eqm
evaluate-mae = écart moy.
evaluate-max = max.
evaluate-bias = biais
evaluate-time = sous 2 %
evaluate-never = jamais
evaluate-estimator = estimateur
evaluate-coulomb-counter = compteur de coulombs
evaluate-assume-full = supposer plein et compter
evaluate-rest-lookup = lecture de la tension au repos
evaluate-notebook-filter = filtre de Kalman de carnet
evaluate-settled = Estimateur après 1200 s : eqm { $rmse }, écart moyen { $mae }, maximum { $max }, biais { $bias }.
evaluate-honesty = L’intervalle à 95 % contient { $coverage } des lignes ; sa largeur moyenne est de { $width }. Carré moyen de l’innovation normalisée : { $nis } ; tensions écartées : { $gated }.
evaluate-battery = Capacité { $capacity } ± { $doubt } A·h, résistance à 25 °C { $resistance } ± { $resistanceDoubt } mΩ.
evaluate-charge = Charge nette sur les lignes notées : { $measured } A·h mesurés, { $estimated } A·h selon l’estimateur.
evaluate-speed = { $updates } mises à jour par seconde.
evaluate-bad-cell = { $place } : « { $found } » dans la colonne { $column } n’est pas un nombre. Écrivez un nombre avec un point décimal, ou laissez la case vide là où rien n’a été mesuré (time_s n’est jamais vide).
evaluate-bad-csv = { $place } : { $reason }. Écrivez des valeurs séparées par des virgules, autant par ligne que dans l’en-tête.
evaluate-no-column = { $place } : pas de colonne { $column } (trouvé : { $found }). Nommez les colonnes time_s, voltage_v et current_a ; temperature_c, ah_c et soc_ref ou soc_rel peuvent s’ajouter.
evaluate-no-rows = { $path } : aucune ligne. Écrivez une ligne par lecture sous l’en-tête.

# La page d’une évaluation
evaluate-kind = évaluation
evaluate-charge-title = État de charge
evaluate-method = méthode
evaluate-figure-charge = l’estimateur sur l’enregistrement
evaluate-curve-reference = référence

# La tension simulée sur la tension mesurée
plant-title = La batterie du simulateur sur l’enregistrement
plant-figure = la tension simulée sur la tension mesurée
plant-driven = Le banc d’essai a les paramètres de cette batterie même ({ $set }). Ici, le courant et la température enregistrés la mènent, et rien ne corrige sa tension en chemin. L’estimateur n’y prend aucune part.
plant-start-told = Elle part de { $start } de charge, comme on le lui a dit.
plant-start-reference = Elle part de { $start } de charge, comme le dit le laboratoire.
plant-start-sought = Elle part de { $start } de charge : l’enregistrement ne dit pas d’où il part, ce seul nombre est donc celui qui lui convient le mieux.
plant-phase = phase
plant-whole = tout l’enregistrement
plant-discharge = décharge
plant-charge = charge
plant-rest = repos
plant-rows = { $count } lignes
plant-rmse = eqm
plant-bound = au plus
plant-within = tenu
plant-beyond = dépassé
plant-panel-residual = Simulée moins mesurée, mV
plant-curve-measured = mesurée
plant-curve-plant = simulée
plant-curve-residual = écart
plant-curve-bound = écart permis en décharge
plant-cannot = Ce que la batterie simulée ne peut pas suivre
plant-gap-coup-de-fouet = Le creux puis la remontée des premières minutes de décharge d’une batterie au plomb pleine (coup de fouet) : la tension simulée descend tout droit.
plant-gap-stratification = Les couches d’acide : ces paramètres ne connaissent qu’un seul acide sur toute la plaque ; un bloc cyclé sans jamais dégager de gaz se lit autrement.
plant-gap-before = Ce dont le début d’un enregistrement se souvient : la charge de surface d’avant la première ligne n’est pas dans la batterie de départ.
plant-gap-absorption = Une absorption menée par son courant mesuré : près du plein, un centième d’ampère-heure déplace la tension simulée d’un dixième de volt, ce qu’un chargeur qui tient la tension ne montre jamais.
plant-gap-cold = Le grand froid sous −25 °C, où rien n’a été mesuré ; et à −25 °C le compteur du laboratoire est lui-même incertain de 2 % de la charge, soit des dizaines de millivolts près du vide.
plant-gap-full = Le dernier dixième d’une charge et sa fin : les paramètres viennent de décharges et de brèves impulsions de charge.
plant-gap-recovery = La lente remontée après une décharge, 0,1 à 0,2 V en quelques heures : le bloc simulé se repose aussitôt.
plant-gap-set-point = Le quart d’heure avant la décharge dans l’enregistrement partagé, où la colonne du courant est une consigne qu’aucune tension n’a sentie : le demi-volt d’écart est celui de l’enregistrement, non du simulateur, comme ce qui découle de 2,5 A·h comptés qui n’ont jamais coulé. Sans ce courant, la décharge est suivie à 15 mV près.
plant-gap-counter = La charge elle-même, là où le compteur du banc et ses échantillons de courant diffèrent (jusqu’à 1,2 %) : près du vide, cela fait des dizaines de millivolts.
plant-line = Batterie du simulateur ({ $set }) sur l’enregistrement : eqm { $whole } mV ; décharge { $discharge } mV (au plus { $bound } mV), charge { $charge } mV, repos { $rest } mV.

# Des données qui ne peuvent être ce qu’elles disent
evaluate-backwards = { $place } : le temps recule, de { $before } s à { $now } s. Triez les lignes par time_s, ou coupez le fichier là où un nouvel enregistrement commence.
evaluate-swapped = { $place } : la colonne voltage_v donne { $found } et current_a ressemble à la tension de { $battery } ({ $half } V à demi-charge) : les deux colonnes semblent inversées. Donnez à chacune son nom dans l’en-tête.
evaluate-millivolts = { $place } : voltage_v donne { $found }, mille fois ce qu’a { $battery } ({ $half } V à demi-charge) : cela ressemble à des millivolts. Écrivez des volts.
evaluate-other-block = { $place } : voltage_v donne { $found } V, mais { $battery } a { $half } V à demi-charge, { $times } fois d’écart. Donnez à --battery le profil de cette batterie même, d’autant d’éléments en série ; si ce sont d’autres unités, écrivez des volts.
evaluate-milliamps = { $place } : current_a donne { $found }, et la charge nette de l’enregistrement couvre { $swing } fois la capacité de { $battery } : cela ressemble à des milliampères. Écrivez des ampères, ou donnez à --battery le profil de cette batterie.
evaluate-other-chemistry = { $place } : { $found } V ne peut être { $battery } ({ $chemistry }) : la plupart des lignes presque au repos sont à côté de sa courbe de repos, ou au-dessus du plein en décharge. Donnez à --battery le profil de la chimie de cette batterie.
evaluate-rows-left-out = Laissé de côté : { $duplicates } lignes qui répètent un instant ; sans courant { $current }, sans tension { $voltage }, sans référence { $reference }.
