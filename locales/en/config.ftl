config-twice = { $site } has two batteries called { $name }
config-twice-help = give each battery of a site a name of its own
config-bad-address = "{ $value }" is not an address
config-bad-address-help = write it as in listen = "127.0.0.1:9187"
config-port-twice = two batteries are read from { $port }
config-port-twice-help = a port has one reader: give each battery the port its own device hangs on
config-address-twice = two devices on { $port } would answer the same questions
config-address-twice-help = give each an address of its own, as in address = 2
config-bad-usb = "{ $value }" is not a USB id
config-bad-usb-help = write it as `balise doctor --ports` shows it: usb = "0403:6001"
config-bad-url = "{ $value }" is not an address
config-bad-url-help = write it as in url = "http://10.0.0.1:9090"
