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
emulate-truth-needs-plant = --truth needs --scenario: only a plant knows the truth
emulate-no-device = no device kind
    give --device with one of: { $known }
emulate-no-source = { $path }: nothing of that device is in this capture
    its sources: { $known }
emulate-no-questions = { $path }: this recording holds no question, and the device speaks only when asked
    record one with `balise record` or `balise monitor --capture`
emulate-which-source = { $path }: several devices that talk by themselves are in this capture
    name one with --source: { $known }
