# Ce à quoi une exécution doit satisfaire.
check-due = { $battery } à { $site } : { $alert } arrive quand l'équipe en a besoin
check-no-false-alarm = { $battery } à { $site } : aucune alerte sans cause
check-expected = { $battery } à { $site } : { $alert } se déclenche dans la fenêtre que donne le scénario
check-nothing-else = { $battery } à { $site } : aucune alerte ne se déclenche hors celles que nomme le scénario
check-soc-error = { $battery } à { $site } : l'écart de l'état de charge reste sous la limite
check-no-promtool = alertes non jugées : promtool introuvable (lancez tools/fetch, ou installez prometheus)
