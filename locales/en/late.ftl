# Alerts on data that came late.
cli-late = raise the alerts that would have fired on data that came late
cli-late-after = Prometheus judges its rules at the present only. This asks it each rule over the hours a gateway delivered late,
    and gives Alertmanager what would have fired, marked late="true". Without --from and --until the hours are
    those that monitors say they delivered late; --watch goes on looking.
cli-flag-late-prometheus = Prometheus' address (default http://127.0.0.1:9090)
cli-flag-alertmanager = Alertmanager's address (default http://127.0.0.1:9093)
cli-flag-late-from = first instant, such as 2026-01-12T05:00:00-05:00
cli-flag-until = last instant
cli-flag-watch = go on looking for hours that came late
cli-flag-alive = a file that is written anew after each look that was answered; its age says whether the watch is well
late-no-answer = no good answer: { $reason }
    is it running there?
late-was = true from { $from } to { $until }, learned afterwards
late-is = true since { $from }, learned afterwards
late-raised = { $alert }, { $site }, { $battery }: { $was }
late-summary = from { $from } to { $until }: { $raised } late alerts
