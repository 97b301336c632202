//! A channel that shows one and the same code while the other channel moves.
//!
//! ```text
//! voltage stuck   n ≥ 30, t ≥ 900 s, ½·R·(I_max − I_min) ≥ 4 grid steps        I_max at most 0 unless both signs
//! current stuck   n ≥ 30, t ≥ 900 s, and V rose under one discharging code, fell under one charging code,
//!                 or did both under zero
//! ```
//!
//! A charger holds its voltage while the current tails off, and a laboratory holds a current while the voltage
//! falls: neither is a fault. So charging alone never convicts a voltage, and a voltage that goes the way the
//! current drives it never convicts a current.

use super::View;

const READINGS_MIN: f64 = 30.0;
const SECS_MIN: f64 = 900.0;
/// The voltage must have been due to move by so many of its own steps.
const GRID_STEPS: f64 = 4.0;
/// A resistance may be this share of the profile's.
const RESISTANCE_SHARE: f64 = 0.5;
/// A voltage against its current's sense, V on 12 V.
const AGAINST_VOLTS: f64 = 0.12;
/// What the current before leaves behind has gone after this, s.
const SETTLED_SECS: f64 = 900.0;
/// Outdoors no battery keeps a temperature to the code for so long, s.
const TEMPERATURE_SECS: f64 = 7.0 * 86_400.0;
/// The coarsest step a voltage is first taken to have, V on 12 V.
const GRID_VOLTS: f64 = 0.01;

/// How long a channel has shown one code.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Run {
    code: f64,
    secs: f64,
    readings: f64,
}

impl Run {
    /// True where the code is new.
    fn look(&mut self, code: f64, dt_secs: f64) -> bool {
        if code == self.code {
            self.secs += dt_secs;
            self.readings += 1.0;
            return false;
        }
        *self = Self { code, secs: 0.0, readings: 1.0 };
        true
    }

    fn is_long(&self) -> bool {
        self.readings >= READINGS_MIN && self.secs >= SECS_MIN
    }

    fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        show("run_code", &mut self.code);
        show("run_secs", &mut self.secs);
        show("run_readings", &mut self.readings);
    }
}

/// Least and greatest of the other channel during a run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Extent {
    low: f64,
    high: f64,
}

impl Extent {
    fn at(value: f64) -> Self {
        Self { low: value, high: value }
    }

    fn take(&mut self, value: f64) {
        (self.low, self.high) = (self.low.min(value), self.high.max(value));
    }

    fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        show("extent_low", &mut self.low);
        show("extent_high", &mut self.high);
    }
}

/// Watches the voltage's code.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct StuckVoltage {
    run: Run,
    amps: Extent,
    /// Smallest step seen, V; 0 before any.
    grid: f64,
    /// 1 once the voltage ought to have moved under this code, else 0.
    due: f64,
}

impl StuckVoltage {
    /// Since when it is stuck, s.
    pub fn look(&mut self, view: &View<'_>) -> Option<f64> {
        let (volts, amps) = (view.seen.volts?, view.seen.amps?);
        let step = (volts - self.run.code).abs();
        if self.run.look(volts, view.dt_secs) {
            if step > 1e-4 && (self.grid == 0.0 || step < self.grid) {
                self.grid = step;
            }
            self.amps = Extent::at(amps);
            self.due = 0.0;
            return None;
        }
        self.amps.take(amps);
        let Extent { low, high } = self.amps;
        let (range, ohms) = if low < 0.0 && high > 0.0 {
            (high - low, view.total)
        } else {
            (high.min(0.0) - low.min(0.0), view.ohmic)
        };
        let grid = if self.grid == 0.0 { GRID_VOLTS * view.scale } else { self.grid };
        self.due = f64::from(RESISTANCE_SHARE * ohms * range >= GRID_STEPS * grid);
        (self.run.is_long() && self.waits()).then_some(self.run.secs)
    }

    /// Whether the voltage shown is one of before the current last changed: not yet stuck, but not of now either.
    pub fn waits(&self) -> bool {
        self.due != 0.0
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        self.run.each(show);
        self.amps.each(show);
        show("stuck_grid", &mut self.grid);
        show("stuck_due", &mut self.due);
    }
}

/// Watches the current's code.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct StuckCurrent {
    run: Run,
    volts: Extent,
    /// Greatest rise and fall since the run began.
    rise: f64,
    fall: f64,
}

impl StuckCurrent {
    /// Since when it is stuck, s.
    pub fn look(&mut self, view: &View<'_>) -> Option<f64> {
        let (volts, amps) = (view.seen.volts?, view.seen.amps?);
        if self.run.look(amps, view.dt_secs) || self.run.secs < SETTLED_SECS {
            self.volts = Extent::at(volts);
            (self.rise, self.fall) = (0.0, 0.0);
            return None;
        }
        self.volts.take(volts);
        self.rise = self.rise.max(volts - self.volts.low);
        self.fall = self.fall.max(self.volts.high - volts);
        let limit = AGAINST_VOLTS * view.scale;
        let against = match amps {
            amps if amps < 0.0 => self.rise >= limit,
            amps if amps > 0.0 => self.fall >= limit,
            _ => self.rise.min(self.fall) >= limit,
        };
        (self.run.is_long() && against).then_some(self.run.secs)
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        self.run.each(show);
        self.volts.each(show);
        show("stuck_rise", &mut self.rise);
        show("stuck_fall", &mut self.fall);
    }
}

/// Watches the temperature's code.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct StuckTemperature {
    run: Run,
}

impl StuckTemperature {
    /// Since when it is stuck, s.
    pub fn look(&mut self, view: &View<'_>) -> Option<f64> {
        self.run.look(view.seen.celsius?, view.dt_secs);
        (self.run.is_long() && self.run.secs >= TEMPERATURE_SECS).then_some(self.run.secs)
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        self.run.each(show);
    }
}
