# Ce qui peut clocher avec un port série.
port-not-found = { $path } : aucun port à cet endroit
    branchez l'adaptateur, ou cherchez son nom avec `balise doctor --ports`
port-denied = { $path } : vous n'avez pas le droit d'ouvrir ce port
    joignez le groupe auquel il appartient (sous Debian `sudo adduser $USER dialout`), puis reconnectez-vous
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
