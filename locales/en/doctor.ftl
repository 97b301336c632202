doctor-there = ok       { $name }  { $found }
doctor-missing = missing  { $name }  { $found } (needed by `balise { $needed }`)
doctor-mend-tool = run tools/fetch in the repository, or install Debian's packages prometheus and prometheus-alertmanager
doctor-mend-port = you may not open this port: join the group that owns it (on Debian `sudo adduser $USER dialout`), then log in again
doctor-mend-pty = mount /dev/pts, or run outside a container that hides it
doctor-no-ports = no serial port: plug an adapter in
doctor-all-well = Nothing is missing.
doctor-something-missing = Something is missing; what it is needed for cannot run, everything else can.
