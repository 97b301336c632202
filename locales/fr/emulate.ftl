emulate-not-a-pair = --set { $pair } : écrivez NOM=VALEUR, comme --set voltage_v=12.61
    noms : { $known }
emulate-unknown-name = --set { $pair } : rien ne porte ce nom
    noms : { $known }
emulate-bad-value = --set { $pair } : ce ne peut pas être sa valeur
    écrivez un nombre avec un point ; un rapport comme soc va de 0 à 1
emulate-nothing-drives = rien ne mène l'appareil
    donnez des valeurs (--set voltage_v=12.6 …), un scénario (--scenario FILE), un enregistrement (--data FILE) ou une capture (--recorded FILE)
emulate-no-line = aucun endroit où mettre l'appareil
    donnez --link CHEMIN pour un pseudo-terminal, ou --port CHEMIN pour un vrai port
emulate-truth-needs-plant = --truth demande --scenario : seule une installation simulée connaît la vérité
emulate-no-device = aucune sorte d'appareil
    donnez --device avec une de celles-ci : { $known }
emulate-no-source = { $path } : rien de cet appareil n'est dans cette capture
    ses sources : { $known }
emulate-no-questions = { $path } : cet enregistrement ne contient aucune question, et l'appareil ne parle qu'interrogé
    enregistrez-en une avec `balise record` ou `balise monitor --capture`
emulate-which-source = { $path } : cette capture contient plusieurs appareils qui parlent d'eux-mêmes
    nommez-en un avec --source : { $known }
