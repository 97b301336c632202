# balise evaluate
evaluate-heading = { $data }, battery { $battery }, { $rows } rows
evaluate-against-absolute = Scored against { $reference }, the state of charge as the laboratory counts it.
evaluate-against-relative = Scored against { $reference }: the share of what this one discharge delivered, not an absolute state of charge.
evaluate-not-scored = The file has neither soc_ref nor soc_rel: predicted, not scored.
evaluate-through = Every row went through the bytes of { $device }.
evaluate-direct = The rows went to the estimator as they are.
evaluate-rmse = rmse
evaluate-mae = mae
evaluate-max = max
evaluate-bias = bias
evaluate-time = within 2 %
evaluate-never = never
evaluate-estimator = estimator
evaluate-coulomb-counter = coulomb counter
evaluate-assume-full = assume full and count
evaluate-rest-lookup = rest voltage look-up
evaluate-notebook-filter = notebook Kalman filter
evaluate-settled = Estimator after 1200 s: rmse { $rmse }, mae { $mae }, max { $max }, bias { $bias }.
evaluate-honesty = The 95 % interval covers { $coverage } of the rows; it is { $width } wide on average. Mean normalised innovation squared { $nis }; { $gated } voltages turned away.
evaluate-battery = Capacity { $capacity } ± { $doubt } A·h, resistance at 25 °C { $resistance } ± { $resistanceDoubt } mΩ.
evaluate-charge = Net charge over the scored rows: { $measured } A·h measured, { $estimated } A·h as the estimator sees it.
evaluate-speed = { $updates } updates a second.
evaluate-bad-cell = { $place }: “{ $found }” in column { $column } is no number. Write a number with a decimal point, or leave the cell blank where nothing was measured (time_s is never blank).
evaluate-bad-csv = { $place }: { $reason }. Write comma-separated values, as many in each row as in the header.
evaluate-no-column = { $place }: no column { $column } (found: { $found }). Name the columns time_s, voltage_v and current_a; temperature_c, ah_c and soc_ref or soc_rel may be added.
evaluate-no-rows = { $path }: no rows. Write one row per reading under the header.

# The page of an evaluation
evaluate-kind = evaluation
evaluate-charge-title = State of charge
evaluate-method = method
evaluate-figure-charge = the estimator on the record
evaluate-curve-reference = reference

# The plant's voltage over the measured one
plant-title = The simulator’s battery over the record
plant-figure = the simulator’s voltage over the measured one
plant-driven = The harness has parameters of this very battery ({ $set }). Here the record’s current and temperature drive it, and nothing corrects its voltage on the way. The estimator has no part in this.
plant-start-told = It begins at { $start } of charge, as told.
plant-start-reference = It begins at { $start } of charge, as the laboratory says.
plant-start-sought = It begins at { $start } of charge: the record does not say where it begins, so this one number is what fits it best.
plant-phase = phase
plant-whole = whole record
plant-discharge = discharge
plant-charge = charge
plant-rest = rest
plant-rows = { $count } rows
plant-rmse = RMS error
plant-bound = may be
plant-within = within
plant-beyond = beyond
plant-panel-residual = Simulated minus measured, mV
plant-curve-measured = measured
plant-curve-plant = simulated
plant-curve-residual = difference
plant-curve-bound = what a discharge may be off by
plant-cannot = What the simulated battery cannot follow
plant-gap-coup-de-fouet = The dip and recovery of a full lead-acid battery’s first minutes of discharge (coup de fouet): the simulated voltage falls straight.
plant-gap-stratification = Layers in the acid: these parameters know one acid for the whole plate, so a block that was cycled without ever gassing reads differently.
plant-gap-before = What a record’s start remembers: surface charge from before its first row is not in the battery it begins with.
plant-gap-absorption = An absorption fed by its measured current: near full a hundredth of an ampere-hour moves the simulated voltage by a tenth of a volt, which a charger that holds the voltage never shows.
plant-gap-cold = The deep cold below −25 °C, where nothing was measured; and at −25 °C the laboratory’s own counter is in doubt by 2 % of charge, which is tens of millivolts near empty.
plant-gap-full = The last tenth of a charge and its taper: the parameters come from discharges and short pulses of charge.
plant-gap-recovery = The slow recovery after a discharge, 0.1 to 0.2 V in hours: the simulated block rests at once.
plant-gap-set-point = Fifteen minutes before the discharge in the shared record, where its current column is a set point that no voltage felt: the half volt there is the record’s, not the simulator’s, and so is what follows from 2.5 A·h counted that never flowed. With that current left out the discharge is followed within 15 mV.
plant-gap-counter = The charge itself where the tester’s counter and its samples of the current differ (up to 1.2 %): near empty that is tens of millivolts.
plant-line = Simulator’s battery ({ $set }) over the record: RMS { $whole } mV; discharge { $discharge } mV (may be { $bound } mV), charge { $charge } mV, rest { $rest } mV.

# Data that cannot be what they say
evaluate-backwards = { $place }: time runs backwards, from { $before } s to { $now } s. Sort the rows by time_s, or split the file where a new record begins.
evaluate-swapped = { $place }: the column voltage_v reads { $found } and current_a reads like the voltage of { $battery } ({ $half } V half charged): the two columns look swapped. Give each its own name in the header.
evaluate-millivolts = { $place }: voltage_v reads { $found }, a thousand times what { $battery } has ({ $half } V half charged): these look like millivolts. Write volts.
evaluate-other-block = { $place }: voltage_v reads { $found } V, but { $battery } has { $half } V half charged, { $times } times off. Give --battery the profile of this very battery, of as many cells in series; where these are other units, write volts.
evaluate-milliamps = { $place }: current_a reads { $found }, and the net charge of the record spans { $swing } times the capacity of { $battery }: these look like milliamps. Write amperes, or give --battery the profile of this battery.
evaluate-other-chemistry = { $place }: { $found } V cannot be { $battery } ({ $chemistry }): most of the nearly resting rows lie beside its rest curve, or above full under discharge. Give --battery the profile of this battery’s own chemistry.
evaluate-rows-left-out = Left out: { $duplicates } rows that repeat an instant; without a current { $current }, without a voltage { $voltage }, without a reference { $reference }.
