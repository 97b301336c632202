//! One battery being watched: bytes in, estimates out. No port, no clock, no file: simulated, replayed
//! and real batteries all pass through here.
//!
//! ```text
//! (stamp, bytes) -> Decoder -> Reading -> Estimator -> Estimate -> Row of metrics
//! ```

use crate::foresight::Foresight;
use crate::noticed::{Finding, Noticed};
use estimator::{Belief, Estimator, Profile};
use exporter::Row;
use hil::wire::Decoder;
use hil::{DeviceKind, Gather};
use signals::{Amps, Celsius, Estimate, LinkStats, Reading, SensorFinding, SimTime, Soc, Span, Stamp, Volts};

/// No charge is counted over a gap longer than this: nobody knows what flowed.
const COUNTABLE_GAP: Span = Span::from_millis(300_000);

/// One battery with everything known of it.
#[derive(Debug)]
pub struct Watch {
    decoder: Decoder,
    gather: Gather,
    estimator: Estimator,
    silent_after: Span,
    heard: Option<Stamp>,
    reading: Reading,
    current: Option<(SimTime, f64)>,
    charged_coulombs: f64,
    discharged_coulombs: f64,
    /// The device has told the battery's own current at least once.
    counts_charge: bool,
    foresight: Option<Box<Foresight>>,
    noticed: Noticed,
}

impl Watch {
    /// Watches a device of `kind` on a battery of `profile`.
    #[must_use]
    pub fn new(kind: DeviceKind, profile: Profile, belief: Belief, silent_after: Span) -> Self {
        Self::resumed(kind, Estimator::new(profile, belief), silent_after)
    }

    /// Watches on with an estimator that already knows something.
    #[must_use]
    pub fn resumed(kind: DeviceKind, estimator: Estimator, silent_after: Span) -> Self {
        Self {
            decoder: Decoder::new(kind),
            gather: Gather::new(kind),
            estimator,
            silent_after,
            heard: None,
            reading: Reading::default(),
            current: None,
            charged_coulombs: 0.0,
            discharged_coulombs: 0.0,
            counts_charge: false,
            foresight: None,
            noticed: Noticed::default(),
        }
    }

    /// The same watch that looks ahead as well.
    #[must_use]
    pub fn foreseeing(mut self, foresight: Foresight) -> Self {
        self.foresight = Some(Box::new(foresight));
        self
    }

    /// Its look ahead, where it has one.
    #[must_use]
    pub fn foresight(&self) -> Option<&Foresight> {
        self.foresight.as_deref()
    }

    /// A look ahead waits for somebody who has the time.
    #[must_use]
    pub fn is_look_due(&self) -> bool {
        self.foresight.as_ref().is_some_and(|foresight| foresight.is_due())
    }

    /// Looks ahead now where a look waits.
    pub fn look_if_due(&mut self, now: Stamp) {
        if let Some(foresight) = &mut self.foresight {
            foresight.look_if_due(now, &self.estimator);
        }
    }

    /// For a device whose firmware counts the current the other way round where `reversed`.
    #[must_use]
    pub fn counting_reversed(mut self, reversed: bool) -> Self {
        self.decoder = Decoder::with_current(self.decoder.kind(), reversed);
        self
    }

    /// Takes what the line delivered at `stamp`; `each` sees every estimate and the reading it follows.
    pub fn receive(&mut self, stamp: Stamp, bytes: &[u8], mut each: impl FnMut(&Reading, &Estimate)) {
        self.decoder.push(bytes);
        while let Some(frame) = self.decoder.poll() {
            if let Some(reading) = self.gather.take(stamp.monotonic, &frame) {
                self.read(stamp, reading, &mut each);
            }
        }
    }

    /// Takes a reading that is one already: of a frame, or collected by somebody else.
    pub fn read(&mut self, stamp: Stamp, reading: Reading, mut each: impl FnMut(&Reading, &Estimate)) {
        if reading.voltage.is_none() && reading.current.is_none() {
            return;
        }
        count(
            &mut self.current,
            &mut self.charged_coulombs,
            &mut self.discharged_coulombs,
            stamp.monotonic,
            &reading,
        );
        self.heard = Some(stamp);
        self.counts_charge |= reading.current.is_some() && reading.current_is_net;
        if let Some(estimate) = self.estimator.update(stamp.monotonic, &reading) {
            self.noticed.look(&estimate);
            each(&reading, &estimate);
            if let Some(foresight) = &mut self.foresight {
                foresight.note(stamp, &reading, &self.estimator);
            }
        }
        self.reading = reading;
    }

    /// The line is gone: half a frame means nothing on the next one.
    pub fn lost(&mut self) {
        self.decoder.reset();
        self.gather.forget();
    }

    /// Another battery of the same type is in place: what was learned of the old one is void.
    pub fn forget_battery(&mut self) {
        self.estimator = self.estimator.another(Belief::default());
    }

    /// The latest reading.
    #[must_use]
    pub const fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The latest estimate.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        self.estimator.estimate()
    }

    /// What was found of its sensors, in the order in which it was told.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.noticed.findings()
    }

    /// The estimator, for saving its state.
    #[must_use]
    pub const fn estimator(&self) -> &Estimator {
        &self.estimator
    }

    /// What the line carried so far.
    #[must_use]
    pub fn stats(&self) -> LinkStats {
        self.decoder.stats()
    }

    /// When the device was last heard.
    #[must_use]
    pub const fn heard(&self) -> Option<Stamp> {
        self.heard
    }

    /// No good frame for longer than this battery's patience, or none ever.
    #[must_use]
    pub fn is_silent(&self, now: SimTime) -> bool {
        self.heard.is_none_or(|heard| now - heard.monotonic > self.silent_after)
    }

    /// The battery's own current. A charge controller sees only what it delivers itself.
    fn net_current(&self) -> Option<Amps> {
        self.reading.current.filter(|_| self.reading.current_is_net)
    }

    fn charger_current(&self) -> Option<Amps> {
        self.reading.current.filter(|_| !self.reading.current_is_net)
    }

    /// The metrics of this battery now. The values of a silent device are left out: an old number is
    /// never shown as new.
    #[must_use]
    pub fn row(&self, now: SimTime) -> Row {
        let stats = self.decoder.stats();
        let mut row = Row {
            voltage_volts: self.reading.voltage.map(Volts::as_volts),
            current_amperes: self.net_current().map(Amps::as_amps),
            charger_current_amperes: self.charger_current().map(Amps::as_amps),
            temperature_celsius: self.reading.temperature.map(Celsius::as_celsius),
            device_soc_ratio: self.reading.device_soc.map(Soc::as_ratio),
            last_frame_timestamp_seconds: self.heard.map(|heard| heard.wall_unix_nanos as f64 / 1e9),
            charged_coulombs_total: self.counts_charge.then_some(self.charged_coulombs),
            discharged_coulombs_total: self.counts_charge.then_some(self.discharged_coulombs),
            nominal_volts: Some(self.estimator.profile().nominal_voltage().as_volts()),
            rated_resistance_ohms: Some(self.estimator.profile().rated_resistance().as_ohms()),
            link_bytes_total: Some(stats.bytes_total as f64),
            link_frames_good_total: Some(stats.frames_good_total as f64),
            link_frames_bad_total: Some(stats.frames_bad_total as f64),
            link_frames_partial_total: Some(stats.frames_partial_total as f64),
            link_bytes_dropped_total: Some(stats.bytes_dropped_total as f64),
            ..Row::default()
        };
        // Frames without a usable number keep the line alive, not the estimate.
        let fresh = |estimate: &Estimate| now - estimate.at <= self.silent_after;
        if let Some(estimate) = self.estimator.estimate().filter(fresh) {
            row.soc_ratio = Some(estimate.soc.as_ratio());
            row.soc_ratio_stddev = Some(estimate.soc_stddev);
            row.soh_ratio = Some(estimate.soh);
            row.soh_ratio_stddev = Some(estimate.soh_stddev);
            row.capacity_coulombs = Some(estimate.capacity.as_coulombs());
            row.capacity_coulombs_stddev = Some(estimate.capacity_stddev.as_coulombs());
            row.internal_resistance_ohms = Some(estimate.resistance.as_ohms());
            row.internal_resistance_ohms_stddev = Some(estimate.resistance_stddev.as_ohms());
            row.since_full_seconds = estimate.since_full_secs;
            if let Some([low, median, high]) = estimate.remaining_life {
                row.remaining_life_low_seconds = Some(low);
                row.remaining_life_seconds = Some(median);
                row.remaining_life_high_seconds = Some(high);
            }
            // Healthy is 0: a series that is absent must not look like health.
            row.sensor_voltage_fault = Some(code(estimate.health.voltage));
            row.sensor_current_fault = Some(code(estimate.health.current));
            row.sensor_temperature_fault = Some(code(estimate.health.temperature));
            if let Some(foresight) = &self.foresight {
                foresight.show(now, &mut row);
            }
        }
        if self.is_silent(now) {
            row.forget_live();
        }
        row
    }
}

/// The metric of one sensor.
fn code(finding: Option<SensorFinding>) -> f64 {
    finding.map_or(0.0, |finding| f64::from(finding.fault.code()))
}

/// Counts charge in and out with the current of the previous reading held until this one.
fn count(
    previous: &mut Option<(SimTime, f64)>,
    charged_coulombs: &mut f64,
    discharged_coulombs: &mut f64,
    now: SimTime,
    reading: &Reading,
) {
    if let Some((then, amps)) = *previous {
        let span = now - then;
        if span > Span::ZERO && span <= COUNTABLE_GAP {
            let coulombs = amps * span.as_secs();
            *charged_coulombs += coulombs.max(0.0);
            *discharged_coulombs -= coulombs.min(0.0);
        }
    }
    let net = reading.current.filter(|_| reading.current_is_net);
    *previous = net.map(|current| (now, current.as_amps()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use hil::device::{Instrument, InstrumentSettings};

    /// A watch that has heard one block of an instrument of this kind, at 10 s.
    fn heard(kind: DeviceKind, sensed: &Reading) -> Watch {
        let mut instrument = Instrument::new(kind, &InstrumentSettings::default());
        let mut bytes = Vec::new();
        instrument.observe(SimTime::from_secs(10.0), sensed);
        instrument.write_block(&mut bytes);
        let mut watch = Watch::new(kind, Profile::agm_12v(), Belief::default(), Span::from_secs(60.0));
        let stamp = Stamp { monotonic: SimTime::from_secs(10.0), wall_unix_nanos: 5 };
        watch.receive(stamp, &bytes, |_, _| {});
        watch
    }

    fn sensed() -> Reading {
        Reading { voltage: Some(Volts::new(12.6)), current: Some(Amps::new(4.0)), ..Reading::default() }
    }

    #[test]
    fn a_controllers_current_is_not_shown_as_the_batterys() {
        let now = SimTime::from_secs(11.0);
        let row = heard(DeviceKind::VedirectMppt, &sensed()).row(now);
        assert_eq!((row.current_amperes, row.charger_current_amperes), (None, Some(4.0)));
        assert_eq!(row.charged_coulombs_total, None);
        let row = heard(DeviceKind::VedirectBmv, &sensed()).row(now);
        assert_eq!((row.current_amperes, row.charger_current_amperes), (Some(4.0), None));
        assert_eq!(row.charged_coulombs_total, Some(0.0));
        assert_eq!((row.sensor_voltage_fault, row.sensor_current_fault), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn frames_without_a_usable_number_do_not_keep_an_old_estimate_alive() {
        let mut watch = heard(DeviceKind::VedirectMppt, &sensed());
        let mut instrument = Instrument::new(DeviceKind::VedirectMppt, &InstrumentSettings::default());
        let dead = Reading { voltage: Some(Volts::new(0.0)), ..Reading::default() };
        let mut estimates = 0;
        for second in 11..=90 {
            let now = SimTime::from_secs(f64::from(second));
            let mut bytes = Vec::new();
            instrument.observe(now, &dead);
            instrument.write_block(&mut bytes);
            let stamp = Stamp { monotonic: now, wall_unix_nanos: 5 };
            watch.receive(stamp, &bytes, |_, _| estimates += 1);
        }
        let row = watch.row(SimTime::from_secs(90.0));
        assert_eq!((estimates, row.voltage_volts, row.soc_ratio), (0, Some(0.0), None));
    }

    #[test]
    fn a_silent_device_keeps_its_counters_and_loses_its_values() {
        let watch = heard(DeviceKind::VedirectBmv, &sensed());
        assert!(watch.row(SimTime::from_secs(70.0)).soc_ratio.is_some());
        let row = watch.row(SimTime::from_secs(71.0));
        assert_eq!((row.voltage_volts, row.soc_ratio), (None, None));
        assert_eq!(row.link_frames_good_total, Some(2.0));
    }
}
