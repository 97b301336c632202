//! A battery for these tests alone: other equations than the filter's, other parameters than the
//! profiles', and nothing shared with the simulator.
//!
//! Lead-acid: a curved rest voltage, drops with a square-root part, a charge overvoltage after Tafel that
//! leaves surface charge behind, and charge efficiency that falls near full. LiFePO4: plateaus as logistic
//! steps, hysteresis as a slow branch that follows the net charge.

#![allow(dead_code, reason = "each test binary uses its own part")]

use signals::{Amps, Celsius, Reading, SimTime, Volts};

/// A repeatable source of chance (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Agm,
    LiFePo4,
}

/// What this one battery and its sensors are like.
pub struct Truth {
    pub kind: Kind,
    pub capacity: f64,
    pub soc: f64,
    pub celsius: f64,
    resistance: f64,
    rest_shift: f64,
    current_zero: f64,
    quick: f64,
    surface: f64,
    branch: f64,
}

impl Truth {
    /// A battery off its label: capacity by ±10 %, resistance by ±30 %, rest voltage by 30 mV or so.
    pub fn drawn(kind: Kind, label: f64, chance: &mut Chance) -> Self {
        let spread = if kind == Kind::Agm { 0.03 } else { 0.012 };
        Self {
            kind,
            capacity: label * chance.between(0.9, 1.1),
            soc: chance.between(0.5, 0.95),
            celsius: chance.between(-20.0, 5.0),
            resistance: chance.between(0.7, 1.3) * if kind == Kind::Agm { 1.1 } else { 2.4 } / label,
            rest_shift: (chance.normal() * spread).clamp(-2.0 * spread, 2.0 * spread),
            current_zero: 0.1 * chance.normal(),
            quick: 0.0,
            surface: 0.0,
            branch: 0.0,
        }
    }

    fn rest(&self) -> f64 {
        let z = self.soc;
        self.rest_shift
            + match self.kind {
                Kind::Agm => {
                    11.72 + 1.28 * z - 0.12 * z * z - 0.05 * (-30.0 * z).exp()
                        + 0.0012 * (self.celsius - 25.0)
                }
                Kind::LiFePo4 => {
                    let step = |at: f64, wide: f64| 1.0 / (1.0 + (-(z - at) / wide).exp());
                    12.75 + 0.28 * step(0.15, 0.05) + 0.10 * step(0.35, 0.03) + 0.14 * step(0.7, 0.03)
                        - 2.2 * (-45.0 * z).exp()
                        + 0.5 * (70.0 * (z - 1.0)).exp()
                        + 0.045 * self.branch
                }
            }
    }

    fn cold(&self) -> f64 {
        1.0 + 0.025 * (25.0 - self.celsius).max(-15.0)
    }

    /// Ohmic part, quick polarisation and surface charge at this current.
    fn overvoltage(&self, amps: f64) -> f64 {
        0.45 * self.resistance * self.cold() * amps + self.quick + self.surface
    }

    /// Terminal voltage.
    pub fn volts(&self, amps: f64) -> f64 {
        self.rest() + self.overvoltage(amps)
    }

    /// The largest charging current that keeps the voltage at the absorption setting.
    pub fn accepted(&self, offered: f64) -> f64 {
        let limit = if self.kind == Kind::Agm { 14.4 } else { 14.2 };
        let mut amps = offered;
        while amps > 0.0 && self.volts(amps) > limit {
            amps -= 0.02 * offered;
        }
        amps.max(0.0)
    }

    pub fn step(&mut self, amps: f64, secs: f64) {
        let rate = amps / self.capacity;
        let lead = self.kind == Kind::Agm;
        let efficiency = if rate <= 0.0 {
            1.0
        } else if lead {
            0.985 - 0.4 * ((self.soc - 0.88) / 0.12).clamp(0.0, 1.0).powi(2)
        } else {
            0.998
        };
        let moved = rate * efficiency * secs / 3600.0;
        self.soc = (self.soc + moved).clamp(0.0, 1.0);
        self.branch = (self.branch + 22.0 * moved).clamp(-1.0, 1.0);
        let bent = amps.signum() * (amps.abs() * 0.02 * self.capacity).sqrt();
        let quick = self.resistance * self.cold() * 0.35 * (0.6 * amps + 0.4 * bent);
        self.quick += (quick - self.quick) * (1.0 - (-secs / 90.0).exp());
        let near_full = 1.0 + 1.6 * ((self.soc - 0.8) / 0.2).clamp(0.0, 1.0);
        let raised = if lead && rate > 0.0 { 0.22 * near_full * (1.0 + rate / 0.004).ln() } else { 0.0 };
        let slow = if lead { raised } else { 0.3 * self.resistance * self.cold() * amps };
        let pace = if slow > self.surface { 1200.0 } else { 4000.0 };
        self.surface += (slow - self.surface) * (1.0 - (-secs / pace).exp());
    }

    /// What the device sends: an offset in the current, quantised, a little noise.
    pub fn reading(&self, amps: f64, chance: &mut Chance) -> Reading {
        let round = |value: f64, step: f64| (value / step).round() * step;
        Reading {
            voltage: Some(Volts::new(round(self.volts(amps) + 0.004 * chance.normal(), 0.01))),
            current: Some(Amps::new(round(amps + self.current_zero + 0.02 * chance.normal(), 0.001))),
            temperature: Some(Celsius::new(self.celsius.round())),
            current_is_net: true,
            ..Reading::default()
        }
    }
}

/// A sign's week: a load all day, heavier at night, sun around noon on some days.
pub struct Week {
    sun: [f64; 8],
    load: f64,
}

impl Week {
    pub fn drawn(label: f64, chance: &mut Chance) -> Self {
        let mut sun = [0.0; 8];
        for day in &mut sun {
            *day = label * chance.between(0.0, 0.09);
        }
        Self { sun, load: label * chance.between(0.007, 0.015) }
    }

    /// Current offered by the panel less the load, before the controller cuts it.
    pub fn amps(&self, truth: &Truth, at: SimTime) -> f64 {
        let hours = at.as_hours();
        let day = (hours / 24.0) as usize % 8;
        let noon = ((hours % 24.0 - 12.0) / 4.0).abs();
        let sun = if noon < 1.0 { self.sun[day] * (1.0 - noon * noon) } else { 0.0 };
        let lamp = if ((hours * 12.0) as u64).is_multiple_of(3) { 1.4 } else { 0.8 };
        let net = sun - self.load * lamp;
        if net > 0.0 {
            truth.accepted(net)
        } else if truth.soc <= 0.02 {
            0.0
        } else {
            net
        }
    }
}
