# Mots communs à plusieurs commandes.
yes = oui
no = non
skipped = non exécuté : { $reason }
not-found = { $tool } introuvable
