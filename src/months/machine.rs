//! The `for` and `keep_firing_for` of one alert with one set of labels, step by step as Prometheus has it.
//!
//! ```text
//! idle ── active ──> pending ── active for `hold` ──> firing ── inactive for `keep` ──> idle
//!   ^───── inactive ────┘
//! ```
//!
//! The state outlives any number of query chunks. Seconds.
//!
//! Reference: Prometheus 2.42, `rules/alerting.go` (`AlertingRule.Eval`).

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Idle,
    Pending {
        since: f64,
    },
    /// `fading`: not active any more, since then.
    Firing {
        fading: Option<f64>,
    },
}

/// One alert with one set of labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Machine {
    hold_secs: f64,
    keep_secs: f64,
    state: State,
}

impl Machine {
    /// An alert that has never been active.
    #[must_use]
    pub const fn new(hold_secs: f64, keep_secs: f64) -> Self {
        Self { hold_secs, keep_secs, state: State::Idle }
    }

    /// One evaluation at `now`; whether the alert fires then.
    pub fn evaluate(&mut self, now: f64, active: bool) -> bool {
        let firing = State::Firing { fading: None };
        self.state = match (self.state, active) {
            (State::Firing { .. }, true) => firing,
            (State::Pending { since }, true) if now - since >= self.hold_secs => firing,
            (State::Pending { since }, true) => State::Pending { since },
            (State::Idle, true) if self.hold_secs <= 0.0 => firing,
            (State::Idle, true) => State::Pending { since: now },
            (State::Firing { fading }, false) => {
                let since = fading.unwrap_or(now);
                if now - since < self.keep_secs { State::Firing { fading: Some(since) } } else { State::Idle }
            }
            (State::Pending { .. } | State::Idle, false) => State::Idle,
        };
        matches!(self.state, State::Firing { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One evaluation a minute; `#` active in, `#` firing out.
    fn check(hold_minutes: f64, keep_minutes: f64, active: &str, expected: &str) {
        let mut machine = Machine::new(hold_minutes * 60.0, keep_minutes * 60.0);
        let fires: String = active
            .chars()
            .enumerate()
            .map(|(minute, is)| if machine.evaluate(minute as f64 * 60.0, is == '#') { '#' } else { '.' })
            .collect();
        assert_eq!(fires, expected, "{active}");
    }

    #[test]
    fn it_fires_once_it_has_been_active_for_its_hold() {
        check(2.0, 0.0, ".####.", "...##.");
        check(2.0, 0.0, ".##.###.", "......#.");
        check(0.0, 0.0, ".#.", ".#.");
    }

    #[test]
    fn it_fires_on_while_the_cause_is_gone_for_less_than_its_keep() {
        check(0.0, 2.0, "#....", "###..");
        check(0.0, 2.0, "#.#...", "#####.");
        check(1.0, 2.0, "##....##", ".###...#");
    }
}
