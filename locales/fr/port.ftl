# Ce qui peut clocher avec un port série.
port-not-found = { $path } : aucun port à cet endroit
    branchez l'adaptateur, ou cherchez son nom avec `balise doctor --ports`
port-denied = { $path } : vous n'avez pas le droit d'ouvrir ce port
    joignez le groupe auquel il appartient (`sudo adduser $USER { $reason }`), puis reconnectez-vous ;
    si cela ne suffit pas, mettez `KERNEL=="ttyUSB*", GROUP="dialout", MODE="0660"` dans /etc/udev/rules.d/60-balise.rules
port-busy = { $path } : un autre programme tient ce port
    arrêtez ce programme (`fuser { $path }` le nomme), puis recommencez
port-gone = { $path } : le port a disparu
    l'adaptateur a été débranché : rebranchez-le
port-not-serial = { $path } : ce n'est pas un port série
    nommez un appareil comme /dev/ttyUSB0 ; `balise doctor --ports` en donne la liste
port-in-the-way = { $path } : un fichier s'y trouve déjà
    choisissez un autre --link, ou retirez le fichier
port-io = { $path } : { $reason }
    débranchez l'adaptateur et rebranchez-le ; `balise doctor --ports` montre ce que voit le système
port-held = { $path } : tenu par { $reason }
    arrêtez ce programme, puis recommencez
port-absent = aucun port n'est { $wanted }
    branchez l'adaptateur ; `balise doctor --ports` montre ce qu'il y a
port-ambiguous = { $found } ports sont { $wanted }
    précisez : usb_serial ou path, comme les montre `balise doctor --ports`
port-another = un autre appareil porte le nom { $found } ; on attend { $wanted }
    il n'est pas lu ; branchez le bon, ou relancez la surveillance s'il a été remplacé exprès
port-impostor = l'appareil dit être { $found }, or c'est la place de { $wanted }
    il n'est pas lu ; branchez le bon, ou relancez la surveillance s'il a été remplacé exprès
port-unproven = l'appareil ne dit pas le numéro de série { $wanted }
    il n'est pas lu ; branchez le bon, ou relancez la surveillance s'il a été remplacé exprès
