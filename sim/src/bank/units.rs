//! The units of a bank: one that stands for all while they are alike, each by itself afterwards.
//!
//! A unit is a battery of the bank's voltage and a string's capacity; in a string of `n` it counts for the
//! n-th part of its voltage. So a string's voltage is the mean of its units', its resistance likewise,
//! and the weakest unit ends the string.

use super::{Layout, share, spread};
use crate::battery::{Battery, BatteryParams, Condition, Terminal};
use signals::{AmpHours, Seed};

/// A bank's units.
#[derive(Debug)]
pub(crate) struct Units {
    layout: Layout,
    strings: Vec<Vec<Battery>>,
    string_amps: Vec<f64>,
    terminals: Vec<Terminal>,
    /// How many strings each of `strings` stands for.
    each: f64,
}

impl Units {
    /// A rested bank at this charge and temperature.
    pub fn new(params: &BatteryParams, soc: f64, celsius: f64, seed: Seed) -> Self {
        let layout = params.layout;
        let each = f64::from(layout.parallel);
        let rated = AmpHours::new(params.rated.as_amp_hours() / each);
        let unit = Battery::new(&BatteryParams { rated, ..*params }, soc, celsius);
        let mut units =
            Self { layout, strings: vec![vec![unit]], string_amps: vec![0.0], terminals: Vec::new(), each };
        if layout.capacity_spread_ratio > 0.0 || layout.resistance_spread_ratio > 0.0 {
            units.differ(&spread::draw(&layout, seed));
        }
        units
    }

    /// Gives each unit its own ratios of capacity and resistance, at the charge it has.
    fn differ(&mut self, ratios: &[Vec<(f64, f64)>]) {
        self.split();
        for (string, ratios) in self.strings.iter_mut().zip(ratios) {
            for (unit, (capacity, resistance)) in string.iter_mut().zip(ratios) {
                unit.vary(*capacity, *resistance);
            }
        }
    }

    /// One unit loses capacity, with the charge in it, and gains resistance.
    pub fn weaken(&mut self, string: usize, unit: usize, capacity_ratio: f64, resistance_ratio: f64) {
        self.split();
        if let Some(unit) = self.strings.get_mut(string).and_then(|string| string.get_mut(unit)) {
            unit.weaken(capacity_ratio, resistance_ratio);
        }
    }

    /// From one that stands for all to each by itself.
    fn split(&mut self) {
        let lumped = self.strings.len() == 1 && self.strings[0].len() == 1;
        let (series, parallel) = (self.layout.series as usize, self.layout.parallel as usize);
        if lumped && series * parallel > 1 {
            let string = vec![self.strings[0][0].clone(); series];
            self.strings = vec![string; parallel];
            self.string_amps = vec![self.string_amps[0]; parallel];
            self.each = 1.0;
        }
    }

    /// Takes the coefficients to hold for the next ten seconds.
    pub fn refresh(&mut self) {
        self.strings.iter_mut().flatten().for_each(Battery::refresh);
    }

    /// Terminal voltage against current for a step of this length.
    pub fn terminal(&mut self, dt_secs: f64) -> Terminal {
        self.find_terminals(dt_secs);
        match self.terminals[..] {
            [alone] => Terminal {
                charge_ohms: alone.charge_ohms / self.each,
                discharge_ohms: alone.discharge_ohms / self.each,
                ..alone
            },
            _ => share::together(&self.terminals),
        }
    }

    fn find_terminals(&mut self, dt_secs: f64) {
        self.terminals.clear();
        for string in &mut self.strings {
            let count = string.len() as f64;
            let mut sum = Terminal { open_volts: 0.0, charge_ohms: 0.0, discharge_ohms: 0.0 };
            for unit in string {
                let terminal = unit.terminal(dt_secs);
                sum.open_volts += terminal.open_volts / count;
                sum.charge_ohms += terminal.charge_ohms / count;
                sum.discharge_ohms += terminal.discharge_ohms / count;
            }
            self.terminals.push(sum);
        }
    }

    /// The bank after a step at a constant current in air of this temperature.
    pub fn step(&mut self, amps: f64, dt_secs: f64, ambient_celsius: f64) {
        if let [_] = self.strings[..] {
            self.string_amps[0] = amps / self.each;
        } else {
            self.find_terminals(dt_secs);
            let volts = share::common_volts(&self.terminals, amps);
            for (share, terminal) in self.string_amps.iter_mut().zip(&self.terminals) {
                *share = terminal.amps(volts);
            }
        }
        for (string, amps) in self.strings.iter_mut().zip(&self.string_amps) {
            string.iter_mut().for_each(|unit| unit.step(*amps, dt_secs, ambient_celsius));
        }
    }

    /// Charge held over present capacity.
    pub fn soc(&self) -> f64 {
        self.sum(Battery::charge_amp_hours) / self.sum(Battery::capacity_amp_hours)
    }

    /// Charge that can be drawn before some unit of each string is empty, Ah.
    pub fn drawable_amp_hours(&self) -> f64 {
        let weakest = |string: &Vec<Battery>| {
            string.iter().map(Battery::charge_amp_hours).fold(f64::INFINITY, f64::min)
        };
        self.strings.iter().map(weakest).sum::<f64>() * self.each
    }

    /// Capacity now at 25 °C, Ah.
    pub fn capacity_amp_hours(&self) -> f64 {
        self.sum(Battery::capacity_amp_hours) * self.each
    }

    /// Capacity now over capacity on the label.
    pub fn health(&self) -> f64 {
        self.mean(Battery::health)
    }

    /// Mean temperature, °C.
    pub fn celsius(&self) -> f64 {
        self.mean(Battery::celsius)
    }

    /// Terminal voltage at the end of the latest step, V.
    pub fn volts(&self) -> f64 {
        self.mean(Battery::volts)
    }

    /// Ohmic resistance now, Ω.
    pub fn ohmic_ohms(&self) -> f64 {
        match &self.strings[..] {
            [alone] => mean_of(alone, Battery::ohmic_ohms) / self.each,
            strings => {
                1.0 / strings.iter().map(|string| 1.0 / mean_of(string, Battery::ohmic_ohms)).sum::<f64>()
            }
        }
    }

    /// The worst of any unit.
    pub fn condition(&self) -> Condition {
        self.strings.iter().flatten().map(Battery::condition).fold(Condition::SOUND, Condition::or_worse)
    }

    /// Current of each string that is kept by itself, A.
    pub fn string_amps(&self) -> Vec<f64> {
        self.string_amps.clone()
    }

    /// Voltage of each string that is kept by itself, V.
    pub fn string_volts(&self) -> Vec<f64> {
        self.strings.iter().map(|string| mean_of(string, Battery::volts)).collect()
    }

    /// Over the strings, a string counting as the mean of its units.
    fn sum(&self, of: impl Fn(&Battery) -> f64) -> f64 {
        self.strings.iter().map(|string| mean_of(string, &of)).sum()
    }

    fn mean(&self, of: impl Fn(&Battery) -> f64) -> f64 {
        self.sum(of) / self.strings.len() as f64
    }
}

fn mean_of(string: &[Battery], of: impl Fn(&Battery) -> f64) -> f64 {
    string.iter().map(of).sum::<f64>() / string.len() as f64
}
