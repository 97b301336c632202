config-twice = { $site } a deux batteries nommées { $name }
config-twice-help = donnez à chaque batterie d'un site un nom à elle
config-bad-address = « { $value } » n'est pas une adresse
config-bad-address-help = écrivez-la comme listen = "127.0.0.1:9187"
config-port-twice = deux batteries sont lues sur { $port }
config-port-twice-help = un port n'a qu'un lecteur : donnez à chaque batterie le port de son appareil
config-address-twice = deux appareils sur { $port } répondraient aux mêmes questions
config-address-twice-help = donnez à chacun sa propre adresse, comme address = 2
config-bad-usb = « { $value } » n'est pas un identifiant USB
config-bad-usb-help = écrivez-le comme le montre `balise doctor --ports` : usb = "0403:6001"
config-bad-url = « { $value } » n'est pas une adresse
config-bad-url-help = écrivez-la comme url = "http://10.0.0.1:9090"
