# `balise rig` : les fautes du manifeste, les raisons des étapes, la feuille.
rig-port-twice = { $port } est donné à la fois à { $other } et à { $role }
rig-port-twice-help = un port a un seul rôle : donnez à { $role } le port où son propre câble est branché
rig-role-missing = cette étape demande le rôle `{ $role }`, que personne ne tient
rig-role-missing-help = ajoutez une section [{ $role }] avec son port, ou retirez l'étape
rig-no-current = un courant connu a un sens
rig-no-current-help = donnez charge_amps (de l'alimentation), draw_amps (vers la charge), ou les deux
rig-sign-unknown = le signe et l'échelle de { $device } ne sont pas encore connus
rig-sign-unknown-help = placez avant celle-ci une étape avec do = "known-current" et device = "{ $device }"
rig-interrupted = interrompu avant que rien ne soit mis en marche
rig-conditional-pass = le banc ne peut pas trancher : dans la limite, mais plus près d'elle que l'incertitude (conforme sous condition)
    prenez un meilleur instrument ou plus de lectures ; la valeur ne prouve ni la conformité ni la non-conformité
rig-conditional-fail = le banc ne peut pas trancher : hors de la limite, mais plus près d'elle que l'incertitude (non conforme sous condition)
    prenez un meilleur instrument ou plus de lectures ; la valeur ne prouve ni la conformité ni la non-conformité
rig-line = { $reason }
rig-silent = { $name } ne dit rien
    est-il alimenté, TX mène-t-il à RX, est-il du type écrit au manifeste ?
rig-not-told = { $name } ne dit pas { $quantity }
rig-talk = { $role } : { $reason }
    est-il du type écrit au manifeste, au débit que dit son menu ?
rig-keeper-gone = { $role } : ce qui veille sur lui s'est arrêté
rig-refused-beyond-rules = { $role } : les limites demandées dépassent celles du manifeste
rig-refused-not-armed = { $role } : pas mis en marche, ses limites n'ont pas été relues
rig-fault-limits-differ = { $role } : coupé, ce qu'il a relu n'est pas ce qui a été réglé
rig-fault-host-silent = { $role } : coupé, le chien de garde n'a plus entendu le banc
rig-fault-blind = { $role } : coupé, il n'a pas pu être mesuré à temps
rig-fault-over-voltage = { $role } : coupé, la tension a dépassé la limite
rig-fault-under-voltage = { $role } : coupé, la tension est tombée sous la limite
rig-fault-over-current = { $role } : coupé, il a passé plus de courant que réglé
rig-fault-energy-spent = { $role } : coupé, l'énergie de cet essai est épuisée
rig-fault-freezing = { $role } : coupé, on ne charge pas une batterie LiFePO4 sous 0 °C
    réchauffez la batterie ; aucun scénario ne passe outre
rig-fault-temperature-unknown = { $role } : coupé, personne ne sait combien la batterie LiFePO4 est froide
    posez sur la batterie un appareil avec sonde de température
rig-fault-lost = { $role } : son port a disparu ; il est coupé dès que le port revient
    allez voir l'instrument : d'ici là personne ne peut l'atteindre
rig-fault-disobeyed = { $role } : il s'est coupé seul, ou mis en marche sans qu'on le demande
rig-sign-reversed = { $name } montre le courant avec le mauvais signe
    inversez les fils du shunt, ou écrivez current_reversed = true si son micrologiciel est ainsi
rig-nothing-came-back = rien n'est revenu
    pontez TX et RX (broches 2 et 3 d'un DB9), ou croisez les deux câbles
rig-skipped-interrupted = interrompu
rig-skipped-instrument = un instrument a failli plus tôt
rig-skipped-sign = le signe et l'échelle de l'appareil ne sont pas connus
rig-measured = { $name } : { $value }
rig-measure-bytes-sent = octets envoyés
rig-measure-bit-errors = bits erronés
rig-measure-latency-p50 = latence, médiane
rig-measure-latency-p99 = latence, 99 sur 100
rig-measure-latency-max = latence, la plus longue
rig-measure-ticks = tops
rig-measure-missed = échéances manquées
rig-measure-lateness-p50 = retard, médiane
rig-measure-lateness-p99 = retard, 99 sur 100
rig-measure-lateness-max = retard, le plus long
rig-measure-real-time-factor = facteur de temps réel
rig-measure-read = lecture
rig-measure-current-charging = courant connu, en charge
rig-measure-current-drawing = courant connu, en décharge
rig-measure-sign-charging = signe, en charge (1 : juste)
rig-measure-sign-drawing = signe, en décharge (1 : juste)
rig-measure-current-error-charging = erreur de courant, en charge
rig-measure-current-error-drawing = erreur de courant, en décharge
rig-measure-voltage-error-charging = erreur de tension, en charge
rig-measure-voltage-error-drawing = erreur de tension, en décharge
rig-measure-scale-error = erreur d'échelle
rig-measure-current-error-following = erreur de courant, moyenne de l'histoire
rig-kind-loopback = bouclage
rig-kind-null-modem = câble croisé
rig-kind-pace = cadence
rig-kind-known-current = courant connu
rig-kind-read = lecture
rig-kind-follow = histoire de courants
rig-ruling-noted = noté
rig-ruling-pass = conforme
rig-ruling-conditional-pass = conforme sous condition
rig-ruling-conditional-fail = non conforme sous condition
rig-ruling-fail = non conforme
rig-verdict-passed = Le banc est conforme
rig-verdict-failed = Le banc n'est pas conforme
rig-verdict-interrupted = Interrompu ; tout a été coupé
rig-verdict-not-off = Un instrument n'a pas confirmé qu'il est coupé : allez le voir maintenant
rig-tally = { $pass } PASS, { $fail } FAIL, { $error } ERROR, { $timeout } TIMEOUT, { $skipped } SKIPPED
rig-took = { $started } UTC, { $took } s
rig-emulated = Pseudo-terminaux avec doublures : ni vrai port ni vrai instrument n'a servi.
rig-sheet = feuille d'essai
rig-bench = Le banc
rig-steps = Les étapes
rig-column-role = Rôle
rig-column-kind = Type
rig-column-port = Port
rig-column-identity = Se nomme
rig-column-step = Étape
rig-column-took = Durée
rig-column-quantity = Grandeur
rig-column-ruling = Jugement
rig-role-supply = alimentation
rig-role-load = charge
rig-role-loopback = bouclage
rig-role-null-modem = câble croisé
rig-pty = pseudo-terminal
rig-histogram = Tops selon leur retard ; chaque rangée couvre le double de la précédente.
rig-rule = Chaque valeur est suivie de son incertitude élargie (k = 2). Une valeur plus près de sa limite que son incertitude n'est ni PASS ni FAIL : l'étape est ERROR, et la feuille dit de quel côté elle se trouve (ILAC-G8:09/2019, 4.2.3, bande de garde w = U). SKIPPED ne compte jamais comme réussi.
