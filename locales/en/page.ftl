# The page a crew looks at.
page-title = Balise
page-skip = Skip to content
page-other-language = Français
page-back = All signs
page-without-script = Without JavaScript the page reloads by itself every minute.
page-made = Balise { $version }, time of { $zone }
page-unknown = –
page-summary = { $count ->
    [0] { $all ->
        [one] The sign needs no visit
       *[other] None of { $all } signs needs a visit
    }
    [one] { $count } of { $all } needs a visit
   *[other] { $count } of { $all } need a visit
}
page-summary-at-least = { $count ->
    [0] No visit by the numbers; the alerts are not known
    [one] At least { $count } of { $all } needs a visit
   *[other] At least { $count } of { $all } need a visit
}
page-summary-empty = No sign to watch
page-short = { $count } to visit – Balise
page-alerts-not-connected = alerts: not connected
page-alerts-unreachable = alerts: Prometheus has not answered
page-alerts-count = { $count ->
    [0] no alert
    [one] one alert
   *[other] { $count } alerts
}
page-silent-count = { $count ->
    [one] one silent sign
   *[other] { $count } silent signs
}
page-fleet = The signs, most pressing first
page-find = Search
page-find-hint = site, sign or alert
page-show = Show
page-show-all = all
page-show-visit = to visit
page-show-alert = with an alert
page-show-silent = silent
page-none-found = No sign matches.
page-head-sign = sign
page-head-state = state
page-head-charge = charge
page-head-flow = current
page-head-health = health
page-head-heard = heard
page-head-alerts = alerts
page-bring = Bring: { $what }
page-no-alert = none
page-state-never-heard = never heard
page-state-silent = no news since { $time }
page-state-rests = nothing to watch tonight
page-state-dark-by = probably dark by { $time }
page-state-holds-until = holds until { $time } (90 %)
page-state-holds-long = holds for more than eight days (90 %)
page-state-unknown = autonomy not yet known
page-band = { $low } to { $high } %
page-charging = charging
page-discharging = discharging
page-at-rest = at rest
page-from-charger = from the controller
page-just-now = just now
page-ago-seconds = { $count } s ago
page-ago-minutes = { $count } min ago
page-ago-hours = { $count } h ago
page-ago-days = { $count } days ago
page-lost = The monitor does not answer; no news since { $time } ({ $ago }). The numbers below are from then.
page-lost-removed = The monitor does not answer; no news since { $time } ({ $ago }). The numbers are too old to be shown.
page-crowded = Too many pages are open: this one is no longer kept current, and asks again for a place. The numbers below are of { $time } ({ $ago }).
page-crowded-removed = Too many pages are open: this one has not been kept current since { $time } ({ $ago }), and asks again for a place. The numbers are too old to be shown.
page-monday = Monday
page-tuesday = Tuesday
page-wednesday = Wednesday
page-thursday = Thursday
page-friday = Friday
page-saturday = Saturday
page-sunday = Sunday
page-month-1 = January
page-month-2 = February
page-month-3 = March
page-month-4 = April
page-month-5 = May
page-month-6 = June
page-month-7 = July
page-month-8 = August
page-month-9 = September
page-month-10 = October
page-month-11 = November
page-month-12 = December
page-date = { $weekday } { $day } { $month }, { $clock }
page-now = Now
page-measured = Measured
page-estimated = Estimated
page-claimed = What the device says
page-true = Truth of the simulation
page-voltage = voltage
page-current = current
page-temperature = temperature
page-charge = charge
page-health = health
page-resistance = resistance
page-full = last full charge
page-full-never = never seen
page-nights = nights held (1, 3, 7)
page-life = until 80 % of capacity
page-life-between = { $low } to { $high }
page-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
page-plus-minus = ± { $spread }
page-error = off by { $points } points
page-device = device
page-chemistry = battery
page-chemistry-lead-acid = lead-acid
page-chemistry-lifepo4 = lithium iron phosphate
page-sensors = Sensors
page-sensor-fine = nothing suspicious
page-faults = faults at work
page-no-fault = none
page-todo = What to do
page-todo-nothing = Nothing to do for this sign.
page-todo-not-connected = Alerts: not connected. Name Prometheus in the monitor's configuration to see the alerts and what to do here.
page-todo-unreachable = Prometheus has not answered: the alerts of this sign are not known.
page-need-silent = no news
page-need-dark-today = probably dark within a day
page-need-nearly-empty = battery nearly empty
page-need-dark-soon = may not last three days
page-since = since { $time }
page-do = To do
page-head-bring = Bring
page-curves = Curves
page-span-hour = hour
page-span-day = day
page-span-week = week
page-span-season = season
page-events = Events
page-no-events = Nothing in this period.
page-event-alert = Alert: { $name }, since { $from }
page-event-alert-over = Alert: { $name }, from { $from } to { $until }
page-event-delivered = delivered { $time }
page-event-fault = Simulated fault: { $name }, since { $from }
page-event-fault-over = Simulated fault: { $name }, from { $from } to { $until }
page-chart-empty = No measurements for this period yet.
page-chart-failed = The curves could not be read.
page-chart-charge = Charge (%)
page-chart-voltage = Voltage (V)
page-chart-current = Current (A)
page-chart-temperature = Temperature (°C)
page-chart-sun = Sun
page-chart-health = Health (%)
page-chart-resistance = Resistance (mΩ)
page-line-time = time
page-line-estimate = estimate
page-line-low = 95 %, low
page-line-high = 95 %, high
page-line-device = device
page-line-truth = truth
page-line-measured = measured
page-line-charger = controller
page-line-clear-sky = clear sky (W/m²)
page-line-panel = solar panel, truth (W)
page-values = The values as a table
page-refused-title = Not found
page-refused-page = There is no such page.
page-refused-sign = No sign has this name. It may have been renamed, or taken out of the configuration.
page-refused-span = There is no such span. Choose hour, day, week or season.
page-refused-host = This address is not the monitor's. Open the page by the machine's address, or add this name to hosts in the monitor's configuration.
page-refused-home = Go to the list of signs
config-bad-prometheus = “{ $value }” is not the address of a Prometheus
config-bad-prometheus-help = write it as prometheus = "http://127.0.0.1:9090"
config-bad-zone = “{ $value }” is not a time zone we know
config-bad-zone-help = write it as time_zone = "America/Montreal"
