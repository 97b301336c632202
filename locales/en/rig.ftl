# `balise rig`: the manifest's mistakes, the steps' reasons, the sheet.
rig-port-twice = { $port } is given to both { $other } and { $role }
rig-port-twice-help = a port has one role: give { $role } the port its own cable is in
rig-role-missing = this step needs the role `{ $role }`, which nobody has
rig-role-missing-help = add a section [{ $role }] with its port, or leave the step out
rig-no-current = a known current needs a direction
rig-no-current-help = give charge_amps (from the supply), draw_amps (into the load), or both
rig-sign-unknown = the sign and scale of { $device } are not known yet
rig-sign-unknown-help = put a step with do = "known-current" and device = "{ $device }" before this one
rig-interrupted = interrupted before anything was switched on
rig-conditional-pass = the bench cannot tell: within the limit, and nearer to it than the uncertainty (a conditional pass)
    take a better instrument or more readings; the value proves neither that it passes nor that it fails
rig-conditional-fail = the bench cannot tell: beyond the limit, and nearer to it than the uncertainty (a conditional fail)
    take a better instrument or more readings; the value proves neither that it passes nor that it fails
rig-line = { $reason }
rig-silent = { $name } says nothing
    is it powered, is TX led to RX, is it the kind the manifest says?
rig-not-told = { $name } does not tell { $quantity }
rig-talk = { $role }: { $reason }
    is it the kind the manifest says, at the baud rate its menu says?
rig-keeper-gone = { $role }: what watches over it has ended
rig-refused-beyond-rules = { $role }: the limits wished for are beyond those of the manifest
rig-refused-not-armed = { $role }: not switched on, its limits have not been read back
rig-fault-limits-differ = { $role }: switched off, what it read back is not what was set
rig-fault-host-silent = { $role }: switched off, the watchdog heard nothing of the rig
rig-fault-blind = { $role }: switched off, it could not be measured in time
rig-fault-over-voltage = { $role }: switched off, the voltage rose above the limit
rig-fault-under-voltage = { $role }: switched off, the voltage fell below the limit
rig-fault-over-current = { $role }: switched off, more current flowed than was set
rig-fault-energy-spent = { $role }: switched off, the energy of this run is spent
rig-fault-freezing = { $role }: off, a LiFePO4 battery below 0 °C must not be charged
    warm the battery; no scenario overrules this
rig-fault-temperature-unknown = { $role }: off, nobody knows how cold the LiFePO4 battery is
    put a device with a temperature sensor on the battery
rig-fault-lost = { $role }: its port went away; it is switched off as soon as the port is back
    look at the instrument: until then nobody can reach it
rig-fault-disobeyed = { $role }: it went off by itself, or came on unasked
rig-sign-reversed = { $name } shows the current with the wrong sign
    turn the shunt's leads around, or write current_reversed = true where its firmware is so
rig-nothing-came-back = nothing came back
    bridge TX and RX (pins 2 and 3 of a DB9), or cross the two cables
rig-skipped-interrupted = interrupted
rig-skipped-instrument = an instrument failed earlier
rig-skipped-sign = the sign and scale of the device are not known
rig-measured = { $name }: { $value }
rig-measure-bytes-sent = bytes sent
rig-measure-bit-errors = bit errors
rig-measure-latency-p50 = latency, median
rig-measure-latency-p99 = latency, 99 of 100
rig-measure-latency-max = latency, longest
rig-measure-ticks = ticks
rig-measure-missed = deadlines missed
rig-measure-lateness-p50 = lateness, median
rig-measure-lateness-p99 = lateness, 99 of 100
rig-measure-lateness-max = lateness, longest
rig-measure-real-time-factor = real-time factor
rig-measure-read = reading
rig-measure-current-charging = known current, charging
rig-measure-current-drawing = known current, drawing
rig-measure-sign-charging = sign, charging (1: right)
rig-measure-sign-drawing = sign, drawing (1: right)
rig-measure-current-error-charging = current error, charging
rig-measure-current-error-drawing = current error, drawing
rig-measure-voltage-error-charging = voltage error, charging
rig-measure-voltage-error-drawing = voltage error, drawing
rig-measure-scale-error = scale error
rig-measure-current-error-following = current error, mean over the story
rig-kind-loopback = loopback
rig-kind-null-modem = null modem
rig-kind-pace = schedule
rig-kind-known-current = known current
rig-kind-read = reading
rig-kind-follow = story of currents
rig-ruling-noted = noted
rig-ruling-pass = pass
rig-ruling-conditional-pass = conditional pass
rig-ruling-conditional-fail = conditional fail
rig-ruling-fail = fail
rig-verdict-passed = The bench passes
rig-verdict-failed = The bench does not pass
rig-verdict-interrupted = Interrupted; everything was switched off
rig-verdict-not-off = An instrument did not confirm that it is off: look at it now
rig-tally = { $pass } PASS, { $fail } FAIL, { $error } ERROR, { $timeout } TIMEOUT, { $skipped } SKIPPED
rig-took = { $started } UTC, { $took } s
rig-emulated = Pseudo-terminals with stand-ins: no real port and no real instrument was used.
rig-sheet = run sheet
rig-bench = The bench
rig-steps = The steps
rig-column-role = Role
rig-column-kind = Kind
rig-column-port = Port
rig-column-identity = Calls itself
rig-column-step = Step
rig-column-took = Took
rig-column-quantity = Quantity
rig-column-ruling = Ruling
rig-role-supply = supply
rig-role-load = load
rig-role-loopback = loopback
rig-role-null-modem = null modem
rig-pty = pseudo-terminal
rig-histogram = Ticks by their lateness; each row spans twice the one before.
rig-rule = Values are followed by their expanded uncertainty (k = 2). A value nearer to its limit than its uncertainty is neither PASS nor FAIL: the step is ERROR, and the sheet says on which side it lies (ILAC-G8:09/2019, 4.2.3, guard band w = U). SKIPPED is never counted as passed.
