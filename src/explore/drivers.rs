//! What drives the consumption: temperature, sun, hour of the day, load state, each with its 95 % interval.
//!
//! ```text
//! W(hour) = b₀ + b₁·T + b₂·sun + b₃·cos(2πh/24) + b₄·sin(2πh/24) + b₅·state + e
//! ```
//!
//! Ordinary least squares on hourly means. Hours follow each other, so the intervals are not those of independent
//! rows: the covariance is Newey's and West's, with Bartlett weights over `max(24, 4·(n/100)^(2/9))` hours. An effect
//! is what goes with a cause in this log, other causes held; nobody switched them on purpose.
//!
//! Reference: W. K. Newey, K. D. West, "A simple, positive semi-definite, heteroskedasticity and autocorrelation
//! consistent covariance matrix", Econometrica 55 (1987).

use std::collections::BTreeMap;

use super::day::Days;
use super::find::Work;
use super::header::Quantity;
use super::table::Table;

/// Fewer hours tell nothing of a day's rhythm.
const HOURS_MIN: usize = 72;
/// Half the width of a 95 % interval in standard errors.
const HALF_95: f64 = 1.96;

/// One cause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// `temperature`, `sun`, `hour`, `load-state`.
    pub cause: &'static str,
    /// W per `unit`.
    pub unit: &'static str,
    /// The effect.
    pub value: f64,
    /// Lower end of its 95 % interval.
    pub low_95: f64,
    /// Upper end.
    pub high_95: f64,
}

/// The regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    /// What is explained: `load-power`, `load-current`, `discharge-power`.
    pub response: &'static str,
    /// Hours it rests on.
    pub hours: usize,
    /// Hours over which errors may hang together.
    pub lag_hours: usize,
    /// Its mean, W.
    pub mean_watts: f64,
    /// Share of its variance that the causes explain.
    pub r_squared: f64,
    /// The causes.
    pub effects: Vec<Effect>,
    /// At this hour the daily wave is highest.
    pub peak_hour: Option<f64>,
}

/// Why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDrivers {
    /// No power or current of the load, nor voltage and current of the battery.
    NoConsumption,
    /// Fewer hours than it takes.
    TooShort(usize),
    /// No cause varies.
    NoCause,
}

/// Means of one hour.
#[derive(Debug, Clone, Copy, Default)]
struct Hour {
    sums: [f64; 4],
    counts: [u32; 4],
    of_day: f64,
}

/// What an hour holds: response, temperature, sun, load state.
type Source<'w> = Option<&'w [f64]>;

/// The drivers of a log.
///
/// # Errors
/// Why it has none.
pub fn drivers(table: &Table, work: &Work) -> Result<Drivers, NoDrivers> {
    let column = |quantity: Quantity| work.first(quantity).map(|series| series.values.as_slice());
    let volts = column(Quantity::Voltage);
    let (response, watts): (&'static str, Vec<f64>) = if let Some(watts) = column(Quantity::LoadPower) {
        ("load-power", watts.to_vec())
    } else if let (Some(amps), Some(volts)) = (column(Quantity::LoadCurrent), volts) {
        ("load-current", amps.iter().zip(volts).map(|(amps, volts)| amps * volts).collect())
    } else if let (Some(amps), Some(volts)) = (column(Quantity::Current), volts) {
        ("discharge-power", amps.iter().zip(volts).map(|(amps, volts)| (-amps * volts).max(0.0)).collect())
    } else {
        return Err(NoDrivers::NoConsumption);
    };
    let air = column(Quantity::Ambient).or_else(|| column(Quantity::Temperature));
    let sun = column(Quantity::SunPower).or_else(|| column(Quantity::Irradiance));
    let hours = hours(table, work, [Some(&watts), air, sun, column(Quantity::LoadState)]);
    if hours.len() < HOURS_MIN {
        return Err(NoDrivers::TooShort(hours.len()));
    }
    fit(response, &hours)
}

fn hours(table: &Table, work: &Work, sources: [Source<'_>; 4]) -> Vec<Hour> {
    let Some(days) = table.clock.as_ref().and_then(Days::of) else { return Vec::new() };
    let mut hours: BTreeMap<i64, Hour> = BTreeMap::new();
    for (at, (secs, wall)) in work.secs.iter().zip(&work.wall).enumerate() {
        let hour = hours.entry(days.hour(*secs)).or_default();
        hour.of_day = days.hour_of_day(*wall) as f64 + 0.5;
        for (place, source) in sources.iter().enumerate() {
            if let Some(value) = source.and_then(|values| values.get(at)).filter(|value| value.is_finite()) {
                hour.sums[place] += value;
                hour.counts[place] += 1;
            }
        }
    }
    hours.into_values().filter(|hour| hour.counts[0] > 0).collect()
}

/// A regressor with its name.
struct Cause {
    name: &'static str,
    unit: &'static str,
    scale: f64,
    values: Vec<f64>,
}

fn fit(response: &'static str, hours: &[Hour]) -> Result<Drivers, NoDrivers> {
    let mean = |hour: &Hour, place: usize| hour.sums[place] / f64::from(hour.counts[place].max(1));
    let is_known =
        |place: usize| hours.iter().filter(|hour| hour.counts[place] > 0).count() * 10 > 9 * hours.len();
    let mut causes = Vec::new();
    let plain = [("temperature", "°C", 1, 1.0), ("sun", "100 W", 2, 100.0), ("load-state", "", 3, 1.0)];
    for (name, unit, place, scale) in plain {
        if is_known(place) {
            causes.push(Cause {
                name,
                unit,
                scale,
                values: hours.iter().map(|hour| mean(hour, place)).collect(),
            });
        }
    }
    let wave = |of: fn(f64) -> f64| {
        hours.iter().map(|hour| of(std::f64::consts::TAU * hour.of_day / 24.0)).collect()
    };
    causes.push(Cause { name: "cos", unit: "", scale: 1.0, values: wave(f64::cos) });
    causes.push(Cause { name: "sin", unit: "", scale: 1.0, values: wave(f64::sin) });
    let used: Vec<usize> = (0..hours.len())
        .filter(|at| plain.iter().all(|(_, _, place, _)| !is_known(*place) || hours[*at].counts[*place] > 0))
        .collect();
    let pick = |values: &[f64]| used.iter().map(|at| values[*at]).collect::<Vec<f64>>();
    for cause in &mut causes {
        cause.values = pick(&cause.values);
    }
    causes.retain(|cause| spread(&cause.values) > 1e-9);
    if causes.is_empty() {
        return Err(NoDrivers::NoCause);
    }
    let watts: Vec<f64> = used.iter().map(|at| mean(&hours[*at], 0)).collect();
    let regression = Regression::of(&causes, &watts).ok_or(NoDrivers::NoCause)?;
    Ok(told(response, &causes, &watts, &regression))
}

fn told(response: &'static str, causes: &[Cause], watts: &[f64], regression: &Regression) -> Drivers {
    let effect = |cause: &'static str, unit, value: f64, error: f64| Effect {
        cause,
        unit,
        value,
        low_95: HALF_95.mul_add(-error, value),
        high_95: HALF_95.mul_add(error, value),
    };
    let place = |name: &str| causes.iter().position(|cause| cause.name == name);
    let mut effects: Vec<Effect> = causes
        .iter()
        .enumerate()
        .filter(|(_, cause)| !matches!(cause.name, "cos" | "sin"))
        .map(|(at, cause)| {
            let error = regression.covariance[at][at].max(0.0).sqrt();
            effect(cause.name, cause.unit, cause.scale * regression.slopes[at], cause.scale * error)
        })
        .collect();
    let mut peak_hour = None;
    if let (Some(cos), Some(sin)) = (place("cos"), place("sin")) {
        let (a, b) = (regression.slopes[cos], regression.slopes[sin]);
        let size = a.hypot(b);
        let of = &regression.covariance;
        // The size of the wave, and how sure it is to first order.
        let variance =
            (a * a * of[cos][cos] + 2.0 * a * b * of[cos][sin] + b * b * of[sin][sin]) / (size * size);
        effects.push(effect("hour", "", size, variance.max(0.0).sqrt()));
        peak_hour = Some((b.atan2(a) / std::f64::consts::TAU * 24.0).rem_euclid(24.0));
    }
    Drivers {
        response,
        hours: watts.len(),
        lag_hours: regression.lag,
        mean_watts: watts.iter().sum::<f64>() / watts.len() as f64,
        r_squared: regression.r_squared,
        effects,
        peak_hour,
    }
}

fn spread(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len().max(1) as f64).sqrt()
}

/// Slopes of centred causes, with their covariance.
struct Regression {
    slopes: Vec<f64>,
    covariance: Vec<Vec<f64>>,
    r_squared: f64,
    lag: usize,
}

impl Regression {
    fn of(causes: &[Cause], response: &[f64]) -> Option<Self> {
        let (rows, width) = (response.len(), causes.len());
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let centre = mean(response);
        // Each cause in its own spread: the matrix is then as well made as it can be.
        let (means, spreads): (Vec<f64>, Vec<f64>) =
            causes.iter().map(|cause| (mean(&cause.values), spread(&cause.values))).unzip();
        let x = |row: usize, at: usize| (causes[at].values[row] - means[at]) / spreads[at];
        let mut gram = vec![vec![0.0; width]; width];
        let mut moment = vec![0.0; width];
        for (row, value) in response.iter().enumerate() {
            for (a, (sum, line)) in moment.iter_mut().zip(&mut gram).enumerate() {
                *sum += x(row, a) * (value - centre);
                for (b, cell) in line.iter_mut().enumerate() {
                    *cell += x(row, a) * x(row, b);
                }
            }
        }
        let inverse = inverse(gram)?;
        let slopes: Vec<f64> =
            inverse.iter().map(|row| row.iter().zip(&moment).map(|(a, b)| a * b).sum()).collect();
        let residual: Vec<f64> = (0..rows)
            .map(|row| response[row] - centre - (0..width).map(|at| slopes[at] * x(row, at)).sum::<f64>())
            .collect();
        let lag = ((4.0 * (rows as f64 / 100.0).powf(2.0 / 9.0)) as usize).max(24).min(rows / 3);
        let score = |row: usize, at: usize| x(row, at) * residual[row];
        let mut meat = vec![vec![0.0; width]; width];
        for distance in 0..=lag {
            let weight = 1.0 - distance as f64 / (lag as f64 + 1.0);
            for row in distance..rows {
                for (a, line) in meat.iter_mut().enumerate() {
                    for (b, cell) in line.iter_mut().enumerate() {
                        let one = score(row, a) * score(row - distance, b);
                        let other = score(row - distance, a) * score(row, b);
                        *cell += weight * if distance == 0 { one } else { one + other };
                    }
                }
            }
        }
        let covariance = product(&product(&inverse, &meat), &inverse);
        let own = |a: usize, b: usize| covariance[a][b] / (spreads[a] * spreads[b]);
        let total: f64 = response.iter().map(|value| (value - centre).powi(2)).sum();
        let left: f64 = residual.iter().map(|value| value * value).sum();
        Some(Self {
            slopes: slopes.iter().zip(&spreads).map(|(slope, spread)| slope / spread).collect(),
            covariance: (0..width).map(|a| (0..width).map(|b| own(a, b)).collect()).collect(),
            r_squared: if total > 0.0 { 1.0 - left / total } else { 0.0 },
            lag,
        })
    }
}

fn product(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    a.iter()
        .map(|row| {
            (0..b.len()).map(|at| row.iter().zip(b).map(|(value, line)| value * line[at]).sum()).collect()
        })
        .collect()
}

/// Gauss and Jordan with pivots; `None` where two causes are the same.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let width = matrix.len();
    let scale = matrix.iter().flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
    for (at, row) in matrix.iter_mut().enumerate() {
        row.extend((0..width).map(|place| f64::from(u8::from(place == at))));
    }
    for at in 0..width {
        let pivot = (at..width).max_by(|a, b| matrix[*a][at].abs().total_cmp(&matrix[*b][at].abs()))?;
        matrix.swap(at, pivot);
        let head = matrix[at][at];
        if head.abs() <= 1e-9 * scale {
            return None;
        }
        for value in &mut matrix[at] {
            *value /= head;
        }
        let line = matrix[at].clone();
        for (_, row) in matrix.iter_mut().enumerate().filter(|(other, _)| *other != at) {
            let share = row[at];
            for (value, own) in row.iter_mut().zip(&line) {
                *value -= share * own;
            }
        }
    }
    Some(matrix.into_iter().map(|row| row[width..].to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours with a known rule and errors that hang together.
    fn hours(count: usize) -> Vec<Hour> {
        let mut error = 0.0;
        (0..count)
            .map(|at| {
                let of_day = (at % 24) as f64 + 0.5;
                let celsius = -10.0 + 8.0 * (at as f64 / 57.0).sin() + 3.0 * (at as f64 / 7.0).cos();
                error = 0.8 * error + 0.3 * ((at * 7919 % 101) as f64 / 50.0 - 1.0);
                let wave = 2.0 * (std::f64::consts::TAU * (of_day - 20.0) / 24.0).cos();
                let watts = 12.0 - 0.15 * celsius + wave + error;
                Hour { sums: [watts, celsius, 0.0, 0.0], counts: [1, 1, 0, 0], of_day }
            })
            .collect()
    }

    #[test]
    fn a_known_rule_is_found_within_its_intervals() {
        let found = fit("load-power", &hours(24 * 60)).expect("a fit");
        let effect =
            |cause: &str| *found.effects.iter().find(|effect| effect.cause == cause).expect("an effect");
        for (cause, truth) in [("temperature", -0.15), ("hour", 2.0)] {
            let effect = effect(cause);
            assert!(effect.low_95 <= truth && truth <= effect.high_95, "{effect:?}");
            assert!(effect.high_95 - effect.low_95 < 0.5, "{effect:?}");
        }
        assert!(found.peak_hour.is_some_and(|hour| (hour - 20.0).abs() < 1.0), "{found:?}");
    }
}
