document-help = aide
document-syntax = ceci n'est pas du TOML : { $reason }
document-syntax-help = écrivez `clé = valeur`, une par ligne ; les textes sont entre guillemets droits
document-missing-key = il manque `{ $key }`
document-missing-key-help = ajoutez une ligne `{ $key } = …` à cette section
document-not-a-number = `{ $key }` attend un nombre
document-not-a-number-help = écrivez des chiffres sans guillemets ni unité, avec un point : { $key } = 12.5
document-out-of-range = `{ $key }` ne peut pas valoir { $value }
document-out-of-range-help = écrivez un nombre de { $low } à { $high }
document-not-a-text = `{ $key }` attend un texte
document-not-a-text-help = mettez-le entre guillemets droits : { $key } = "…"
document-not-a-flag = `{ $key }` attend true ou false
document-not-a-flag-help = écrivez { $key } = true ou { $key } = false
document-not-a-window = `{ $key }` attend deux nombres, le premier au plus égal au second
document-not-a-window-help = écrivez { $key } = [de, à], tous deux entre { $low } et { $high }
document-not-a-table = `{ $key }` est une section
document-not-a-table-help = écrivez [{ $key }] sur sa propre ligne et ses clés dessous
document-not-a-list = `{ $key }` est une liste de sections
document-not-a-list-help = écrivez [[{ $key }]] au-dessus de chaque entrée
document-unknown-choice = `{ $key }` ne peut pas être « { $value } »
document-unknown-choice-help = écrivez l'un de { $known }
document-missing-unit = il manque l'unité à `{ $key }`
document-missing-unit-help = écrivez plutôt `{ $near }`
document-unknown-key = `{ $key }` n'est pas une clé de cette section
document-unknown-key-help = vouliez-vous dire `{ $near }` ? Connues ici : { $known }
document-foreign-key = `{ $key }` n'est pas une clé de cette section
document-foreign-key-help = connues ici : { $known }
document-wrong-version = ce fichier est de version { $value }
document-wrong-version-help = ce programme lit la version { $known } : écrivez { $key } = { $known }
file-unreadable = { $path } : lecture impossible : { $reason }
    vérifiez le chemin et votre droit de lecture
file-unwritable = { $path } : écriture impossible : { $reason }
    choisissez un autre endroit, ou libérez de la place
file-not-understood = { $path } : { $reason }
    { $advice }
file-line = la ligne { $line } n'est pas de ce format
file-advice-dump = un vidage hexadécimal a des lignes `<<< 0D 0A …`, `>>> …` et `# remarques` ; tout le reste est lu comme des octets bruts
file-advice-profile = prenez fixtures/profiles ou le profil `agm_12v` pour modèle
file-advice-results = nommez le dossier qu'un `balise run --out` antérieur a écrit, avec les mêmes scénarios et graines
file-advice-capture = nommez un fichier écrit par `record`, `--capture` ou `demo`
file-advice-table = un tableau commence par `# balise_`, puis nomme ses colonnes, dont `time_s`
file-advice-demo = la démonstration a été dérangée pendant qu'elle écrivait ; relancez-la avec un autre --out
capture-foreign = ce n'est pas une capture : elles commencent par `balise-capture 2` (ou 1)
capture-version = une capture de version { $version } ; ce programme lit les versions 1 et 2 : prenez le plus récent
capture-torn = la ligne { $line } est coupée, l'enregistrement s'arrête là ; tout ce qui précède compte
system-refused = le système refuse : { $reason }
    libérez de la mémoire, des fichiers ou des ports, et recommencez
file-too-long = { $path } : plus de { $most } Mo, ce qu'aucun scénario, configuration ou profil n'atteint
    vérifiez que c'est bien le fichier voulu
document-not-texts = `{ $key }` attend une liste de textes
document-not-texts-help = écrivez { $key } = ["…", "…"]
alerts-name-twice = deux alertes s’appellent { $name }
alerts-name-twice-help = donnez à chaque alerte son propre nom
alerts-key-twice = { $name } a la clé de { $other }
alerts-key-twice-help = la clé mène à l’entrée du guide : donnez à chaque alerte la sienne
alerts-upside-down = { $name } et { $other } sont à l’envers : l’avertissement vient après l’alerte critique
alerts-upside-down-help = un avertissement doit venir plus tôt que l’alerte critique du même genre
signs-bad-time = { $value } n’est pas un instant
signs-bad-time-help = écrivez l’heure avec son fuseau : 2026-11-02T14:00:00-05:00
