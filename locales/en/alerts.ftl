# The mail and the message.
alert-mail-firing = ALERT
alert-mail-resolved = ALERT OVER
alert-mail-at = since
alert-mail-ended = over at
alert-mail-action = To do
alert-mail-over = Nothing to do: this alert is over.
alert-mail-bring = To bring
alert-mail-late = LATE ALERT
alert-mail-alerts = alerts
alert-mail-altogether = in all
alert-cause-energy = lack of power
alert-cause-battery = battery
alert-cause-sensor = sensor
alert-cause-link = link
alert-cause-monitor = monitor

# The command and the runbook.
rules-written = wrote { $path }
runbook-made = Made from alerts.toml by `balise rules`; change it there.
runbook-title = Runbook
runbook-intro = Each alert, what it means, what to do and what to bring. The expressions are those Prometheus evaluates.
runbook-alert = alert
runbook-severity = severity
runbook-bring = to bring
runbook-critical = critical
runbook-warning = warning
runbook-entry-means = What happens:
runbook-entry-do = To do:
runbook-entry-bring = To bring:
runbook-entry-why = Why at these numbers:
runbook-when = Raised once the condition has held for { $hold }; over { $keep } after it last held.
runbook-quiet = Not raised for a sign that is { $states }.
runbook-replaced = Not raised for { $length } after the journal tells of a new battery.
sign-state-deployed = deployed
sign-state-parked = parked
sign-state-moving = on the road
sign-state-mains = on a charger
