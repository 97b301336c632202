monitor-serving = page at http://{ $address }/, metrics at http://{ $address }/metrics
monitor-address-taken = { $address }: cannot listen there: { $reason }
    choose another with --listen, such as --listen 127.0.0.1:0
monitor-opened = { $battery }: listening on { $path }, known by { $bound }
monitor-bound-usb-serial = its adapter's USB serial number
monitor-bound-device-serial = the device's own serial number
monitor-bound-place = the place it is plugged in: whatever like it is plugged in there is taken for it
monitor-bound-name = its name alone: whatever has that name is taken for it
monitor-state-refused = { $battery }: the saved state is not used: { $reason }
    the estimate starts anew, with a wide interval
monitor-state-foreign = not a state file of this version
monitor-state-unsaved = { $battery }: the state cannot be saved: { $reason }
    free some room, or choose another --state; the monitor goes on
monitor-log-failed = a log cannot be written and ends here: { $reason }
    free some room; the monitor goes on
replay-line = { $battery }: { $estimates } estimates, { $bad } bad frames, state of charge { $soc }
monitor-nothing-to-watch = nothing to watch
    name a port (--port /dev/ttyUSB0) or a configuration file (--config FILE)
monitor-battery-replaced = { $battery }: the journal tells of a new battery; what was learned of the old one is set aside
monitor-remote-waits = { $reason }
    rows wait on disk and are sent once it can be reached
monitor-remote-refused = { $url }: some values are refused for good and lost: { $reason }
    balise_buffer_samples_refused_total counts them; the out-of-order window there decides what is taken
monitor-remote-disk = rows that wait to be sent cannot be kept: { $reason }
    free some room, or choose another `buffer`; the monitor goes on
monitor-remote-caught-up = delivered late: { $hours } hours of measurements
