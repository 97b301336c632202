# La page que l’équipe regarde.
page-title = Balise
page-skip = Aller au contenu
page-other-language = English
page-back = Tous les panneaux
page-without-script = Sans JavaScript, la page se recharge d’elle-même chaque minute.
page-made = Balise { $version }, heure de { $zone }
page-unknown = –
page-summary = { $count ->
    [0] { $all ->
        [one] Le panneau ne demande pas de visite
       *[other] Aucun des { $all } panneaux ne demande de visite
    }
    [one] { $count } sur { $all } demande une visite
   *[other] { $count } sur { $all } demandent une visite
}
page-summary-at-least = { $count ->
    [0] Aucune visite d’après les chiffres ; les alertes ne sont pas connues
    [one] Au moins { $count } sur { $all } demande une visite
   *[other] Au moins { $count } sur { $all } demandent une visite
}
page-summary-empty = Aucun panneau à surveiller
page-short = { $count } à visiter – Balise
page-alerts-not-connected = alertes : non connecté
page-alerts-unreachable = alertes : Prometheus n’a pas répondu
page-alerts-count = { $count ->
    [0] aucune alerte
    [one] une alerte
   *[other] { $count } alertes
}
page-silent-count = { $count ->
    [one] un panneau muet
   *[other] { $count } panneaux muets
}
page-fleet = Les panneaux, les plus pressants d’abord
page-find = Chercher
page-find-hint = site, panneau ou alerte
page-show = Montrer
page-show-all = tous
page-show-visit = à visiter
page-show-alert = en alerte
page-show-silent = muets
page-none-found = Aucun panneau ne correspond.
page-head-sign = panneau
page-head-state = état
page-head-charge = charge
page-head-flow = courant
page-head-health = santé
page-head-heard = entendu
page-head-alerts = alertes
page-bring = À apporter : { $what }
page-no-alert = aucune
page-state-never-heard = jamais entendu
page-state-silent = plus de nouvelles depuis { $time }
page-state-rests = rien à surveiller cette nuit
page-state-dark-by = s’éteint probablement d’ici { $time }
page-state-holds-until = tient jusqu’à { $time } (90 %)
page-state-holds-long = tient plus de huit jours (90 %)
page-state-unknown = autonomie pas encore connue
page-band = { $low } à { $high } %
page-charging = se charge
page-discharging = se décharge
page-at-rest = au repos
page-from-charger = du régulateur
page-just-now = à l’instant
page-ago-seconds = il y a { $count } s
page-ago-minutes = il y a { $count } min
page-ago-hours = il y a { $count } h
page-ago-days = il y a { $count } jours
page-lost = Le moniteur ne répond plus ; sans nouvelles depuis { $time } ({ $ago }). Les chiffres ci-dessous sont d’alors.
page-lost-removed = Le moniteur ne répond plus ; sans nouvelles depuis { $time } ({ $ago }). Les chiffres sont trop vieux pour être montrés.
page-crowded = Trop de pages sont ouvertes : celle-ci n’est plus tenue à jour et redemande une place. Les chiffres ci-dessous sont de { $time } ({ $ago }).
page-crowded-removed = Trop de pages sont ouvertes : celle-ci n’est plus tenue à jour depuis { $time } ({ $ago }) et redemande une place. Les chiffres sont trop vieux pour être montrés.
page-monday = lundi
page-tuesday = mardi
page-wednesday = mercredi
page-thursday = jeudi
page-friday = vendredi
page-saturday = samedi
page-sunday = dimanche
page-month-1 = janvier
page-month-2 = février
page-month-3 = mars
page-month-4 = avril
page-month-5 = mai
page-month-6 = juin
page-month-7 = juillet
page-month-8 = août
page-month-9 = septembre
page-month-10 = octobre
page-month-11 = novembre
page-month-12 = décembre
page-date = { $weekday } { $day } { $month }, { $clock }
page-now = Maintenant
page-measured = Mesuré
page-estimated = Estimé
page-claimed = Ce que dit l’appareil
page-true = Vérité de la simulation
page-voltage = tension
page-current = courant
page-temperature = température
page-charge = charge
page-health = santé
page-resistance = résistance
page-full = dernière pleine charge
page-full-never = jamais vue
page-nights = nuits tenues (1, 3, 7)
page-life = avant 80 % de capacité
page-life-between = { $low } à { $high }
page-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
page-plus-minus = ± { $spread }
page-error = écart { $points } points
page-device = appareil
page-chemistry = batterie
page-chemistry-lead-acid = plomb-acide
page-chemistry-lifepo4 = lithium fer phosphate
page-sensors = Capteurs
page-sensor-fine = rien de suspect
page-faults = pannes en cours
page-no-fault = aucune
page-todo = Quoi faire
page-todo-nothing = Rien à faire pour ce panneau.
page-todo-not-connected = Alertes : non connecté. Nommez Prometheus dans la configuration du moniteur pour voir ici les alertes et quoi faire.
page-todo-unreachable = Prometheus n’a pas répondu : les alertes de ce panneau ne sont pas connues.
page-need-silent = aucune nouvelle
page-need-dark-today = s’éteint probablement d’ici un jour
page-need-nearly-empty = batterie presque vide
page-need-dark-soon = ne tient peut-être pas trois jours
page-since = depuis { $time }
page-do = À faire
page-head-bring = À apporter
page-curves = Courbes
page-span-hour = heure
page-span-day = jour
page-span-week = semaine
page-span-season = saison
page-events = Événements
page-no-events = Rien dans cette période.
page-event-alert = Alerte : { $name }, depuis { $from }
page-event-alert-over = Alerte : { $name }, de { $from } à { $until }
page-event-delivered = livrée { $time }
page-event-fault = Panne simulée : { $name }, depuis { $from }
page-event-fault-over = Panne simulée : { $name }, de { $from } à { $until }
page-chart-empty = Pas encore de mesures pour cette période.
page-chart-failed = Les courbes n’ont pas pu être lues.
page-chart-charge = Charge (%)
page-chart-voltage = Tension (V)
page-chart-current = Courant (A)
page-chart-temperature = Température (°C)
page-chart-sun = Soleil
page-chart-health = Santé (%)
page-chart-resistance = Résistance (mΩ)
page-line-time = heure
page-line-estimate = estimation
page-line-low = 95 %, bas
page-line-high = 95 %, haut
page-line-device = appareil
page-line-truth = vérité
page-line-measured = mesure
page-line-charger = régulateur
page-line-clear-sky = ciel clair (W/m²)
page-line-panel = panneau solaire, vérité (W)
page-values = Les valeurs en tableau
page-refused-title = Introuvable
page-refused-page = Cette page n’existe pas.
page-refused-sign = Aucun panneau ne porte ce nom. Il a peut-être été renommé ou retiré de la configuration.
page-refused-span = Cette durée n’existe pas. Choisissez hour, day, week ou season.
page-refused-host = Cette adresse n’est pas celle du moniteur. Ouvrez la page par l’adresse de la machine, ou ajoutez ce nom à hosts dans la configuration du moniteur.
page-refused-home = Aller à la liste des panneaux
config-bad-prometheus = « { $value } » n’est pas l’adresse d’un Prometheus
config-bad-prometheus-help = écrivez-la comme prometheus = "http://127.0.0.1:9090"
config-bad-zone = « { $value } » n’est pas un fuseau horaire connu
config-bad-zone-help = écrivez-le comme time_zone = "America/Montreal"
