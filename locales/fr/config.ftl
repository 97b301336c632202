config-twice = { $site } a deux batteries nommées { $name }
config-twice-help = donnez à chaque batterie d'un site un nom à elle
config-bad-address = « { $value } » n'est pas une adresse
config-bad-address-help = écrivez-la comme listen = "127.0.0.1:9187"
