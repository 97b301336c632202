# balise load: many virtual devices against a monitor.
cli-load = put a monitor under the load of many virtual devices, and say what it loses and what it costs
cli-load-after = In memory all of it stands in this program; on pseudo-terminals the real monitor reads real ports. Ends with 1 where a
    frame is lost. With --ramp the number doubles until it breaks, and the knee is named. Examples:
    balise load --batteries 1000 --rate 1 --on ptys --for 60
    balise load --batteries 500 --ramp 50000 --for 10 --json
cli-flag-batteries = how many devices (else 100)
cli-flag-rate = how many times a second each talks (else 1)
cli-flag-on = where the lines are: memory (else) or ptys
cli-flag-load-device = their kind: a device that talks by itself (else vedirect-bmv)
cli-flag-load-fault = a fault of the lines, for example line-noise=0.001
cli-flag-load-for = for how many seconds they talk (else 30)
cli-flag-scrape-every = the page is asked for every so many seconds (else 5)
cli-flag-load-state = the monitor saves its estimates too, as in the field
cli-flag-ramp = double from --batteries up to N, and name the knee
cli-flag-load-seed = the number that makes the same faults again (else 1)
load-head = batteries     frames     lost  spoiled   cores      MiB   page ms  at most
load-borne = nothing is lost
load-not-borne = the monitor does not keep up: frames are lost or too late, or the page is missing
load-own-limit = it is the virtual devices that do not keep up: this machine cannot put such a load on
load-no-knee = no knee up to { $borne } batteries
load-knee = knee: { $borne } batteries are borne, { $broken } are not
load-knee-own = { $borne } batteries are borne; at { $broken } it is the virtual devices that do not keep up
load-not-open = the monitor has opened only { $open } of { $batteries } lines
    raise the limit of descriptors (ulimit -n), or ask for fewer batteries
load-no-room = { $batteries } pseudo-terminals are asked for, this machine allows { $room }
    raise ulimit -n and /proc/sys/kernel/pty/max, or take --on memory
load-needs-talker = only devices that talk by themselves can make a load: vedirect-bmv or vedirect-mppt
load-fault-of-line = `{ $fault }` is no fault of a line; there are: { $known }
