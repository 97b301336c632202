# Prometheus, Alertmanager et ce qui reçoit leurs alertes.
stack-missing = { $tool } introuvable. Lancez tools/fetch, ou installez-le et mettez-le dans PATH.
stack-write = Impossible d’écrire { $path } : { $reason }. Choisissez un autre dossier avec --out.
stack-listen = Aucun port local disponible : { $reason }.
stack-spawn = { $tool } ne démarre pas : { $reason }.
stack-exited = { $tool } s’est arrêté de lui-même ({ $status }). Ses dernières lignes : { $log }
stack-not-ready = { $tool } n’est pas prêt après { $seconds } s. Voyez { $log }.
stack-answer = Réponse inattendue de { $tool } : { $said }
