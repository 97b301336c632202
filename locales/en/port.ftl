# What can be wrong with a serial port.
port-not-found = { $path }: no port there
    plug the adapter in, or look for its name with `balise doctor --ports`
port-denied = { $path }: you may not open this port
    add yourself to the group that owns it (`sudo adduser $USER { $reason }`), then log in again;
    where that is not enough, put `KERNEL=="ttyUSB*", GROUP="dialout", MODE="0660"` into /etc/udev/rules.d/60-balise.rules
port-busy = { $path }: another program holds this port
    stop that program (`fuser { $path }` names it), then try again
port-gone = { $path }: the port went away
    the adapter was unplugged: plug it in again
port-not-serial = { $path }: this is not a serial port
    name a device such as /dev/ttyUSB0; `balise doctor --ports` lists them
port-in-the-way = { $path }: a file stands there already
    choose another --link, or remove the file
port-io = { $path }: { $reason }
    unplug the adapter and plug it in again; `balise doctor --ports` shows what the system sees
port-held = { $path }: held by { $reason }
    stop that program, then try again
port-absent = no port is { $wanted }
    plug the adapter in; `balise doctor --ports` shows what there is
port-ambiguous = { $found } ports are { $wanted }
    say more: usb_serial or path, as `balise doctor --ports` shows them
port-another = another device has the name { $found }; wanted is { $wanted }
    it is not read; plug the right one in, or restart the monitor if it was replaced on purpose
port-impostor = the device calls itself { $found }, and { $wanted } belongs here
    it is not read; plug the right one in, or restart the monitor if it was replaced on purpose
port-unproven = the device does not tell the serial number { $wanted }
    it is not read; plug the right one in, or restart the monitor if it was replaced on purpose
