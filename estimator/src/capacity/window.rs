//! Capacity from a part of one charge or discharge, for a battery whose ageing has been mapped.
//!
//! ```text
//! Vᵢ = U(zᵢ, q) + R(zᵢ, q)·(Iᵢ − b) + c,    zᵢ = z₀ + (Ahᵢ − b·tᵢ)/(q·C)
//! ```
//!
//! `U` and `R`, the voltage at no current and the whole resistance to a steady one, come from the profile's
//! ageing map: both change their shape as a cell ages, and a fresh cell's rest curve would find far too
//! large a capacity in an old one. `q` and the sensor's zero `b` are searched on a grid; the charge at the
//! start `z₀` and the voltage offset `c` are solved for at each of its points. The answer is the mean and
//! the standard deviation of `q` over that grid. Only readings after the current has been steady count.
//!
//! The map's error lasts over a stretch of charge, so a reading each second is no more than one each ten.

use signals::AmpHours;

use crate::Profile;
use crate::curve::Curve;
use crate::profile::Ageing;

/// One reading of a window, in order of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Time, s.
    pub secs: f64,
    /// Current, A, positive while charging.
    pub amps: f64,
    /// Voltage, V.
    pub volts: f64,
}

/// The capacity found in a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowCapacity {
    /// Capacity over the rated one.
    pub soh: f64,
    /// Its standard deviation.
    pub soh_stddev: f64,
    /// The capacity itself.
    pub capacity: AmpHours,
}

/// The current must have been steady this long, s, and to this ratio.
const STEADY_SECS: f64 = 60.0;
const STEADY_RATIO: f64 = 0.03;
/// Less charge than this of the rated capacity is no window.
const CHARGE_MIN: f64 = 0.08;
/// The map's error stays the same over about this much charge.
const REACH: f64 = 0.1;
/// So many readings are looked at, evenly drawn.
const READINGS: usize = 60;
/// Grid of the sensor's zero, in its standard deviations.
const ZEROS: [f64; 9] = [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0];
const SOH_STEP: f64 = 0.005;

/// The capacity that a window tells; `None` where the profile has no ageing map or the window is too small.
#[must_use]
pub fn capacity_in_window(profile: &Profile, samples: &[Sample]) -> Option<WindowCapacity> {
    let ageing = profile.ageing.as_ref()?;
    let points = settled(samples, profile.capacity_amp_hours);
    let (first, last) = (points.first()?, points.last()?);
    let span = (last.charge - first.charge).abs();
    if span < CHARGE_MIN {
        return None;
    }
    let fit = Fit {
        rated_amp_hours: profile.capacity_amp_hours,
        model_volts: ageing.model_volts,
        offset_volts: profile.doubt.offset_volts,
        // So many readings stand for one witness.
        repeated: points.len() as f64 / (1.0 + span / REACH),
        points,
    };
    let (low, high) = (*ageing.soh_ratio.first()?, *ageing.soh_ratio.last()?);
    let mut found = Vec::new();
    let steps = ((high - low) / SOH_STEP).floor() as usize;
    for i in 0..=steps {
        let soh = low + SOH_STEP * i as f64;
        let curves = Curves::at(ageing, soh);
        for zero in ZEROS {
            let cost = fit.cost(&curves, soh, zero * profile.doubt.current_offset_amps);
            found.push((soh, cost + zero * zero));
        }
    }
    let least = found.iter().map(|(_, cost)| *cost).fold(f64::INFINITY, f64::min);
    let (mut total, mut mean, mut square) = (0.0, 0.0, 0.0);
    for (soh, cost) in found {
        let weight = (0.5 * (least - cost)).exp();
        (total, mean, square) = (total + weight, mean + weight * soh, square + weight * soh * soh);
    }
    let soh = mean / total;
    let found = (square / total - soh * soh).max(0.0);
    Some(WindowCapacity {
        soh,
        soh_stddev: (found + ageing.soh_stddev.powi(2)).sqrt(),
        capacity: AmpHours::new(soh * profile.capacity_amp_hours),
    })
}

/// A reading that counts.
#[derive(Debug, Clone, Copy)]
struct Point {
    hours: f64,
    amps: f64,
    volts: f64,
    /// Charge since the window began, over the rated capacity.
    charge: f64,
}

fn settled(samples: &[Sample], rated_amp_hours: f64) -> Vec<Point> {
    let (mut charge, mut steady_since) = (0.0, 0.0);
    let mut points = Vec::new();
    let mut before: Option<Sample> = None;
    for sample in samples {
        match before {
            None => steady_since = sample.secs,
            Some(before) => {
                charge += 0.5 * (before.amps + sample.amps) * (sample.secs - before.secs)
                    / 3600.0
                    / rated_amp_hours;
                if (sample.amps - before.amps).abs() > STEADY_RATIO * sample.amps.abs() {
                    steady_since = sample.secs;
                }
            }
        }
        let flows = sample.amps.abs() > 0.05 * rated_amp_hours;
        if flows && sample.secs - steady_since >= STEADY_SECS {
            points.push(Point {
                hours: sample.secs / 3600.0,
                amps: sample.amps,
                volts: sample.volts,
                charge,
            });
        }
        before = Some(*sample);
    }
    let every = points.len().div_ceil(READINGS).max(1);
    points.into_iter().step_by(every).collect()
}

/// The map at one state of health.
struct Curves {
    rest: Curve,
    ohms: Curve,
}

impl Curves {
    fn at(ageing: &Ageing, soh: f64) -> Self {
        let rows = &ageing.soh_ratio;
        let above = rows.partition_point(|row| *row < soh).clamp(1, rows.len() - 1);
        let share = ((soh - rows[above - 1]) / (rows[above] - rows[above - 1])).clamp(0.0, 1.0);
        let blend = |table: &[Vec<f64>]| {
            let values: Vec<f64> =
                table[above - 1].iter().zip(&table[above]).map(|(a, b)| a + share * (b - a)).collect();
            Curve::through(&ageing.soc_ratio, &values)
        };
        Self { rest: blend(&ageing.rest_volts), ohms: blend(&ageing.ohms) }
    }
}

struct Fit {
    points: Vec<Point>,
    rated_amp_hours: f64,
    model_volts: f64,
    offset_volts: f64,
    repeated: f64,
}

impl Fit {
    /// Least cost over the charge at the start and the voltage offset, at one capacity and one zero.
    fn cost(&self, curves: &Curves, soh: f64, zero: f64) -> f64 {
        let mut start = self.first_guess(curves, zero);
        let mut cost = f64::INFINITY;
        for _ in 0..6 {
            let (found, moved) = self.step(curves, soh, zero, start);
            cost = found;
            start = (start + moved.clamp(-0.1, 0.1)).clamp(-0.05, 1.05);
            if moved.abs() < 1e-5 {
                break;
            }
        }
        cost
    }

    fn first_guess(&self, curves: &Curves, zero: f64) -> f64 {
        let Some(first) = self.points.first() else { return 0.5 };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..12 {
            let middle = 0.5 * (low + high);
            if curves.rest.at(middle) + curves.ohms.at(middle) * (first.amps - zero) < first.volts {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    /// The cost with the best voltage offset here, and where a Newton step would move the first charge.
    fn step(&self, curves: &Curves, soh: f64, zero: f64, start: f64) -> (f64, f64) {
        let noise = self.model_volts.powi(2) * self.repeated;
        let Some(first) = self.points.first() else { return (0.0, 0.0) };
        let (mut jj, mut j, mut n, mut jr, mut r, mut rr) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for point in &self.points {
            let drift = zero * (point.hours - first.hours) / self.rated_amp_hours;
            let soc = start + (point.charge - first.charge - drift) / soh;
            let volts = |soc: f64| curves.rest.extended(soc) + curves.ohms.at(soc) * (point.amps - zero);
            let slope = (volts(soc + 0.005) - volts(soc - 0.005)) / 0.01;
            let left = point.volts - volts(soc);
            (jj, j, n) = (jj + slope * slope, j + slope, n + 1.0);
            (jr, r, rr) = (jr + slope * left, r + left, rr + left * left);
        }
        let [jj, j, n, jr, r, rr] = [jj, j, n, jr, r, rr].map(|sum| sum / noise);
        let n = n + 1.0 / self.offset_volts.powi(2);
        let offset = r / n;
        let cost = rr - r * offset;
        let determinant = (jj * n - j * j).max(1e-12);
        (cost, (jr * n - j * r) / determinant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cell whose upper half gets steeper as it ages.
    fn profile() -> Profile {
        let mut profile = Profile::lifepo4_4s();
        let row = |lift: f64| vec![3.4, 3.6, 3.75, 3.9 + lift, 4.2];
        profile.capacity_amp_hours = 1.0;
        profile.doubt.current_offset_amps = 0.005;
        profile.doubt.offset_volts = 0.005;
        profile.ageing = Some(Ageing {
            soh_ratio: vec![0.6, 1.0],
            soc_ratio: vec![0.0, 0.25, 0.5, 0.75, 1.0],
            rest_volts: vec![row(0.05), row(0.0)],
            ohms: vec![vec![0.2; 5], vec![0.1; 5]],
            model_volts: 0.003,
            soh_stddev: 0.005,
        });
        profile
    }

    fn window(soh: f64, from: f64, amps: f64, zero: f64) -> Vec<Sample> {
        let profile = profile();
        let curves = profile.ageing.as_ref().map(|ageing| Curves::at(ageing, soh));
        (0..400)
            .map(|i| {
                let secs = f64::from(i) * 10.0;
                let soc = from + amps * secs / 3600.0 / soh;
                let volts =
                    curves.as_ref().map_or(0.0, |curves| curves.rest.at(soc) + curves.ohms.at(soc) * amps);
                Sample { secs, amps: amps + zero, volts }
            })
            .collect()
    }

    #[test]
    fn a_window_tells_the_capacity_in_both_directions_and_in_spite_of_the_sensors_zero() {
        for (soh, from, amps, zero) in [(0.9, 0.2, 0.5, 0.0), (0.75, 0.9, -0.5, 0.0), (0.8, 0.3, 0.5, 0.004)]
        {
            let found = capacity_in_window(&profile(), &window(soh, from, amps, zero));
            let found = found.expect("the window is large enough");
            assert!((found.soh - soh).abs() < 0.02, "{soh}: {found:?}");
            assert!((found.soh - soh).abs() < 3.0 * found.soh_stddev, "{soh}: {found:?}");
        }
    }

    #[test]
    fn too_small_a_window_tells_nothing() {
        assert_eq!(capacity_in_window(&profile(), &window(0.9, 0.2, 0.5, 0.0)[..40]), None);
        assert_eq!(capacity_in_window(&Profile::lifepo4_4s(), &window(0.9, 0.2, 0.5, 0.0)), None);
    }
}
