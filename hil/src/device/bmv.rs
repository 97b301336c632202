//! A battery monitor that counts coulombs, and so drifts and errs as a real one does.
//!
//! ```text
//! consumed[k+1] = max(0, consumed[k] − η·I·Δt)   η = charge efficiency for I > 0, else 1
//! ```
//!
//! Currents below the threshold count as zero, which loses a sleeping sign's draw. The monitor
//! believes the battery full ("synchronises") once the voltage has stayed above the charged voltage
//! with the current below the tail for the detection time. Peukert's exponent `p` enters the time to go
//! only, and only above the 20-hour current `I₂₀`: `t = C/I · (I₂₀/I)^(p−1)`.
//!
//! Reference: Victron Energy, *BMV-702 manual*, settings 01 to 09 and the history menu.

use super::hex_talk::HexTalk;
use crate::wire::vedirect::{BmvHistory, BmvLive, HexSetting, TimeToGo, encode_history_bmv, encode_live_bmv};
use signals::{AmpHours, Amps, Reading, SimTime, Soc, Span, Volts};

/// How a monitor is set up, under the manual's names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BmvSettings {
    /// Battery capacity it was told.
    pub capacity: AmpHours,
    /// Above this voltage the battery may be full.
    pub charged_voltage: Volts,
    /// Tail current over capacity (per hour): below it the battery may be full.
    pub tail_current_ratio: f64,
    /// Both must hold this long.
    pub charged_detection: Span,
    /// Share of the charge put in that can be drawn again.
    pub charge_efficiency: f64,
    /// Peukert exponent; 1 for none.
    pub peukert_exponent: f64,
    /// Smaller currents count as zero.
    pub current_threshold: Amps,
    /// State of charge at which the time to go ends, ratio.
    pub discharge_floor_ratio: f64,
    /// What it believes when switched on; `None` until the battery has first been full.
    pub initial_soc: Option<Soc>,
    /// Alarm below this voltage; `None` for no alarm.
    pub low_voltage_alarm: Option<Volts>,
    /// Alarm below this state of charge; `None` for no alarm.
    pub low_soc_alarm: Option<Soc>,
    /// A history block behind every n-th live block: 1 as a real monitor does, 0 for none.
    pub history_every: u32,
}

impl Default for BmvSettings {
    /// The factory settings of a 12 V battery of 100 A·h.
    fn default() -> Self {
        Self {
            capacity: AmpHours::new(100.0),
            charged_voltage: Volts::new(13.2),
            tail_current_ratio: 0.04,
            charged_detection: Span::from_secs(180.0),
            charge_efficiency: 0.95,
            peukert_exponent: 1.25,
            current_threshold: Amps::new(0.1),
            discharge_floor_ratio: 0.5,
            initial_soc: Some(Soc::FULL),
            low_voltage_alarm: None,
            low_soc_alarm: None,
            history_every: 1,
        }
    }
}

/// Time over which the current is averaged for the time to go, s.
const AVERAGING_SECS: f64 = 180.0;
/// A monitor shows no more than ten days.
const TIME_TO_GO_MAX_MINS: f64 = 14_400.0;
/// A discharge this deep, over capacity, makes what follows a cycle.
const CYCLE_DEPTH_RATIO: f64 = 0.35;
/// A cycle ends when the state of charge is back above this.
const CYCLE_END_RATIO: f64 = 0.9;
const SECS_PER_HOUR: f64 = 3600.0;
/// Told in HEX when they change: voltage, current, state of charge.
const TOLD_IN_HEX: [u16; 3] = [0xED8D, 0xED8C, 0x0FFF];

/// What may befall a counter of charge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Upset {
    /// It believes the battery full.
    Full,
    /// It jumps by this share of the capacity.
    Jump(f64),
}

/// An emulated battery monitor.
#[derive(Debug, Clone)]
pub struct Bmv {
    settings: BmvSettings,
    /// What it shows: the latest sensed values and its own counter's.
    shown: Reading,
    consumed_amp_hours: Option<f64>,
    average_amps: f64,
    maybe_full_for: Span,
    observed_at: Option<SimTime>,
    in_cycle: bool,
    was_empty: bool,
    discharges: u32,
    alarm_reasons: u16,
    history: BmvHistory,
    blocks: u32,
    hex: HexTalk,
}

impl Bmv {
    /// A monitor just switched on.
    #[must_use]
    pub fn new(settings: BmvSettings) -> Self {
        let consumed =
            settings.initial_soc.map(|soc| (1.0 - soc.as_ratio()) * settings.capacity.as_amp_hours());
        Self {
            settings,
            shown: Reading::default(),
            consumed_amp_hours: consumed,
            average_amps: 0.0,
            maybe_full_for: Span::ZERO,
            observed_at: None,
            in_cycle: false,
            was_empty: false,
            discharges: 0,
            alarm_reasons: 0,
            history: BmvHistory::default(),
            blocks: 0,
            hex: HexTalk::new(false, &TOLD_IN_HEX),
        }
    }

    /// What its sensors see at `now`. The current is taken to have held since the call before.
    ///
    /// A state of charge, a charge drawn or a capacity in `sensed` overrides the monitor's own:
    /// someone is turning its knobs.
    pub fn observe(&mut self, now: SimTime, sensed: &Reading) {
        let dt = self.observed_at.map_or(Span::ZERO, |before| now - before).max(Span::ZERO);
        self.observed_at = Some(now);
        self.settings.capacity = sensed.capacity.unwrap_or(self.settings.capacity);
        if let Some(current) = sensed.current {
            self.count(current.as_amps(), dt.as_secs());
        }
        self.detect_full(sensed, dt);
        self.override_counter(sensed);
        self.note_history(sensed, dt.as_secs());
        self.note_alarms(sensed);
        self.shown = Reading {
            voltage: sensed.voltage,
            current: sensed.current,
            power: sensed.power,
            temperature: sensed.temperature,
            device_soc: sensed.device_soc.or(self.device_soc()),
            consumed: self.consumed_amp_hours.map(AmpHours::new),
            ..Reading::default()
        };
    }

    /// Appends one second's output: a live block, and behind every n-th a history block.
    pub fn write_block(&mut self, out: &mut Vec<u8>) {
        let live = BmvLive {
            reading: &self.shown,
            time_to_go: self.time_to_go(),
            alarm_reasons: self.alarm_reasons,
        };
        let start = out.len();
        encode_live_bmv(&live, out);
        self.hex.weave(&self.shown, start, out);
        self.blocks = self.blocks.wrapping_add(1);
        if self.settings.history_every > 0 && self.blocks.is_multiple_of(self.settings.history_every) {
            encode_history_bmv(&self.history, out);
        }
    }

    /// Hears HEX questions and appends the answers; TEXT goes on meanwhile, as with newer firmware.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        let mut settings = self.registers();
        self.hex.answer(heard, &self.shown, &mut settings, out);
        self.settle(&settings);
    }

    /// Its settings as HEX registers have them.
    fn registers(&self) -> [HexSetting; 8] {
        let own = &self.settings;
        let setting = |id, value: f64, takes| HexSetting { id, value: value.round() as u16, takes };
        [
            setting(0x1000, own.capacity.as_amp_hours(), 1..=9_999),
            setting(0x1001, own.charged_voltage.as_volts() * 10.0, 0..=950),
            setting(0x1002, own.tail_current_ratio * 1e3, 5..=100),
            setting(0x1003, own.charged_detection.as_secs() / 60.0, 1..=50),
            setting(0x1004, own.charge_efficiency * 100.0, 50..=100),
            setting(0x1005, own.peukert_exponent * 100.0, 100..=150),
            setting(0x1006, own.current_threshold.as_amps() * 100.0, 0..=200),
            setting(0x1008, own.discharge_floor_ratio * 1e3, 0..=990),
        ]
    }

    /// Takes over what a host has set; what it left alone keeps its finer value.
    fn settle(&mut self, registers: &[HexSetting]) {
        for (before, after) in self.registers().iter().zip(registers) {
            if before.value == after.value {
                continue;
            }
            let value = f64::from(after.value);
            match after.id {
                0x1000 => self.settings.capacity = AmpHours::new(value),
                0x1001 => self.settings.charged_voltage = Volts::new(value / 10.0),
                0x1002 => self.settings.tail_current_ratio = value / 1e3,
                0x1003 => self.settings.charged_detection = Span::from_secs(value * 60.0),
                0x1004 => self.settings.charge_efficiency = value / 100.0,
                0x1005 => self.settings.peukert_exponent = value / 100.0,
                0x1006 => self.settings.current_threshold = Amps::new(value / 100.0),
                _ => self.settings.discharge_floor_ratio = value / 1e3,
            }
        }
    }

    /// Something befalls its counter.
    pub fn upset(&mut self, upset: Upset) {
        match upset {
            Upset::Full => self.declare_full(),
            Upset::Jump(ratio) => {
                let capacity = self.capacity();
                let consumed =
                    self.consumed_amp_hours.map(|drawn| (drawn - ratio * capacity).clamp(0.0, capacity));
                self.consumed_amp_hours = consumed;
                self.shown.consumed = consumed.map(AmpHours::new);
                self.shown.device_soc = self.device_soc();
            }
        }
    }

    /// The monitor sets itself to 100 %, rightly or wrongly.
    pub fn declare_full(&mut self) {
        self.close_discharge();
        self.consumed_amp_hours = Some(0.0);
        self.shown.consumed = Some(AmpHours::new(0.0));
        self.shown.device_soc = Some(Soc::FULL);
        self.history.synchronisations += 1;
        self.history.since_full_secs = Some(0.0);
    }

    /// The state of charge it believes in; `None` before it first synchronised.
    #[must_use]
    pub fn device_soc(&self) -> Option<Soc> {
        self.consumed_amp_hours.map(|consumed| Soc::clamped(1.0 - consumed / self.capacity()))
    }

    /// What it has recorded.
    #[must_use]
    pub const fn history(&self) -> &BmvHistory {
        &self.history
    }

    fn capacity(&self) -> f64 {
        self.settings.capacity.as_amp_hours()
    }

    fn count(&mut self, sensed_amps: f64, dt_secs: f64) {
        let below = sensed_amps.abs() < self.settings.current_threshold.as_amps();
        let amps = if below { 0.0 } else { sensed_amps };
        self.average_amps += (amps - self.average_amps) * -(-dt_secs / AVERAGING_SECS).exp_m1();
        let amp_hours = amps * dt_secs / SECS_PER_HOUR;
        let drawn = if amps > 0.0 { -amp_hours * self.settings.charge_efficiency } else { -amp_hours };
        if let Some(consumed) = &mut self.consumed_amp_hours {
            *consumed = (*consumed + drawn).max(0.0);
        }
        self.history.drawn_amp_hours += (-amp_hours).max(0.0);
    }

    fn detect_full(&mut self, sensed: &Reading, dt: Span) {
        let tail_amps = self.settings.tail_current_ratio * self.capacity();
        let charged = sensed.voltage.is_some_and(|voltage| voltage > self.settings.charged_voltage)
            && sensed.current.is_some_and(|current| (0.0..tail_amps).contains(&current.as_amps()));
        if !charged {
            self.maybe_full_for = Span::ZERO;
            return;
        }
        let before = self.maybe_full_for;
        self.maybe_full_for = Span::from_nanos(before.as_nanos().saturating_add(dt.as_nanos()));
        let detection = self.settings.charged_detection;
        if before < detection && self.maybe_full_for >= detection {
            self.declare_full();
        } else if before >= detection {
            self.consumed_amp_hours = Some(0.0);
            self.history.since_full_secs = Some(0.0);
        }
    }

    fn override_counter(&mut self, sensed: &Reading) {
        let from_soc = sensed.device_soc.map(|soc| (1.0 - soc.as_ratio()) * self.capacity());
        let consumed = sensed.consumed.map(|charge| charge.as_amp_hours()).or(from_soc);
        self.consumed_amp_hours = consumed.or(self.consumed_amp_hours);
    }

    fn note_history(&mut self, sensed: &Reading, dt_secs: f64) {
        let history = &mut self.history;
        if let Some(secs) = &mut history.since_full_secs {
            *secs += dt_secs;
        }
        if let Some(volts) = sensed.voltage.map(|voltage| voltage.as_volts()) {
            history.voltage_min_volts = Some(history.voltage_min_volts.map_or(volts, |min| min.min(volts)));
            history.voltage_max_volts = Some(history.voltage_max_volts.map_or(volts, |max| max.max(volts)));
            let kwh = sensed.current.map_or(0.0, |current| volts * current.as_amps() * dt_secs / 3.6e6);
            history.charged_kwh += kwh.max(0.0);
            history.discharged_kwh += (-kwh).max(0.0);
        }
        if let Some(consumed) = self.consumed_amp_hours {
            history.deepest_amp_hours = history.deepest_amp_hours.max(consumed);
            history.last_amp_hours = history.last_amp_hours.max(consumed);
            self.note_cycles(consumed / self.capacity());
        }
    }

    fn note_cycles(&mut self, depth_ratio: f64) {
        if depth_ratio >= CYCLE_DEPTH_RATIO {
            self.in_cycle = true;
        } else if self.in_cycle && 1.0 - depth_ratio > CYCLE_END_RATIO {
            self.in_cycle = false;
            self.history.cycles += 1;
        }
        let empty = depth_ratio >= 1.0;
        self.history.full_discharges += u32::from(empty && !self.was_empty);
        self.was_empty = empty;
    }

    /// A synchronisation ends a discharge: it enters the average, and the next one begins.
    fn close_discharge(&mut self) {
        let history = &mut self.history;
        if history.last_amp_hours > 0.0 {
            self.discharges += 1;
            let error = history.last_amp_hours - history.average_amp_hours;
            history.average_amp_hours += error / f64::from(self.discharges);
            history.last_amp_hours = 0.0;
        }
    }

    fn note_alarms(&mut self, sensed: &Reading) {
        let low_voltage = self
            .settings
            .low_voltage_alarm
            .zip(sensed.voltage)
            .is_some_and(|(limit, voltage)| voltage < limit);
        let low_soc =
            self.settings.low_soc_alarm.zip(self.device_soc()).is_some_and(|(limit, soc)| soc < limit);
        let new_voltage_alarm = low_voltage && self.alarm_reasons & 1 == 0;
        self.history.low_voltage_alarms += u32::from(new_voltage_alarm);
        self.alarm_reasons = u16::from(low_voltage) | (u16::from(low_soc) << 2);
    }

    /// Charge above the floor over the average current, stretched by Peukert's law.
    fn time_to_go(&self) -> TimeToGo {
        let Some(consumed) = self.consumed_amp_hours else { return TimeToGo::Unknown };
        let drawn_amps = -self.average_amps;
        if drawn_amps < self.settings.current_threshold.as_amps() {
            return TimeToGo::Infinite;
        }
        let left = (self.capacity() * (1.0 - self.settings.discharge_floor_ratio) - consumed).max(0.0);
        let twenty_hour_amps = self.capacity() / 20.0;
        let over_rate = (drawn_amps / twenty_hour_amps).max(1.0);
        let hours = left / (drawn_amps * over_rate.powf(self.settings.peukert_exponent - 1.0));
        TimeToGo::Minutes((hours * 60.0).min(TIME_TO_GO_MAX_MINS) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sensed(volts: f64, amps: f64) -> Reading {
        Reading { voltage: Some(Volts::new(volts)), current: Some(Amps::new(amps)), ..Reading::default() }
    }

    /// A monitor shown the same thing once a second for so many hours.
    fn after(mut bmv: Bmv, hours: f64, reading: &Reading) -> Bmv {
        let start = bmv.observed_at.unwrap_or_default();
        for second in 0..=(hours * 3600.0) as i64 {
            bmv.observe(start + Span::from_millis(1000 * second), reading);
        }
        bmv
    }

    fn soc(bmv: &Bmv) -> f64 {
        bmv.device_soc().map_or(f64::NAN, Soc::as_ratio)
    }

    fn text(bmv: &mut Bmv) -> String {
        let mut out = Vec::new();
        bmv.write_block(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn the_counter_loses_what_lies_below_its_threshold() {
        let bmv = after(Bmv::new(BmvSettings::default()), 10.0, &sensed(12.5, -0.09));
        assert_eq!(soc(&bmv), 1.0);
        let bmv = after(bmv, 10.0, &sensed(12.5, -1.0));
        assert!((soc(&bmv) - 0.9).abs() < 1e-6);
        let bmv = after(bmv, 5.0, &sensed(12.9, 1.0));
        assert!((soc(&bmv) - 0.9475).abs() < 1e-6, "the charge efficiency takes its share");
    }

    #[test]
    fn full_is_believed_after_three_minutes_of_small_charge_at_a_high_voltage() {
        let settings = BmvSettings { initial_soc: None, ..BmvSettings::default() };
        let bmv = after(Bmv::new(settings), 1.0, &sensed(14.4, 4.5));
        assert_eq!(bmv.device_soc(), None, "the tail is not reached");
        let bmv = after(bmv, 179.0 / 3600.0, &sensed(14.4, 3.9));
        assert_eq!(bmv.device_soc(), None);
        let bmv = after(bmv, 1.0 / 3600.0, &sensed(14.4, 3.9));
        assert_eq!(bmv.device_soc(), Some(Soc::FULL));
        assert_eq!(bmv.history().synchronisations, 1);
    }

    #[test]
    fn an_unsynchronised_monitor_sends_dashes() {
        let mut bmv = Bmv::new(BmvSettings { initial_soc: None, ..BmvSettings::default() });
        bmv.observe(SimTime::ZERO, &sensed(12.5, -1.0));
        assert!(text(&mut bmv).contains("\r\nCE\t---\r\nSOC\t---\r\nTTG\t---\r\n"));
    }

    #[test]
    fn old_values_never_linger() {
        let mut bmv = Bmv::new(BmvSettings::default());
        bmv.observe(SimTime::ZERO, &sensed(12.5, -1.0));
        bmv.observe(SimTime::from_secs(1.0), &Reading::default());
        assert!(text(&mut bmv).contains("\r\nV\t---\r\nT\t---\r\nI\t---\r\nP\t---\r\n"));
    }

    #[test]
    fn a_cycle_enters_the_history() {
        let settings = BmvSettings {
            low_voltage_alarm: Some(Volts::new(11.9)),
            charge_efficiency: 1.0,
            ..BmvSettings::default()
        };
        let bmv = after(Bmv::new(settings), 10.0, &sensed(11.8, -5.0));
        let bmv = after(bmv, 12.0, &sensed(13.9, 4.5));
        let bmv = after(bmv, 0.1, &sensed(14.4, 1.0));
        let history = *bmv.history();
        assert_eq!((history.cycles, history.low_voltage_alarms, history.synchronisations), (1, 1, 1));
        assert!((history.deepest_amp_hours - 50.0).abs() < 0.01 && history.last_amp_hours == 0.0);
        assert!((history.average_amp_hours - 50.0).abs() < 0.01);
        assert!((history.discharged_kwh - 0.59).abs() < 0.001);
        assert_eq!((history.voltage_min_volts, history.voltage_max_volts), (Some(11.8), Some(14.4)));
    }

    #[test]
    fn time_to_go_ends_at_the_floor_and_shrinks_above_the_twenty_hour_rate() {
        let minutes = |amps: f64| {
            let bmv = after(Bmv::new(BmvSettings::default()), 1.0, &sensed(12.5, amps));
            match bmv.time_to_go() {
                TimeToGo::Minutes(minutes) => minutes,
                TimeToGo::Unknown | TimeToGo::Infinite => 0,
            }
        };
        assert_eq!(minutes(1.0), 0);
        assert!((2930..=2945).contains(&minutes(-1.0)), "49 Ah at 1 A");
        assert!(minutes(-10.0) < 210, "40 Ah at 10 A would be 240 min without Peukert");
    }
}
