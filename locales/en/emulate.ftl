emulate-not-a-pair = --set { $pair }: write NAME=VALUE, as in --set voltage_v=12.61
    names: { $known }
emulate-unknown-name = --set { $pair }: nothing has that name
    names: { $known }
emulate-bad-value = --set { $pair }: that cannot be its value
    write a number with a decimal point; ratios such as soc run from 0 to 1
emulate-nothing-drives = nothing drives the device
    give values (--set voltage_v=12.6 …), a scenario (--scenario FILE), a recording (--data FILE) or a capture (--recorded FILE)
emulate-no-line = nowhere to put the device
    give --link PATH for a pseudo-terminal, or --port PATH for a real port
emulate-truth-needs-plant = --truth needs --scenario and one device: only a plant knows the truth
emulate-no-device = no device kind
    give --device with one of: { $known }
emulate-bad-address = --device { $device }: no such device
    write KIND@ADDRESS with an address from 1 to 255; vedirect, jbd, daly and jk have none
emulate-other-rate = --device { $device }: the devices of one line must have one rate
    epever, junctek and jk run at 115200, renogy, renogy-battery, jbd and daly at 9600
emulate-talks-by-itself = --device { $device }: it talks without being asked, and needs a line for itself
emulate-same-address = --device { $device }: another device on the line would answer the same questions
    give each an address of its own: --device { $device }@2
emulate-for-nobody = --set { $pair }: no device on the line has that address or kind
emulate-fault-unknown = --fault { $fault }: there is no such fault
    without a plant: { $hint }
    with --scenario: all of docs/faults.md
emulate-fault-number = --fault { $fault }: its number is missing or out of range
    write { $hint }
emulate-fault-no-number = --fault { $fault }: { $hint } takes no number
emulate-fault-window = --fault { $fault }: that is no span of time
    write @FROM..UNTIL in seconds of the run, as in @10..60 or @10..
emulate-fault-needs-plant = --fault { $fault }: this needs a plant (--scenario FILE)
    without one: { $known }
emulate-fault-of-recording = --fault { $fault }: a recording says what it said; only its line can fail
    the line's faults: { $known }
emulate-no-source = { $path }: nothing of that device is in this capture
    its sources: { $known }
emulate-no-questions = { $path }: this recording holds no question, and the device speaks only when asked
    record one with `balise record` or `balise monitor --capture`
emulate-which-source = { $path }: several devices that talk by themselves are in this capture
    name one with --source: { $known }
