//! What a column's values are like: of the whole log, of each hour of the day, each day, each band of temperature.
//!
//! Of the values as the file has them, in its own unit; findings are not left out. The standard deviation is that of
//! a sample (`n − 1`), quantiles lie between two values by their distance: the numbers are those of pandas.

use super::day::Days;
use super::header::{Quantity, Unit};
use super::numbers::quantile_of_sorted;
use super::table::Table;

/// Width of a band of temperature, °C.
pub const BAND_CELSIUS: f64 = 10.0;
/// More bands than this are no temperatures.
const BANDS_MAX: usize = 40;

/// Values summed up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    pub count: usize,
    pub missing: usize,
    pub mean: f64,
    pub stddev: f64,
    pub min: f64,
    pub q05: f64,
    pub q25: f64,
    pub median: f64,
    pub q75: f64,
    pub q95: f64,
    pub max: f64,
}

/// Values of one group summed up.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The hour, the day or the band.
    pub key: String,
    /// How many values.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub stddev: f64,
    /// Their median.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// Everything of one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// The column's name.
    pub name: String,
    /// What it measures.
    pub quantity: Quantity,
    /// What it is in.
    pub unit: Option<Unit>,
    /// The whole log; `None` of a column without a value.
    pub whole: Option<Summary>,
    /// By hour of the day, `00` to `23`; of a log without dates, of its own days.
    pub by_hour: Vec<Group>,
    /// By day.
    pub by_day: Vec<Group>,
    /// By band of temperature.
    pub by_temperature: Vec<Group>,
}

/// Rows of each group, by its number.
struct Grouping {
    of_row: Vec<u32>,
    keys: Vec<String>,
}

/// No group.
const NONE: u32 = u32::MAX;

/// Every column of numbers.
pub fn describe(table: &Table) -> Vec<Described> {
    let groupings = [by_hour(table), by_day(table), by_temperature(table)];
    let columns = table.columns.iter().filter_map(|column| Some((column, column.numbers()?)));
    columns
        .map(|(column, numbers)| {
            let [by_hour, by_day, by_temperature] = groupings
                .each_ref()
                .map(|grouping| grouping.as_ref().map(|it| it.groups(numbers)).unwrap_or_default());
            Described {
                name: column.name.clone(),
                quantity: column.quantity,
                unit: column.unit_or_base(),
                whole: summary(numbers),
                by_hour,
                by_day,
                by_temperature,
            }
        })
        .collect()
}

/// The finite values summed up; `None` of none.
pub fn summary(values: &[f64]) -> Option<Summary> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let (mean, stddev) = moments(&sorted)?;
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| quantile_of_sorted(&sorted, share);
    Some(Summary {
        count: sorted.len(),
        missing: values.len() - sorted.len(),
        mean,
        stddev,
        min: *sorted.first()?,
        q05: at(0.05)?,
        q25: at(0.25)?,
        median: at(0.5)?,
        q75: at(0.75)?,
        q95: at(0.95)?,
        max: *sorted.last()?,
    })
}

/// Mean and sample standard deviation; that of one value is unknown (NaN).
fn moments(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    // Around the first value, so that a large offset costs no digits.
    let origin = values[0];
    let mean = origin + values.iter().map(|value| value - origin).sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let stddev = if values.len() > 1 { (squares / (count - 1.0)).sqrt() } else { f64::NAN };
    Some((mean, stddev))
}

impl Grouping {
    /// A group for each number, in order.
    fn by_number(of_row: &[Option<i64>], key: impl Fn(i64) -> String) -> Self {
        let mut known: Vec<i64> = of_row.iter().copied().flatten().collect();
        known.sort_unstable();
        known.dedup();
        let place = |number: &Option<i64>| {
            number.and_then(|number| known.binary_search(&number).ok()).map_or(NONE, |at| at as u32)
        };
        Self { of_row: of_row.iter().map(place).collect(), keys: known.iter().copied().map(key).collect() }
    }

    fn groups(&self, values: &[f64]) -> Vec<Group> {
        let mut members: Vec<Vec<f64>> = vec![Vec::new(); self.keys.len()];
        for (value, group) in values.iter().zip(&self.of_row) {
            if value.is_finite()
                && let Some(members) = members.get_mut(*group as usize)
            {
                members.push(*value);
            }
        }
        self.keys.iter().zip(members).filter_map(|(key, values)| group(key, values)).collect()
    }
}

fn group(key: &str, mut values: Vec<f64>) -> Option<Group> {
    let (mean, stddev) = moments(&values)?;
    let (min, max) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(*value), max.max(*value)));
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    let (below, high, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let high = *high;
    let low = if is_even { below.iter().copied().max_by(f64::total_cmp).unwrap_or(high) } else { high };
    let median = low + (high - low) * 0.5;
    Some(Group { key: key.to_owned(), count: values.len(), mean, stddev, median, min, max })
}

fn by_hour(table: &Table) -> Option<Grouping> {
    let clock = table.clock.as_ref()?;
    let days = Days::of(clock)?;
    let hour = |secs: &f64| if secs.is_nan() { NONE } else { days.hour_of_day(*secs) as u32 };
    let keys = (0..24).map(|hour| format!("{hour:02}")).collect();
    Some(Grouping { of_row: clock.wall().iter().map(hour).collect(), keys })
}

fn by_day(table: &Table) -> Option<Grouping> {
    let clock = table.clock.as_ref()?;
    let days = Days::of(clock)?;
    let of_row: Vec<Option<i64>> =
        clock.wall().iter().map(|secs| secs.is_finite().then(|| days.day(*secs))).collect();
    Some(Grouping::by_number(&of_row, |day| days.name(day)))
}

fn by_temperature(table: &Table) -> Option<Grouping> {
    let of = |quantity: Quantity| {
        table.columns.iter().find(|column| column.quantity == quantity && column.numbers().is_some())
    };
    let column = of(Quantity::Temperature).or_else(|| of(Quantity::Ambient))?;
    let (numbers, unit) = (column.numbers()?, column.unit_or_base()?);
    let band = |value: f64| (unit.to_base(value) / BAND_CELSIUS).floor() as i64;
    let bands: Vec<Option<i64>> =
        numbers.iter().map(|value| value.is_finite().then(|| band(*value))).collect();
    let grouping = Grouping::by_number(&bands, |band| {
        let low = band as f64 * BAND_CELSIUS;
        format!("{low}..{}", low + BAND_CELSIUS)
    });
    (grouping.keys.len() <= BANDS_MAX).then_some(grouping)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_numbers_and_their_moments() {
        let found = summary(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0, f64::NAN]).expect("values");
        assert_eq!((found.count, found.missing, found.mean, found.median), (8, 1, 5.0, 4.5));
        assert!((found.stddev - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(summary(&[f64::NAN]), None);
        assert!(summary(&[1.0]).is_some_and(|one| one.stddev.is_nan()));
    }
}
