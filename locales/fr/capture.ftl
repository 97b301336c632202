# Enregistrer, comparer, et répondre d'après une capture.
record-nothing = rien à enregistrer
    nommez un port (--port /dev/ttyUSB0) ou un fichier de configuration (--config FICHIER)
record-line = { $source } ({ $device }) : { $received } octets reçus, { $sent } envoyés, { $stray } perdus ; { $good } bonnes trames, { $bad } mauvaises
diff-same = aucune différence au-delà de la tolérance
diff-different = ils diffèrent
diff-only-a = { $name } : seulement dans A
diff-only-b = { $name } : seulement dans B
diff-line = { $name } : { $pairs } comparées
diff-line-same = , toutes égales
diff-line-missing-a = , { $count } absentes de A
diff-line-missing-b = , { $count } absentes de B
diff-line-first = , { $count } au-delà de la tolérance, la première à { $time } s : { $a } dans A, { $b } dans B
diff-line-largest = , plus grand écart { $size } à { $time } s
diff-nothing = aucun des deux fichiers ne contient de valeur à comparer
    vérifiez --device, et que les appareils ont été entendus
