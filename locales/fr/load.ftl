# balise load : beaucoup d’appareils virtuels contre un moniteur.
cli-load = mettre un moniteur sous la charge de beaucoup d’appareils virtuels, et dire ce qu’il perd et ce qu’il coûte
cli-load-after = En mémoire, tout tient dans ce programme ; sur pseudo-terminaux, le vrai moniteur lit de vrais ports. Se termine par 1
    si une trame se perd. Avec --ramp, double le nombre jusqu’à ce que cela casse et nomme le genou. Exemples :
    balise load --batteries 1000 --rate 1 --on ptys --for 60
    balise load --batteries 500 --ramp 50000 --for 10 --json
cli-flag-batteries = combien d’appareils (sinon 100)
cli-flag-rate = combien de fois par seconde chacun parle (sinon 1)
cli-flag-on = où sont les lignes : memory (sinon) ou ptys
cli-flag-load-device = leur genre : un appareil qui parle de lui-même (sinon vedirect-bmv)
cli-flag-load-fault = une panne des lignes, par exemple line-noise=0.001
cli-flag-load-for = combien de secondes ils parlent (sinon 30)
cli-flag-scrape-every = la page est demandée toutes les tant de secondes (sinon 5)
cli-flag-load-state = le moniteur enregistre aussi ses estimations, comme sur le terrain
cli-flag-ramp = doubler depuis --batteries jusqu’à N, et nommer le genou
cli-flag-load-seed = le nombre qui refait les mêmes pannes (sinon 1)
load-head = batteries     trames  perdues  gâchées   cœurs      MiB   page ms  au plus
load-borne = rien n’est perdu
load-not-borne = le moniteur ne suit pas : des trames sont perdues, trop tardives, ou la page manque
load-own-limit = ce sont les appareils virtuels qui ne suivent pas : cette machine ne peut pas mettre une telle charge
load-no-knee = pas de genou jusqu’à { $borne } batteries
load-knee = genou : { $borne } batteries sont suivies, { $broken } ne le sont plus
load-knee-own = { $borne } batteries sont suivies ; à { $broken } ce sont les appareils virtuels qui ne suivent plus
load-not-open = le moniteur n’a ouvert que { $open } lignes sur { $batteries }
    relevez la limite de descripteurs (ulimit -n), ou demandez moins de batteries
load-no-room = { $batteries } pseudo-terminaux demandés, cette machine en permet { $room }
    relevez ulimit -n et /proc/sys/kernel/pty/max, ou prenez --on memory
load-needs-talker = seuls les appareils qui parlent d’eux-mêmes peuvent faire charge : vedirect-bmv ou vedirect-mppt
load-fault-of-line = « { $fault } » n’est pas une panne de ligne ; il y a : { $known }
