//! The notebook filter: the joint extended Kalman filter that a skilled user writes in an afternoon.
//!
//! ```text
//! x = [z, v₁, v₂, R₀, 1/Q]                                      I > 0 discharges in these equations
//! z⁺ = z − η·I·Δt/(3600·Q)      vⱼ⁺ = aⱼ·vⱼ + Rⱼ·s·(1 − aⱼ)·I      aⱼ = exp(−Δt/τⱼ)
//! y = OCV(z) + M·h − v₁ − v₂ − R₀·s·(1 + b·exp(−z/0.12))·I       s = exp(B·(1/T − 1/298.15 K))
//! ```
//!
//! Zero-order hold of the current over the step before, one linear update in Joseph form, white noise on the
//! voltage. These are the equations of the peer script `ekf_baseline.py` (its `run_numba`), written anew;
//! `fixtures/notebook` holds what the script says of a small record, and the test below repeats it.

use super::parameters::{BEND_RATIO, Parameters, ROOM_CELSIUS};

const STATES: usize = 5;
const SOC: usize = 0;
const FAST: usize = 1;
const SLOW: usize = 2;
const OHMIC: usize = 3;
const PER_CAPACITY: usize = 4;

/// Standard deviations at the start: of a state of charge that was told, of one that nobody told, of both
/// polarisations (V), and of resistance and 1/capacity as shares.
const TOLD_STDDEV: f64 = 0.2;
const UNTOLD_STDDEV: f64 = 0.3;
const POLARISATION_STDDEV: f64 = 1e-3;
const OHMIC_SHARE: f64 = 0.3;
const CAPACITY_SHARE: f64 = 0.03;
/// Variance each state gains in a second.
const NOISE_PER_SEC: [f64; STATES] = [1e-12, 1e-9, 1e-9, 1e-13, 1e-16];
/// The state of charge never leaves this range.
const SOC_RANGE: (f64, f64) = (-0.05, 1.05);

type Matrix = [[f64; STATES]; STATES];

/// The filter.
#[derive(Debug, Clone)]
pub(super) struct Notebook {
    parameters: Parameters,
    mean: [f64; STATES],
    covariance: Matrix,
    hysteresis: f64,
    /// Time of the latest reading, s, and its discharge current, A.
    before: Option<(f64, f64)>,
    /// How much the temperature scales resistances.
    scale: f64,
    #[cfg(test)]
    innovation_squared_normalized: f64,
}

impl Notebook {
    pub fn new(parameters: Parameters, soc: f64, is_told: bool) -> Self {
        let per_capacity = 1.0 / parameters.capacity_amp_hours;
        let soc_stddev = if is_told { TOLD_STDDEV } else { UNTOLD_STDDEV };
        let stddev = [
            soc_stddev,
            POLARISATION_STDDEV,
            POLARISATION_STDDEV,
            OHMIC_SHARE * parameters.ohmic_ohms,
            CAPACITY_SHARE * per_capacity,
        ];
        let mut covariance = [[0.0; STATES]; STATES];
        for (i, stddev) in stddev.iter().enumerate() {
            covariance[i][i] = stddev * stddev;
        }
        Self {
            mean: [soc, 0.0, 0.0, parameters.ohmic_ohms, per_capacity],
            covariance,
            hysteresis: 0.0,
            before: None,
            scale: scale(&parameters, ROOM_CELSIUS),
            parameters,
            #[cfg(test)]
            innovation_squared_normalized: 0.0,
        }
    }

    pub fn soc(&self) -> f64 {
        self.mean[SOC]
    }

    pub fn soc_stddev(&self) -> f64 {
        self.covariance[SOC][SOC].max(0.0).sqrt()
    }

    /// Takes one reading of the battery: A (positive while charging), V, °C. A missing current is the one
    /// before; without a voltage it only counts; without a temperature the latest one holds.
    pub fn update(&mut self, secs: f64, amps: Option<f64>, volts: Option<f64>, celsius: Option<f64>) {
        if let Some(celsius) = celsius {
            self.scale = scale(&self.parameters, celsius);
        }
        if let Some((then, current)) = self.before {
            let dt = secs - then;
            if dt <= 0.0 {
                return;
            }
            self.predict(dt, current);
        }
        let current = amps.map(|amps| -amps).or(self.before.map(|(_, current)| current));
        if let (Some(volts), Some(current)) = (volts, current) {
            self.correct(volts / self.parameters.cells, current);
        }
        self.before = current.map(|current| (secs, current));
    }

    fn predict(&mut self, dt: f64, current: f64) {
        let p = &self.parameters;
        let efficiency = if current < 0.0 { p.efficiency } else { 1.0 };
        let gained = -efficiency * current * dt / 3600.0;
        let (fast, slow) = ((-dt / p.fast_secs).exp(), (-dt / p.slow_secs).exp());
        self.mean[SOC] += gained * self.mean[PER_CAPACITY];
        self.mean[FAST] = fast * self.mean[FAST] + p.fast_ohms * self.scale * (1.0 - fast) * current;
        self.mean[SLOW] = slow * self.mean[SLOW] + p.slow_ohms * self.scale * (1.0 - slow) * current;
        let mut transition = identity();
        transition[SOC][PER_CAPACITY] = gained;
        transition[FAST][FAST] = fast;
        transition[SLOW][SLOW] = slow;
        self.covariance = sandwich(&transition, &self.covariance);
        for (i, noise) in NOISE_PER_SEC.iter().enumerate() {
            self.covariance[i][i] += noise * dt;
        }
        let moved = (gained * p.hysteresis_rate * self.mean[PER_CAPACITY]).abs();
        let stays = (-moved).exp();
        let branch = if current > 0.0 { -1.0 } else { f64::from(u8::from(current < 0.0)) };
        self.hysteresis = stays * self.hysteresis + (1.0 - stays) * branch;
    }

    fn correct(&mut self, volts: f64, current: f64) {
        let p = &self.parameters;
        let (rest, slope) = look_up(&p.ocv, self.mean[SOC]);
        let bend = p.bend * (-self.mean[SOC].max(0.0) / BEND_RATIO).exp();
        let ohmic = self.scale * (1.0 + bend) * current;
        let rise = self.mean[OHMIC] * self.scale * bend / BEND_RATIO * current;
        let h = [slope + rise, -1.0, -1.0, -ohmic, 0.0];
        let expected = rest + p.hysteresis_volts * self.hysteresis
            - self.mean[FAST]
            - self.mean[SLOW]
            - self.mean[OHMIC] * ohmic;
        let innovation = volts - expected;
        let noise = p.noise_volts * p.noise_volts;
        let cross = self.covariance.map(|row| dot(&row, &h));
        let variance = noise + dot(&h, &cross);
        #[cfg(test)]
        {
            self.innovation_squared_normalized = innovation * innovation / variance;
        }
        if p.gate > 0.0 && innovation * innovation > p.gate * p.gate * variance {
            return;
        }
        let gain = cross.map(|cross| cross / variance);
        let mut kept = identity();
        for (i, gain) in gain.iter().enumerate() {
            self.mean[i] += gain * innovation;
            for (kept, h) in kept[i].iter_mut().zip(&h) {
                *kept -= gain * h;
            }
        }
        self.covariance = sandwich(&kept, &self.covariance);
        for (row, left) in self.covariance.iter_mut().zip(&gain) {
            for (cell, right) in row.iter_mut().zip(&gain) {
                *cell += left * noise * right;
            }
        }
        self.mean[SOC] = self.mean[SOC].clamp(SOC_RANGE.0, SOC_RANGE.1);
    }
}

fn scale(parameters: &Parameters, celsius: f64) -> f64 {
    (parameters.activation_kelvin * (1.0 / (celsius + 273.15) - 1.0 / (ROOM_CELSIUS + 273.15))).exp()
}

/// Voltage and slope of the table at `soc`, held at its ends.
fn look_up(table: &[f64], soc: f64) -> (f64, f64) {
    let steps = table.len() - 1;
    let place = soc.clamp(0.0, 1.0) * steps as f64;
    let below = (place as usize).min(steps - 1);
    let rise = table[below + 1] - table[below];
    (table[below] + (place - below as f64) * rise, rise * steps as f64)
}

fn identity() -> Matrix {
    let mut matrix = [[0.0; STATES]; STATES];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    matrix
}

fn dot(a: &[f64; STATES], b: &[f64; STATES]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `A·P·Aᵀ`.
fn sandwich(a: &Matrix, p: &Matrix) -> Matrix {
    let mut left = [[0.0; STATES]; STATES];
    for (row, a) in left.iter_mut().zip(a) {
        for (cell, j) in row.iter_mut().zip(0..) {
            *cell = (0..STATES).map(|k| a[k] * p[k][j]).sum();
        }
    }
    left.map(|row| {
        let mut out = [0.0; STATES];
        for (cell, a) in out.iter_mut().zip(a) {
            *cell = dot(&row, a);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &str = include_str!("../../../fixtures/notebook/reference.csv");
    const GIVEN: &str = include_str!("../../../fixtures/notebook/reference.toml");
    /// The script sums in another order: on 900 rows that is all the difference there may be.
    const TOLERANCE: f64 = 1e-9;

    fn given() -> (Parameters, f64) {
        let file: toml::Table = GIVEN.parse().expect("the fixture");
        let number = |key: &str| file[key].as_float().expect("a number");
        let ocv = file["ocv_volts"].as_array().expect("a table");
        let parameters = Parameters {
            ocv: ocv.iter().filter_map(toml::Value::as_float).collect(),
            ohmic_ohms: number("ohmic_ohms"),
            fast_ohms: number("fast_ohms"),
            fast_secs: number("fast_secs"),
            slow_ohms: number("slow_ohms"),
            slow_secs: number("slow_secs"),
            hysteresis_volts: number("hysteresis_volts"),
            hysteresis_rate: number("hysteresis_rate"),
            capacity_amp_hours: number("capacity_amp_hours"),
            efficiency: number("efficiency"),
            bend: number("bend"),
            activation_kelvin: number("activation_kelvin"),
            noise_volts: number("noise_volts"),
            gate: number("gate"),
            cells: 1.0,
        };
        (parameters, number("start_soc"))
    }

    #[test]
    fn the_script_and_this_filter_say_the_same_of_a_small_record() {
        let (parameters, start) = given();
        let mut filter = Notebook::new(parameters, start, true);
        let mut rows = 0;
        for line in REFERENCE.lines().skip(1) {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().expect("a number")).collect();
            let cells: [f64; 9] = cells.try_into().expect("nine columns");
            let [secs, amps, volts, celsius, soc, stddev, nis, ohms, per_capacity] = cells;
            filter.update(secs, Some(amps), Some(volts), Some(celsius));
            let found = [
                filter.soc(),
                filter.soc_stddev(),
                filter.innovation_squared_normalized,
                filter.mean[OHMIC],
                filter.mean[PER_CAPACITY],
            ];
            for (found, said) in found.iter().zip([soc, stddev, nis, ohms, per_capacity]) {
                assert!((found - said).abs() < TOLERANCE * said.abs().max(1.0), "{secs} s: {found} {said}");
            }
            rows += 1;
        }
        assert_eq!(rows, 900);
    }

    #[test]
    fn a_wrong_start_is_seen_and_the_voltage_corrects_it() {
        let (parameters, start) = given();
        let mut filter = Notebook::new(Parameters { noise_volts: 0.02, ..parameters }, start, false);
        assert!((filter.soc_stddev() - UNTOLD_STDDEV).abs() < 1e-12);
        let volts = look_up(&filter.parameters.ocv, 0.15).0;
        (0..600).for_each(|secs| filter.update(f64::from(secs), Some(0.0), Some(volts), None));
        assert!((filter.soc() - 0.15).abs() < 0.05, "{}", filter.soc());
    }
}
