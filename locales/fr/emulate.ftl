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
emulate-truth-needs-plant = --truth demande --scenario et un seul appareil : seule une installation simulée connaît la vérité
emulate-no-device = aucune sorte d'appareil
    donnez --device avec une de celles-ci : { $known }
emulate-bad-address = --device { $device } : pas un tel appareil
    écrivez SORTE@ADRESSE avec une adresse de 1 à 255 ; vedirect, jbd, daly et jk n'en ont pas
emulate-other-rate = --device { $device } : les appareils d'une ligne doivent avoir la même vitesse
    epever, junctek et jk vont à 115200, renogy, renogy-battery, jbd et daly à 9600
emulate-talks-by-itself = --device { $device } : il parle sans qu'on l'interroge, et veut une ligne à lui
emulate-same-address = --device { $device } : un autre appareil de la ligne répondrait aux mêmes questions
    donnez à chacun son adresse : --device { $device }@2
emulate-for-nobody = --set { $pair } : aucun appareil de la ligne n'a cette adresse ou cette sorte
emulate-fault-unknown = --fault { $fault } : il n'y a pas de telle panne
    sans installation : { $hint }
    avec --scenario : toutes celles de docs/faults.md
emulate-fault-number = --fault { $fault } : son nombre manque ou sort des bornes
    écrivez { $hint }
emulate-fault-no-number = --fault { $fault } : { $hint } ne prend pas de nombre
emulate-fault-window = --fault { $fault } : ce n'est pas un intervalle
    écrivez @DÉBUT..FIN en secondes de l'exécution, comme @10..60 ou @10..
emulate-fault-needs-plant = --fault { $fault } : il y faut une installation (--scenario FILE)
    sans elle : { $known }
emulate-fault-of-recording = --fault { $fault } : un enregistrement dit ce qu'il a dit ; seule sa ligne peut faillir
    les pannes de la ligne : { $known }
emulate-no-source = { $path } : rien de cet appareil n'est dans cette capture
    ses sources : { $known }
emulate-no-questions = { $path } : cet enregistrement ne contient aucune question, et l'appareil ne parle qu'interrogé
    enregistrez-en une avec `balise record` ou `balise monitor --capture`
emulate-which-source = { $path } : cette capture contient plusieurs appareils qui parlent d'eux-mêmes
    nommez-en un avec --source : { $known }
