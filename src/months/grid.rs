//! The one grid on which months are sampled and rules evaluated, and a series on it.
//!
//! A sample is visible at its own instant alone ([`Grid::look_back_secs`]), so that a series that stops is
//! gone at the next step, as one is that a scraped page no longer has: a stale marker cannot be back-filled.

/// Instants `start + k·step`, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// First instant, Unix time; a multiple of `step_secs`, so that subqueries meet samples.
    pub start_unix_secs: i64,
    /// From one instant to the next.
    pub step_secs: i64,
    /// How many.
    pub steps: usize,
}

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Metric name.
    pub metric: String,
    /// Labels; values without quotes, backslashes or line ends.
    pub labels: Vec<(String, String)>,
    /// One value a step; NaN where there is none.
    pub values: Vec<f64>,
}

impl Grid {
    /// The grid's steps cover `days` from the first multiple of the step not before `start_unix_secs`.
    #[must_use]
    pub fn covering(start_unix_secs: i64, days: f64, step_secs: i64) -> Self {
        let start = start_unix_secs + (step_secs - start_unix_secs.rem_euclid(step_secs)) % step_secs;
        Self { start_unix_secs: start, step_secs, steps: (days * 86_400.0 / step_secs as f64) as usize }
    }

    /// Unix time of a step.
    #[must_use]
    pub const fn unix_secs(&self, step: usize) -> i64 {
        self.start_unix_secs + self.step_secs * step as i64
    }

    /// The step at a Unix time on the grid.
    #[must_use]
    pub const fn step_at(&self, unix_secs: i64) -> usize {
        ((unix_secs - self.start_unix_secs) / self.step_secs) as usize
    }

    /// Seconds from the start.
    #[must_use]
    pub const fn secs(&self, step: usize) -> f64 {
        (self.step_secs * step as i64) as f64
    }

    /// How far Prometheus may look back for a sample: just not to the step before, closed on the left
    /// (2.42) or open (3.x).
    #[must_use]
    pub const fn look_back_secs(&self) -> i64 {
        self.step_secs - 1
    }

    /// The length of the grid in days.
    #[must_use]
    pub const fn days(&self) -> f64 {
        self.secs(self.steps) / 86_400.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_begins_on_a_multiple_of_its_step() {
        let grid = Grid::covering(1_000_000_001, 1.0, 300);
        assert_eq!((grid.start_unix_secs % 300, grid.steps), (0, 288));
        assert!((0..300).contains(&(grid.start_unix_secs - 1_000_000_001)));
        assert_eq!(grid.step_at(grid.unix_secs(17)), 17);
    }
}
