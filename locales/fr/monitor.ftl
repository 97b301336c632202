monitor-serving = page à http://{ $address }/, mesures à http://{ $address }/metrics
monitor-address-taken = { $address } : impossible d'y écouter : { $reason }
    choisissez une autre adresse avec --listen, par exemple --listen 127.0.0.1:0
monitor-opened = { $battery } : à l'écoute de { $path }, reconnu par { $bound }
monitor-bound-usb-serial = le numéro de série USB de son adaptateur
monitor-bound-device-serial = le numéro de série de l'appareil lui-même
monitor-bound-place = la prise où il est branché : tout appareil semblable qu'on y branche est pris pour lui
monitor-bound-name = son seul nom : tout ce qui porte ce nom est pris pour lui
monitor-state-refused = { $battery } : l'état enregistré n'est pas repris : { $reason }
    l'estimation repart de zéro, avec un intervalle large
monitor-state-foreign = ce n'est pas un fichier d'état de cette version
monitor-state-unsaved = { $battery } : impossible d'enregistrer l'état : { $reason }
    libérez de la place ou choisissez un autre --state ; la surveillance continue
monitor-log-failed = un journal ne peut plus être écrit et s'arrête ici : { $reason }
    libérez de la place ; la surveillance continue
replay-line = { $battery } : { $estimates } estimations, { $bad } trames fausses, état de charge { $soc }
monitor-nothing-to-watch = rien à surveiller
    nommez un port (--port /dev/ttyUSB0) ou un fichier de configuration (--config FILE)
monitor-battery-replaced = { $battery } : le journal annonce une nouvelle batterie ; ce qui était appris de l’ancienne est mis de côté
monitor-remote-waits = { $reason }
    les mesures attendent sur le disque et partiront dès que l’adresse répond
monitor-remote-refused = { $url } : des mesures sont refusées pour de bon et perdues : { $reason }
    balise_buffer_samples_refused_total les compte ; la fenêtre de mesures tardives décide là-bas de ce qui est accepté
monitor-remote-disk = les mesures en attente d’envoi ne peuvent pas être gardées : { $reason }
    libérez de l’espace, ou choisissez un autre `buffer` ; la surveillance continue
monitor-remote-caught-up = livré en retard : { $hours } heures de mesures
