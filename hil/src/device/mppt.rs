//! A charge controller as it looks from its serial port: it repeats what it measures and says which
//! stage of charging it is in. The plant, not this, decides the current; the stage is inferred from
//! panel power and battery voltage.
//!
//! ```text
//! Off -power-> Bulk -V near absorption-> Absorption -V back at float, or time up-> Float
//!        Float -V well below float-> Bulk        any -no power-> Off
//! ```

use super::hex_talk::HexTalk;
use crate::wire::vedirect::{ChargeState, HexSetting, MpptHistory, MpptLive, encode_mppt};
use signals::{Reading, SimTime, Span, Volts};
use std::ops::RangeInclusive;

/// How a controller is set up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MpptSettings {
    /// Absorption voltage.
    pub absorption_voltage: Volts,
    /// Float voltage.
    pub float_voltage: Volts,
    /// Longest absorption.
    pub absorption_max: Span,
}

impl Default for MpptSettings {
    /// Factory settings for a 12 V AGM bank, with the absorption limited to 6 hours.
    fn default() -> Self {
        Self {
            absorption_voltage: Volts::new(14.4),
            float_voltage: Volts::new(13.8),
            absorption_max: Span::from_secs(6.0 * 3600.0),
        }
    }
}

/// How near a held voltage must come to its level, V.
const NEAR_VOLTS: f64 = 0.1;
/// How far below float the battery must fall before bulk starts again, V.
const REBULK_VOLTS: f64 = 0.4;
/// Less panel power than this is no charging, W.
const POWER_MIN_WATTS: f64 = 0.5;
/// Without power this long, the next power belongs to a new day.
const NIGHT: Span = Span::from_millis(3 * 3600 * 1000);
const DAYS_MAX: u32 = 365;
/// HEX registers of the levels it holds, 0.01 V, and what they take in a 12 V system.
const FLOAT: u16 = 0xEDF6;
const ABSORPTION: u16 = 0xEDF7;
const LEVEL_CENTIVOLTS: RangeInclusive<u16> = 800..=1_749;
/// Told in HEX when they change: battery voltage, panel power, panel voltage.
const TOLD_IN_HEX: [u16; 3] = [0xEDD5, 0xEDBC, 0xEDBB];

/// An emulated charge controller. `current` is what its own sensor sees: its output into the battery.
#[derive(Debug, Clone)]
pub struct Mppt {
    settings: MpptSettings,
    shown: Reading,
    state: ChargeState,
    absorbed_for: Span,
    dark_for: Span,
    observed_at: Option<SimTime>,
    history: MpptHistory,
    hex: HexTalk,
}

impl Mppt {
    /// A controller just switched on.
    #[must_use]
    pub fn new(settings: MpptSettings) -> Self {
        Self {
            settings,
            shown: Reading::default(),
            state: ChargeState::Off,
            absorbed_for: Span::ZERO,
            dark_for: Span::ZERO,
            observed_at: None,
            history: MpptHistory::default(),
            hex: HexTalk::new(true, &TOLD_IN_HEX),
        }
    }

    /// What its sensors see at `now`; the power is taken to have held since the call before.
    pub fn observe(&mut self, now: SimTime, sensed: &Reading) {
        let dt = self.observed_at.map_or(Span::ZERO, |before| now - before).max(Span::ZERO);
        self.observed_at = Some(now);
        let watts = sensed.pv_power.map_or(0.0, |power| power.as_watts());
        self.note_yield(watts, dt);
        self.state = self.next_state(watts, sensed.voltage, dt);
        self.shown = sensed.clone();
    }

    /// Appends one second's output.
    pub fn write_block(&mut self, out: &mut Vec<u8>) {
        let live = MpptLive { reading: &self.shown, state: self.state, history: &self.history };
        let start = out.len();
        encode_mppt(&live, out);
        self.hex.weave(&self.shown, start, out);
    }

    /// Hears HEX questions and appends the answers; TEXT goes on meanwhile, as with newer firmware.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        let volts = |voltage: Volts| (voltage.as_volts() * 100.0).round() as u16;
        let (float, absorption) = (self.settings.float_voltage, self.settings.absorption_voltage);
        let level = |id, voltage| HexSetting { id, value: volts(voltage), takes: LEVEL_CENTIVOLTS };
        let mut settings = [level(FLOAT, float), level(ABSORPTION, absorption)];
        self.hex.answer(heard, &self.shown, &mut settings, out);
        for setting in settings {
            let (id, voltage) = (setting.id, Volts::new(f64::from(setting.value) / 100.0));
            match id {
                FLOAT if setting.value != volts(float) => self.settings.float_voltage = voltage,
                ABSORPTION if setting.value != volts(absorption) => {
                    self.settings.absorption_voltage = voltage
                }
                _ => {}
            }
        }
    }

    /// The stage of charging it says it is in.
    #[must_use]
    pub const fn state(&self) -> ChargeState {
        self.state
    }

    /// What it has recorded.
    #[must_use]
    pub const fn history(&self) -> &MpptHistory {
        &self.history
    }

    fn next_state(&mut self, watts: f64, voltage: Option<Volts>, dt: Span) -> ChargeState {
        if watts < POWER_MIN_WATTS {
            self.absorbed_for = Span::ZERO;
            return ChargeState::Off;
        }
        let Some(volts) = voltage.map(Volts::as_volts) else { return self.state };
        let float_volts = self.settings.float_voltage.as_volts();
        let fell = volts < float_volts - REBULK_VOLTS;
        match self.state {
            ChargeState::Off | ChargeState::Bulk => {
                let reached = volts >= self.settings.absorption_voltage.as_volts() - NEAR_VOLTS;
                if reached { ChargeState::Absorption } else { ChargeState::Bulk }
            }
            ChargeState::Absorption => {
                self.absorbed_for = Span::from_nanos(self.absorbed_for.as_nanos() + dt.as_nanos());
                let done =
                    self.absorbed_for >= self.settings.absorption_max || volts <= float_volts + NEAR_VOLTS;
                match (fell, done) {
                    (true, _) => ChargeState::Bulk,
                    (false, true) => ChargeState::Float,
                    (false, false) => ChargeState::Absorption,
                }
            }
            ChargeState::Float if fell => ChargeState::Bulk,
            ChargeState::Float => ChargeState::Float,
        }
    }

    fn note_yield(&mut self, watts: f64, dt: Span) {
        if watts < POWER_MIN_WATTS {
            self.dark_for = Span::from_nanos(self.dark_for.as_nanos().saturating_add(dt.as_nanos()));
            return;
        }
        if self.dark_for >= NIGHT {
            self.begin_day();
        }
        self.dark_for = Span::ZERO;
        let kwh = watts * dt.as_secs() / 3.6e6;
        self.history.total_kwh += kwh;
        self.history.today_kwh += kwh;
        self.history.today_max_watts = self.history.today_max_watts.max(watts);
    }

    fn begin_day(&mut self) {
        let history = &mut self.history;
        history.yesterday_kwh = std::mem::take(&mut history.today_kwh);
        history.yesterday_max_watts = std::mem::take(&mut history.today_max_watts);
        history.day = (history.day + 1) % DAYS_MAX;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::{Amps, Watts};

    fn sun(volts: f64, watts: f64) -> Reading {
        Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(watts / volts)),
            pv_power: Some(Watts::new(watts)),
            ..Reading::default()
        }
    }

    #[test]
    fn a_day_goes_through_the_stages_and_is_counted() {
        let mut mppt = Mppt::new(MpptSettings::default());
        let mut states = Vec::new();
        let day = [
            sun(12.6, 0.0),
            sun(13.0, 60.0),
            sun(14.4, 60.0),
            sun(13.8, 20.0),
            sun(13.0, 80.0),
            sun(12.8, 0.0),
        ];
        for (hour, sensed) in day.iter().enumerate() {
            mppt.observe(SimTime::from_secs(3600.0 * hour as f64), sensed);
            states.push(mppt.state());
        }
        use ChargeState::{Absorption, Bulk, Float, Off};
        assert_eq!(states, [Off, Bulk, Absorption, Float, Bulk, Off]);
        assert!((mppt.history().total_kwh - 0.22).abs() < 1e-9);
        mppt.observe(SimTime::from_secs(3600.0 * 15.0), &sun(12.4, 0.0));
        mppt.observe(SimTime::from_secs(3600.0 * 16.0), &sun(12.9, 10.0));
        let history = mppt.history();
        assert_eq!((history.day, history.yesterday_max_watts, history.today_max_watts), (1, 80.0, 10.0));
        assert!((history.yesterday_kwh - 0.22).abs() < 1e-9);
    }

    #[test]
    fn power_without_a_voltage_says_nothing_new() {
        let mut mppt = Mppt::new(MpptSettings::default());
        mppt.observe(SimTime::ZERO, &sun(13.0, 60.0));
        mppt.observe(SimTime::from_secs(1.0), &Reading { voltage: None, ..sun(13.0, 60.0) });
        assert_eq!(mppt.state(), ChargeState::Bulk);
        let mut out = Vec::new();
        mppt.write_block(&mut out);
        assert!(String::from_utf8_lossy(&out).contains("\r\nV\t---\r\n"));
    }
}
