# What can be wrong with a serial port.
port-not-found = { $path }: no port there
    plug the adapter in, or look for its name with `balise doctor --ports`
port-denied = { $path }: you may not open this port
    add yourself to the group that owns it (on Debian `sudo adduser $USER dialout`), then log in again
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
