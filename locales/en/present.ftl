# balise present: the deck of slides.
cli-present = make a deck of slides from result folders
cli-present-after = Each folder holds the results.json of a command (run, evaluate, rig…); its version key tells what it is. The file
    opens offline and prints to PDF, one slide a page. Exit 3 where a folder is of another version. Example:
    balise present results/a123 results/year --out review.html --lang en
cli-argument-results = result folders, in the order in which to show them
cli-flag-present-out = the file to write
cli-flag-title = title of the first slide

present-absent = { $path }: there is no such folder
    check the path, or first run the command that writes it (--out { $path })
present-not-a-folder = { $path } is a file
    name the folder that holds results.json
present-twice = { $path } is named twice
    name each folder once: its figures would count double
present-no-results = { $path } holds no results.json
    run `balise run`, `evaluate` or `rig` with --out { $path }, or name one of its subfolders
present-empty = { $path } is empty
    the command that was writing it was probably interrupted: run it again
present-too-long = { $path } is far too long to be results
    name a folder that balise wrote
present-unreadable = { $path }: cannot be read: { $reason }
    check that you may read it
present-torn = { $path } is not whole JSON: { $reason }
    the file is cut short or damaged: run the command that wrote it again
present-unknown = { $path } has none of the version keys that this program shows
    it knows: { $known }
present-other-version = { $path } is of version { $version } ({ $key }); this program reads version { $known }
    make it again with this program (`{ $command }`), or show it with the program that wrote it
present-misshapen = { $path } says it is { $key } but has not its form: { $reason }
    make it again with this program: `{ $command }`

present-in-the-way = { $path } is already there and is no deck
    choose another name for --out, or move that file

present-title = Balise put to the test
present-question = Do we know early enough that a solar road sign will go dark?
present-cover-note = Every figure names the folder it came from.
present-cover-folders = { $count ->
    [one] Results of one folder
   *[other] Results of { $count } folders
}
present-sources = Source:
present-none = no folder
present-quoted = “{ $text }”
present-list = { $others } and { $last }
present-of = { $part } of { $all }
present-days = days
present-days-short = d
present-points = { $number } points
present-more = { $count ->
    [one] one more
   *[other] { $count } more
}
present-yearly = { $number } a year

present-section-question = The question
present-section-method = The method
present-section-accuracy = Accuracy on measured data
present-section-forecast = Nights ahead
present-section-alerts = What the alerts are worth
present-section-demands = Demands
present-section-scenarios = Faults on purpose
present-section-bench = Test bench
present-section-load = Load
present-section-limits = Limits
present-section-advice = Recommendations
present-section-sources = Sources

present-answer-lead = The answer in figures. In red: what falls short.
present-figure-error = { $count ->
    [one] root mean square error of the state of charge, one measured battery
   *[other] root mean square error of the state of charge, { $count } measured batteries
}
present-figure-covered = of the time the truth lies in the 95 % interval, { $width } wide
present-figure-ahead = outages told at least 12 h ahead by { $alert }
present-figure-ahead-none = outages told at least 12 h ahead
present-figure-false = { $count ->
    [one] false alarms a battery and year, one rule
   *[other] false alarms a battery and year, { $count } rules together
}
present-figure-rival = of recall more than the best fixed threshold at equal false alarms ({ $alert }: { $ours } against { $theirs })
present-figure-demands = demands put to the test and not met

present-method-title = One chain reads laboratory, simulator and field; the truth goes to the judge alone
present-method-lead = From the battery to the score everything goes through the bytes of a real protocol. A real Prometheus raises the alerts.
present-chain-measured = Laboratory
present-chain-measured-1 = measured batteries,
present-chain-measured-2 = capacity known
present-chain-simulated = Simulator
present-chain-simulated-1 = battery, sun, snow,
present-chain-simulated-2 = faults, drawn by a seed
present-chain-bytes = Bytes
present-chain-bytes-1 = instrument, line,
present-chain-bytes-2 = decoder
present-chain-estimate = Estimate
present-chain-estimate-1 = charge, health, nights,
present-chain-estimate-2 = with their interval
present-chain-alerts = Alerts
present-chain-alerts-1 = rules played by
present-chain-alerts-2 = a real Prometheus
present-chain-score = Score
present-chain-score-1 = error, coverage,
present-chain-score-2 = recall, delay
present-chain-truth = the truth, which the estimate never sees
present-chain-measured-by = Measured in a laboratory
present-chain-simulated-by = Simulated or emulated

present-errors-won = { $count ->
    [one] On the measured battery the estimate is nearest on average: off by { $ours }, the best rival by { $rivals }
   *[other] On every measured battery the estimate is nearest on average: off by { $ours }, the best rival by { $rivals }
}
present-errors-mixed = The estimate is on average nearest on { $won } of { $count } measured batteries; off by { $ours }, the best rival by { $rivals }
present-errors-lead = Records cut at random, told a start up to 40 points wrong or none, sensors off. Dot: mean of the trials; line: from the best to the worst trial.
present-errors-axis = Root mean square error of the state of charge, after 20 min
present-errors-mark = { $mean }, worst { $worst }
present-method-estimator = Balise
present-method-notebook-filter = notebook Kalman filter
present-method-coulomb-counter = coulomb counter
present-method-rest-lookup = rest-voltage look-up
present-method-assume-full = “full, then count”
present-battery-a123-lfp-plett = LiFePO₄ (A123 cell)
present-battery-panasonic-18650pf = NCA (Panasonic cell)
present-battery-leadacid-12v-17ah-bboxx = Lead-acid 12 V 17 Ah (BBOXX)
present-battery-leadacid-12v-85ah-tubular = Lead-acid 12 V 85 Ah (tubular)
present-battery-leadacid-12v-100ah-agm-ub121000 = AGM 12 V 100 Ah (UB121000)
present-battery-calce-cs2 = LCO (CALCE CS2 cell)
present-chemistry-lead-acid = lead-acid
present-chemistry-lifepo4 = LiFePO₄
present-chemistry-lithium-ion = lithium-ion
present-chemistry-agm = AGM
present-chemistry-flooded = flooded
present-chemistry-gel = gel
present-intervals-title = The truth lies in the 95 % interval { $covered } of the time, at a width of { $width }
present-intervals-lead = After 20 min, mean of the trials; “max” is the largest error of all trials; “lost” counts the trials in which the luckiest rival was nearer.
present-coverage-axis = Share of the truth in the 95 % interval, by chemistry, with its 90 % bounds
present-coverage-note = { $folder }, { $count ->
    [one] { $count } record
   *[other] { $count } records
}
present-study-title = { $count ->
    [0] { $set }: of { $others } other models tried, none does better than { $mean }
    [one] { $set }: of { $others } other models tried, one does better than { $mean }
   *[other] { $set }: of { $others } other models tried, { $count } do better than { $mean }
}
present-study-lead = { $count } trials, the same for all. Dot: mean; line: to the worst trial.
present-study-axis = Root mean square error of the state of charge, after 20 min

present-nights = { $count ->
    [one] { $count } night
   *[other] { $count } nights
}
present-nights-all = The forecast is worth what is wanted, a skill of { $wanted }, over { $good } nights
present-nights-some = The forecast is worth what is wanted, a skill of { $wanted }, over { $good } nights; not over { $short }
present-nights-none = The forecast wins less than wanted ({ $wanted }) over { $short } nights
present-nights-lead = { $count } simulated signs with hidden parameters. Told against came: on the diagonal a forecast is honest. Lines: 90 % intervals.
present-nights-told = told risk of going dark
present-nights-came = went dark
present-nights-note = { $count } forecasts, { $dark } outages
present-skill-axis = Won on the base rate of the season (1: an oracle, 0: nothing); black stroke: wanted

present-alerts-title = { $alert } finds { $found } of what is due and is right { $right } of the time; { $count ->
    [0] no rule stays below its budget
    [one] one rule stays below its budget
   *[other] { $count } rules stay below theirs
}
present-alerts-lead = “{ $population }”: { $count } simulated signs, { $years } battery-years. Dot: share; line: 95 % bounds; black stroke: budget.
present-recall = Recall
present-precision = Precision
present-false-alarms = False / battery, year
present-due = { $count ->
    [one] { $count } due
   *[other] { $count } due
}
present-untested = Never due here, so nothing is shown of: { $alerts }.
present-unneeded = Fired without a stated need: { $alerts }.
present-ahead-title = { $alert } tells of { $told } of { $count } outages at least 12 h ahead
present-ahead-lead = A pale dot: an outage that was told of. Full dot: the median; black stroke: the 12 h a crew needs. { $count ->
    [0] {""}
    [one] One sudden cut (theft, fuse), which nothing foretells, is not counted.
   *[other] { $count } sudden cuts (theft, fuse), which nothing foretells, are not counted.
}
present-ahead-axis = Time from the alert to the outage
present-ahead-share = Told 12 h ahead
present-ahead-note = { $count ->
    [one] rings once
   *[other] rings { $count } times
}
present-our-rule = Balise
present-rival-voltage = voltage below { $volts } V
present-rival-soc = device’s charge below { $soc }
present-rivals-won = At equal false alarms “{ $rival }” finds { $theirs }; { $alert } finds { $ours }
present-rivals-lost = At equal false alarms “{ $rival }” finds { $theirs }; { $alert } finds only { $ours }
present-rivals-lead = What a user has today, at the best threshold that gives no more false alarms, chosen with the truth in hand.
present-side-title = The { $count } populations side by side
present-side-lead = Recall and precision of each alert.

present-demands-title = { $count ->
    [0] Every demand put to the test is met ({ $tried })
    [one] One demand of { $tried } is not met
   *[other] { $count } demands of { $tried } are not met
}
present-demands-lead = { $count ->
    [0] What fails is said as it is.
    [one] What fails is said as it is. One more was never put to the test: skipped, not passed.
   *[other] What fails is said as it is. { $count } more were never put to the test: skipped, not passed.
}
present-demand-recall = { $alert }: recall, at least
present-demand-precision = { $alert }: precision, at least
present-demand-false-alarms = { $alert }: false alarms a battery, at most
present-demand-delay = { $alert }: delay of 95 % of the alerts, at most
present-demand-due = { $sign } at { $site }: { $alert } comes when the crew needs it
present-demand-expected = { $sign } at { $site }: { $alert } within the scenario’s window
present-demand-quiet = { $sign } at { $site }: no alert without cause
present-demand-soc = { $sign } at { $site }: error of the state of charge, at most

present-runs-title = { $count ->
    [0] { $runs } runs, none failed; the largest error of charge is { $worst }
    [one] { $runs } runs, one failed; the largest error of charge is { $worst }
   *[other] { $runs } runs, { $count } failed; the largest error of charge is { $worst }
}
present-runs-lead = Simulated signs, faults on purpose. Errors of the state of charge against the simulator’s truth.
present-faults-title = { $count ->
    [one] The fault that had to be told was not
   *[other] { $told } of { $count } faults that had to be told were
}
present-faults-all = { $count ->
    [0] None of the faults had to be told
    [one] The fault that had to be told was
   *[other] All { $count } faults that had to be told were
}
present-faults-lead = “After” counts from the fault’s start to the alert; snow is no threat until the battery has been drained.
present-fault-panel-snow = snow on the panel
present-fault-panel-stolen = panel stolen
present-fault-panel-disconnected = panel disconnected
present-fault-panel-shaded = panel in the shade
present-fault-panel-dirty = panel dirty
present-fault-capacity-lost = capacity lost
present-fault-charger-fuse-blown = charger’s fuse blown
present-fault-battery-fuse-blown = battery’s fuse blown
present-fault-battery-stolen = battery stolen
present-fault-controller-stuck-off = controller that no longer charges
present-fault-connection-loose = loose connection
present-fault-parasitic-load = hidden load
present-fault-display-undimmed = display at full brightness
present-fault-current-offset = shunt off
present-fault-device-false-full = device that believes the battery full
present-fault-cable-pulled = serial cable pulled
present-fault-panels-lost = panels out of service
present-fault-line-noise = noise on the line
present-fault-cell-short = cell bridged
present-fault-cell-open = cell open
present-fault-sulfated = hard sulfate
present-fault-dried-out = dried out
present-fault-acid-layered = acid in layers
present-fault-acid-frozen = acid frozen
present-fault-thermal-runaway = thermal runaway
present-fault-box-blocked = box badly aired
present-fault-unit-swapped = old unit put in
present-fault-bms-blocks-charge = BMS blocks charge
present-fault-bms-blocks-discharge = BMS blocks discharge
present-fault-bms-unbalanced = cells out of balance
present-fault-bms-cold-block = BMS takes the pack for frozen
present-fault-terminal-corroded = corroded terminal
present-fault-string-resists = resistance in one string
present-fault-string-fuse-blown = fuse of one string blown
present-fault-load-fuse-blown = sign’s fuse blown
present-fault-controller-stuck-on = controller without limit
present-fault-controller-missetting = controller set for another battery
present-fault-controller-sensor-lost = controller without its sensor
present-fault-controller-sensor-misplaced = controller’s sensor misplaced
present-fault-disconnect-welded = low-voltage disconnect welded
present-fault-disconnect-chatters = low-voltage disconnect chatters
present-fault-panel-frosted = frost on the panel
present-fault-panel-turned = panel turned from the sun
present-fault-panel-diode-open = panel’s diode open
present-fault-panel-diode-shorted = panel’s diode shorted
present-fault-firmware-busy = firmware never rests
present-fault-mast-stalled = mast motor stalled
present-fault-voltage-offset = voltage off
present-fault-voltage-gain = voltage gain off
present-fault-voltage-noise = voltage noisy
present-fault-voltage-coarse = voltage in steps
present-fault-voltage-stuck = voltage stuck
present-fault-voltage-spikes = voltage spikes
present-fault-current-gain = current gain off
present-fault-current-drift = current drifts
present-fault-current-noise = current noisy
present-fault-current-coarse = current in steps
present-fault-current-dead-band = small currents not read
present-fault-current-stuck = current stuck
present-fault-current-spikes = current spikes
present-fault-current-clipped = current clipped
present-fault-current-reversed = shunt the wrong way round
present-fault-channels-swapped = currents swapped
present-fault-temperature-offset = temperature off
present-fault-temperature-stuck = temperature stuck
present-fault-temperature-open = temperature sensor open
present-fault-temperature-shorted = temperature sensor shorted
present-fault-sensors-late = readings late
present-fault-device-soc-jump = device’s charge jumps
present-fault-device-temperature-lost = device knows no temperature
present-fault-line-flips = bits flipped
present-fault-line-drops = bytes lost
present-fault-line-inserts = stray bytes
present-fault-line-doubles = bytes doubled
present-fault-line-bursts = bursts of noise
present-fault-line-cuts = answers cut short
present-fault-line-late = line late
present-fault-line-stalls = line stalls
present-fault-line-echoes = line echoes
present-fault-line-stale = stale bytes
present-fault-frame-wrong-sum = wrong checksums
present-fault-frame-wrong-length = wrong lengths
present-fault-frame-missing = answers not sent

present-bench-title = { $count } of { $steps } steps passed
present-pace-title = { $count } of { $steps } steps passed; 99 % of the ticks leave less than { $late } late
present-bench-emulated = “{ $name }”: on pseudo-terminals, without hardware.
present-bench-real = “{ $name }”: on real ports.
present-pace-axis = How late ticks left. Dot: median; pale dot: 99 %; line: to the latest
present-pace-mark = 99 % { $p99 }, latest { $max }

present-load-title = One monitor reads { $batteries } batteries at { $rate } Hz and loses no frame
present-load-lost = At { $batteries } batteries and { $rate } Hz frames are lost
present-load-knee = At { $knee } batteries it no longer keeps up.
present-load-own-limit = At { $knee } batteries the virtual devices themselves no longer keep up: it is not the monitor’s limit.
present-load-lead = Virtual devices, one load after the other.

present-limits-title = What these figures do not show
present-limit-simulated = Simulated only
present-limit-simulated-text = The truth is the simulator’s there, and how often things break is assumed.
present-limit-emulated = No real port
present-limit-emulated-text = Pseudo-terminals stand in for hardware.
present-limit-failed = { $count ->
    [one] One demand of { $tried } fails
   *[other] { $count } demands of { $tried } fail
}
present-limit-failed-text = They are listed under “Demands”.
present-limit-skipped = { $count ->
    [one] One demand never put to the test
   *[other] { $count } demands never put to the test
}
present-limit-skipped-text = Skipped, not passed: their case never came.
present-limit-lost = { $battery }: a rival is nearer
present-limit-lost-text = { $method }: off by { $theirs }; Balise: { $ours }.
present-limit-warm = Never measured below 0 °C
present-limit-warm-text = The coldest: { $each }.
present-limit-coldest = { $battery } at { $degrees }
present-limit-same = Parameters from the same battery
present-limit-same-text = { $each }: the profile bears the name of the records. Another battery of the kind is not promised.
present-limit-unscored = { $count ->
    [one] One record not scored
   *[other] { $count } records not scored
}
present-limit-unscored-text = Without a reference, or refused: { $records }.
present-limit-never = { $count ->
    [one] One alert never due
   *[other] { $count } alerts never due
}
present-limit-never-text = Nothing is shown of { $alerts }.
present-limit-few = { $count ->
    [one] One alert due fewer than ten times
   *[other] { $count } alerts due fewer than ten times
}
present-limit-few-text = Their bounds are wide: { $alerts }.
present-limit-few-each = { $alert } ({ $due })
present-limit-absent = Parts without a folder
present-limit-absent-text = Nothing here on: { $kinds }.
present-kind-balise-results = scenarios
present-kind-balise-scoring = accuracy on measured data
present-kind-balise-study = models compared
present-kind-balise-nights = nights ahead
present-kind-balise-alert-scores = alerts over a population
present-kind-balise-rig-results = test bench
present-kind-balise-load = load

present-advice-title = { $count ->
    [one] One recommendation, and the figure that bears it
   *[other] { $count } recommendations, each with the figure that bears it
}
present-advice-visit = Set out when { $alert } is raised
present-advice-visit-text = It tells of { $told } of { $of } outages at least 12 h ahead, and fired { $count } times in all, in { $years } battery-years.
present-advice-check = Check from afar before you drive for { $alert }
present-advice-check-text = It is right { $precision } of the time ({ $bounds }) and gives { $yearly } false alarms a battery and year.
present-advice-alone = Do not rely on { $alert } alone
present-advice-alone-text = { $count ->
    [one] It finds { $recall } of what is due ({ $bounds }, { $count } case).
   *[other] It finds { $recall } of what is due ({ $bounds }, { $count } cases).
}
present-advice-replace = Replace the fixed-threshold alarm by { $alert }
present-advice-replace-text = At equal false alarms it finds { $ours } of what is due; “{ $rival }” finds { $theirs }.
present-advice-chemistry = Visit { $chemistry } batteries more often
present-advice-chemistry-text = { $alert } finds only { $hits } of { $count } cases there; { $overall } over all chemistries.
present-advice-season = Keep crews for { $season }
present-advice-season-text = { $due } of the { $count } times { $alert } was due fell in it.
present-season-winter = winter
present-season-spring = spring
present-season-summer = summer
present-season-autumn = autumn
present-advice-cause = Prepare for this first: { $fault }
present-advice-cause-text = The fault was at work { $due } of the { $count } times { $alert } was due, more than any other.
present-advice-weather = Look at the solar panel first, then at the parts
present-advice-weather-text = Nothing was broken { $due } of the { $count } times { $alert } was due: snow, sky or the panel’s size were enough.
present-advice-false = Reckon with { $fleet } needless trips a year for { $signs } signs
present-advice-false-text = { $count } false alarms, or { $each } a battery and year, all rules together.
present-advice-off = Leave { $alert } off where nobody asks for it
present-advice-off-text = It fired { $count } times in { $years } battery-years, without a stated need.
present-advice-interval = Decide on the low end of the interval, not on the value
present-advice-interval-thin = Widen the interval before you decide on it
present-advice-interval-text = It holds the truth { $covered } of the time and is { $width } wide.
present-advice-counter = Do not plan on a plain amp-hour counter
present-advice-counter-text = After a wrong start it is off by { $counter }; the estimate by { $ours }.
present-advice-margin = Keep a margin of { $worst } on a battery just installed
present-advice-margin-text = { $battery }: { $arrived } of { $count } trials come within 2 points to stay; the worst is off by { $worst }.
present-advice-nights = Plan rounds { $count ->
    [one] { $count } night
   *[other] { $count } nights
} ahead
present-advice-nights-text = The forecast wins { $skill } on the season’s own rate there; wanted: { $wanted }.
present-advice-nights-beyond = Over { $count ->
    [one] { $count } night
   *[other] { $count } nights
}, only { $skill }.
present-advice-walk = Keep a round for what no alert told
present-advice-walk-text = { $count ->
    [one] One fault that had to be told was not: { $faults }.
   *[other] { $count } faults that had to be told were not: { $faults }.
}
present-advice-load = Give one monitor up to { $batteries } batteries
present-advice-load-text = { $batteries } batteries at { $rate }: no frame lost.

present-sources-title = Where the figures come from
present-sources-lead = The fingerprint is the beginning of results.json’s SHA-256: the same files make this deck again, byte for byte.
present-column-battery = battery
present-column-folder = folder
present-column-records = records
present-column-trials = trials
present-column-celsius = temperature
present-column-rmse = rmse
present-column-mae = mae
present-column-max = max
present-column-covered = covered
present-column-width = width
present-column-lost = lost
present-column-alert = alert
present-column-recall-of = recall, { $folder }
present-column-precision-of = precision, { $folder }
present-column-demand = demand
present-column-measured = measured
present-column-limit = limit
present-column-run = run
present-column-seed = seed
present-column-verdict = verdict
present-column-hit = hits
present-column-missed = missed
present-column-false = false
present-column-fault = fault
present-column-sign = sign
present-column-detection = told by
present-column-after = after
present-column-step = step
present-column-ticks = ticks
present-column-missed-ticks = missed
present-column-batteries = batteries
present-column-frames-in = frames read
present-column-frames-lost = lost
present-column-cpu = cores
present-column-memory = memory
present-column-scrape-p50 = scrape, p50
present-column-scrape-max = scrape, max
present-column-kind = what it is
present-column-version = version
present-column-fingerprint = fingerprint
