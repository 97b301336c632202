doctor-there = présent  { $name }  { $found }
doctor-missing = absent   { $name }  { $found } (nécessaire à `balise { $needed }`)
doctor-mend-tool = lancez tools/fetch dans le dépôt, ou installez les paquets Debian prometheus et prometheus-alertmanager
doctor-mend-port = vous n'avez pas le droit d'ouvrir ce port : joignez le groupe auquel il appartient (sous Debian `sudo adduser $USER dialout`), puis reconnectez-vous
doctor-mend-pty = montez /dev/pts, ou sortez du conteneur qui le cache
doctor-no-ports = aucun port série : branchez un adaptateur
doctor-all-well = Il ne manque rien.
doctor-something-missing = Il manque quelque chose ; ce qui en dépend ne peut pas tourner, tout le reste le peut.
