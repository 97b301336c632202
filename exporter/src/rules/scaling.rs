//! From the battery's time to Prometheus' time.

use std::time::Duration;

/// The shortest window of an accelerated run, in scrapes: below that a window may hold no sample.
const SCRAPES_MIN: u32 = 5;

/// How the windows of the rules are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    factor: f64,
    /// Accelerated runs only: in the field every window is far longer than a scrape.
    scrape: Option<Duration>,
}

impl Scaling {
    /// In the field: as they are.
    #[must_use]
    pub const fn real() -> Self {
        Self { factor: 1.0, scrape: None }
    }

    /// In a run `factor` times as fast as the clock, scraped each `scrape`: divided by `factor`, but
    /// never below five scrapes.
    #[must_use]
    pub const fn accelerated(factor: f64, scrape: Duration) -> Self {
        Self { factor, scrape: Some(scrape) }
    }

    /// A window of the rules.
    #[must_use]
    pub fn window(&self, of_battery: Duration) -> Duration {
        let floor = self.scrape.map_or(Duration::ZERO, |scrape| scrape * SCRAPES_MIN);
        self.divided(of_battery).max(floor)
    }

    /// How often the rules are evaluated: each scrape at most, since nothing changes between two.
    #[must_use]
    pub fn evaluation_interval(&self) -> Duration {
        self.divided(Duration::from_secs(60)).max(self.scrape.unwrap_or_default())
    }

    fn divided(&self, of_battery: Duration) -> Duration {
        Duration::from_millis((of_battery.as_secs_f64() * 1000.0 / self.factor).round() as u64)
    }
}

/// `length` as Prometheus writes it: whole units only, the largest that fits.
pub(super) fn written(length: Duration) -> String {
    const UNITS: [(u128, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")];
    let millis = length.as_millis();
    let fits = |(size, _): &&(u128, &str)| millis >= *size && millis.is_multiple_of(*size);
    UNITS
        .iter()
        .find(fits)
        .map_or_else(|| format!("{millis}ms"), |(size, name)| format!("{}{name}", millis / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accelerated_window_is_divided_but_holds_five_scrapes() {
        let scaling = Scaling::accelerated(3600.0, Duration::from_millis(200));
        assert_eq!(scaling.window(Duration::from_secs(24 * 3600)), Duration::from_secs(24));
        assert_eq!(scaling.window(Duration::from_secs(60)), Duration::from_secs(1));
        assert_eq!(scaling.evaluation_interval(), Duration::from_millis(200));
    }

    #[test]
    fn lengths_are_written_in_whole_units() {
        for (millis, expected) in
            [(86_400_000, "1d"), (5_400_000, "90m"), (1000, "1s"), (1500, "1500ms"), (0, "0ms")]
        {
            assert_eq!(written(Duration::from_millis(millis)), expected);
        }
    }
}
