cli-about = Battery monitor for solar-powered roadside signs, and the harness that proves it right.
cli-usage = Usage:
cli-commands = Commands
cli-options = Options
cli-arguments = Arguments
cli-help = show this help
cli-version = show the version
cli-demo = the whole chain on this machine: five virtual signs, an accelerated January week, real alerts, a verdict
cli-demo-after = The seed draws which signs fail, how and when. It ends red (exit 1) if a fault goes unseen or an
    alert has no cause. --break spoils one link on purpose, to show that the verdict notices.
cli-run = run scenarios as fast as possible and score every estimate against the truth
cli-run-after = Each run writes results.json, junit.xml, report.html and trace.csv under --out and ends with 0
    (all checks passed), 1 (a check failed) or 5 (worse than the baseline).
cli-monitor = the field job: read serial devices, estimate, serve /metrics
cli-monitor-after = Without a configuration file: balise monitor --port /dev/ttyUSB0
    The page is at the address of --listen, on this machine only unless you say otherwise.
cli-emulate = an emulated device on a pseudo-terminal or a real port, for anyone's client
cli-emulate-after = Prints `ready PATH` once a client may open the line; runs until SIGTERM. Example:
    balise emulate --device vedirect-bmv --link /tmp/bmv --set voltage_v=12.61 --set current_a=-2.37
cli-rig = hardware in the loop: self-test, run, record, verdict
cli-rig-after = Without hardware: balise rig fixtures/rig/bench.toml --emulate
cli-record = write every byte on a port, both directions, to a capture
cli-record-after = Prints `ready CAPTURE` once the file is begun; runs until SIGTERM, Ctrl-C or the end of --for. Devices that speak only
    when asked are asked as the monitor asks. An earlier CAPTURE is kept as CAPTURE.1. Example:
    balise record pmv2.txt --port /dev/ttyUSB0 --device jbd --for 60
cli-decode = decode a recording of a device's bytes into JSON Lines
cli-decode-after = FILE holds raw bytes, an annotated hex dump or a capture, which tells its devices itself; `-` reads standard input.
cli-replay = estimate again from a capture, without any device
cli-replay-after = The same bytes and stamps give the same estimates, to the last bit.
cli-export = write a capture as a hex dump, or as pcapng for Wireshark
cli-export-after = To standard output without --out. Without --as the name of --out decides: FILE.pcapng is pcapng, anything else a
    dump (`<<<` from the device, `>>>` to it), which `balise decode` reads. Example:
    balise export pmv2.txt --out pmv2.pcapng
cli-diff = compare the decoded values of two captures or two runs
cli-diff-after = A and B are captures, raw bytes or dumps (with --device), run folders, or trace, estimates and truth files (CSV). Ends
    with 1 where a value differs by more than the tolerance, or is missing. Example:
    balise diff before.txt after.txt --tolerance voltage_v=0.01 --tolerance current_a=0.05
cli-evaluate = score the estimator on measured data
cli-evaluate-after = Beside the estimator stand a coulomb counter, assume-full-and-count, the rest-voltage look-up and a notebook’s Kalman filter.
cli-identify = fit a battery profile from laboratory data or logs, and say what they do not determine
cli-identify-after = Each file's role is found from its current unless --ocv, --pulse or --drive says it. Parameters that the data do not
    determine keep the base's value. Files after --check are predicted, never fitted.
cli-doctor = what is missing on this machine, and how to mend it
cli-doctor-after = Ends with exit 4 where something needed is missing.
cli-argument-scenario = scenario files (TOML)
cli-argument-file = the recording, or - for standard input
cli-argument-manifest = the manifest of the bench (TOML)
cli-argument-capture = a capture that `record`, `--capture` or `demo` wrote, or - for standard input
cli-argument-recording = where the capture goes
cli-argument-first = a capture, a recording of bytes, a run folder or a table
cli-argument-second = what it is compared with
cli-flag-lang = language: fr or en (default: the environment's)
cli-flag-seed = the number that makes a run again (default: the file's, or 1)
cli-flag-seeds = run this many seeds, counting up from the first (default 1)
cli-flag-jobs = threads (default: one per processor)
cli-flag-shard = run only part I of N of the list
cli-flag-emulate = pseudo-terminals with stand-ins in the place of the ports
cli-flag-out = folder for what the run writes (default: a dated folder)
cli-flag-baseline = folder of an earlier run to compare with
cli-flag-force = write over an existing folder
cli-flag-json = nothing but JSON on standard output
cli-flag-break = spoil one link on purpose: rule, estimator or receiver
cli-flag-config = configuration file (TOML)
cli-flag-port = serial port or pseudo-terminal
cli-flag-device = device kind: vedirect-bmv, vedirect-mppt, epever, renogy, renogy-battery, jbd, daly, junctek, jk (default vedirect-bmv)
cli-flag-profile = battery profile: a TOML file, or a built-in name: agm_12v, flooded_12v, gel_12v, lifepo4_4s (default agm_12v)
cli-flag-capacity-ah = rated capacity of the battery in amp-hours
cli-flag-listen = address of the page and /metrics (default 127.0.0.1:9187)
cli-flag-capture = write every byte, both directions, with its stamps, to this file
cli-flag-note = say this in the capture's head
cli-flag-for = stop by itself after so many seconds
cli-flag-only-listen = never ask: for a line where another program or controller asks
cli-flag-as = what to write: dump or pcapng
cli-flag-export-out = the file to write (default: standard output)
cli-flag-tolerance = how far apart two values may be, for all quantities or for one by its name (default 0)
cli-flag-replay-speed = how fast the capture goes by: 1 as recorded, 10 ten times as fast, max at once (default max; 1 with --listen)
cli-flag-replay-listen = serve /metrics at this address while the capture goes by
cli-flag-trace = write every estimate to this file (CSV)
cli-flag-state = folder where the estimate survives a restart
cli-flag-speed = how many times faster than real time the device runs (default 1)
cli-flag-epoch = wall clock at the start of the run
cli-flag-link = where to put the symbolic link to the pseudo-terminal
cli-flag-set = hold a value (of one device of several: 48.voltage_v=…): voltage_v, current_a, temperature_c, soc, pv_voltage_v, …
cli-flag-scenario = let the plant of this scenario drive the device
cli-flag-data = let a recorded file (CSV) drive the device
cli-flag-emulated-device = device kind, with its address where several share the line (renogy@1): vedirect-bmv, vedirect-mppt, epever, renogy, renogy-battery, jbd, daly, junctek, jk
cli-flag-fault = make this go wrong, in seconds of the run: line-noise=0.01@10..60; docs/faults.md lists them
cli-flag-fault-log = write what each fault did to this file (JSON Lines)
cli-flag-recorded = let a capture, a hex dump or raw bytes drive the device: it answers each recorded question as recorded, or talks as it talked
cli-flag-source = the device of the capture, where it holds several
cli-flag-run-capture = write every byte on the line to capture.txt beside the results
cli-flag-every = seconds of device time between two blocks (default 1)
cli-flag-address = address of a device that speaks only when asked (its kind's usual one where absent)
cli-flag-picky = an epever that refuses long blocks of registers, as some models do
cli-flag-current-reversed = a device that counts the current the other way round than its kind does
cli-flag-truth = write the plant's truth to this file (CSV)
cli-flag-through = send the rows through this device's bytes first
cli-flag-initial-soc = state of charge the estimator is told at the start, 0 to 1 (default: unknown)
cli-flag-current-offset-a = added to every current, A
cli-flag-voltage-offset-v = added to every voltage, V
cli-flag-current-gain = every current is multiplied by this
cli-flag-evaluation-data = the record, CSV, may be gzipped; with --cuts a folder of them too
cli-flag-cuts = cut each record N times at a random state of charge, with a wrong start and sensors a little off
cli-flag-matrix = try everything that may be wrong on every record of a folder, or of its folders, each with its own profile
cli-flag-nights = how well the nights to come are foretold: N simulated signs with hidden parameters, seeds from --seed on
cli-flag-study = with --cuts: every model that was tried, on the same cuts, with its cost
cli-flag-evaluation-out = folder for a page (report.html) and results.json
cli-flag-predictions = write time_s, soc, soc_low, soc_high, one row per input row
cli-flag-ports = look at the serial ports too
cli-error-unknown-argument = unknown option { $argument }: `balise COMMAND --help` lists them
cli-error-unknown-command = unknown command { $argument }: `balise --help` lists them
cli-error-missing-argument = missing: { $argument }
cli-error-conflict = { $argument } cannot be used together with { $other }
cli-error-bad-value = { $argument } cannot be "{ $value }": `--help` says what it takes
cli-error-other = the command line is not complete: see `balise --help`
cli-unknown-device = "{ $name }" is no device kind
    write one of { $known }
cli-flag-identify-data = measured files (CSV) whose role is found from the data
cli-flag-ocv = slow charge and discharge tests, for the rest curve
cli-flag-pulse = pulse tests (HPPC and the like)
cli-flag-drive = drive cycles and ordinary logs
cli-flag-check = files to predict with the profile found, not to identify on
cli-flag-base = profile to begin from, which also gives what the data cannot: a TOML file or a built-in name
cli-flag-name = name of the new profile (default: the name of its file)
cli-flag-identify-out = where the profile goes
cli-flag-report = folder for report.html, with the fit and residual of every file
cli-flag-identify-seed = the number that draws the starts of the fit (default 1)
cli-fleet = many signs of each scenario at once, each under a sky of its own; the truth alone, as a table
cli-fleet-after = No monitor takes part. Writes truth.csv (or .parquet), results.json and timing.json under --out; the same
    seed gives the same table, whatever the number of threads. Example, a year of a thousand radar trailers:
    balise fleet radar.toml --sites 1000 --step 60 --hold 60 --rows-every 86400 --format parquet
cli-flag-sites = signs of each scenario and seed (default 100)
cli-flag-step = step of the plant in seconds (default: the file's)
cli-flag-rows-every = seconds between two rows of a sign (default 3600)
cli-flag-format = what the table is written as: csv, parquet or none (default csv)
cli-flag-hold = seconds for which the battery's coefficients are held: 10 as in run (default), up to 60 for years
cli-rules = make the alert rules, Alertmanager's wording and the runbooks from one parameter file
cli-rules-after = Change thresholds and sentences in a copy of compose/alerts.toml, never in what is made from it.
    Without ALERTS.toml the alerts that ship are written. Exit 3 where the file is not sound.
cli-argument-parameters = the parameter file of the alerts (default: the one that ships)
cli-flag-rules-speed = for a chain that runs so many times as fast: every length divided (default 1)
