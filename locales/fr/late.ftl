# Alertes sur des données arrivées en retard.
cli-late = donner les alertes qui auraient sonné sur des données arrivées en retard
cli-late-after = Prometheus ne juge ses règles qu’au présent. Cette commande lui pose chaque règle sur les heures qu’une passerelle a livrées
    en retard, et donne à Alertmanager ce qui aurait sonné, marqué late="true". Sans --from ni --until, ces heures
    sont celles que les programmes de surveillance disent avoir livrées en retard ; --watch continue de veiller.
cli-flag-late-prometheus = adresse de Prometheus (par défaut http://127.0.0.1:9090)
cli-flag-alertmanager = adresse d’Alertmanager (par défaut http://127.0.0.1:9093)
cli-flag-late-from = premier instant, comme 2026-01-12T05:00:00-05:00
cli-flag-until = dernier instant
cli-flag-watch = continuer de chercher des heures arrivées en retard
cli-flag-alive = fichier récrit après chaque tour qui a eu réponse ; son âge dit si la veille va bien
late-no-answer = pas de bonne réponse : { $reason }
    le programme tourne-t-il à cette adresse ?
late-was = vrai du { $from } au { $until }, appris après coup
late-is = vrai depuis le { $from }, appris après coup
late-raised = { $alert }, { $site }, { $battery } : { $was }
late-summary = du { $from } au { $until } : { $raised } alertes tardives
