//! Which of the line's faults act when, and when what is sent arrives.
//!
//! ```text
//! arrival = sent + delay, then, while the line stalls, the next of from, from + stall, from + 2·stall, … (or until)
//! ```

use signals::fault::Part;
use signals::{FaultEvent, FaultKind, SimTime, Span};

/// The line's faults.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    faults: Vec<FaultEvent>,
}

impl Schedule {
    pub(super) fn new(faults: &[FaultEvent]) -> Self {
        let own = |fault: &&FaultEvent| fault.kind.part() == Part::Line;
        Self { faults: faults.iter().filter(own).copied().collect() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// How bad a kind is at `now`: the worst fault of it that acts.
    pub(super) fn acting(&self, kind: FaultKind, now: SimTime) -> Option<f64> {
        let own = self.faults.iter().filter(|fault| fault.kind == kind);
        own.filter_map(|fault| fault.severity_at(now)).reduce(f64::max)
    }

    /// A kind's chance at `now`, where there is one.
    pub(super) fn chance(&self, kind: FaultKind, now: SimTime) -> Option<f64> {
        self.acting(kind, now).filter(|chance| *chance > 0.0).map(|chance| chance.min(1.0))
    }

    /// When what is sent at `sent` arrives, and which fault makes it late.
    pub(super) fn arrival(&self, sent: SimTime) -> (SimTime, Option<FaultKind>) {
        let delay = self.acting(FaultKind::LineLate, sent).filter(|delay| *delay > 0.0);
        let late = delay.map_or(sent, |delay| sent + Span::from_secs(delay));
        let stalls =
            self.faults.iter().filter(|fault| fault.kind == FaultKind::LineStalls && fault.acts_at(late));
        let released = stalls.map(|fault| release(fault, late)).max();
        match released {
            Some(released) => (released, Some(FaultKind::LineStalls)),
            None => (late, delay.map(|_| FaultKind::LineLate)),
        }
    }
}

/// When a line that stalls next gives what it holds.
fn release(stall: &FaultEvent, at: SimTime) -> SimTime {
    let period = Span::from_secs(stall.severity).as_nanos().max(1);
    let since = (at - stall.from).as_nanos();
    let next = Span::from_nanos((since / period + 1).saturating_mul(period));
    (stall.from + next).min(stall.until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stalled_line_gives_at_each_multiple_and_at_its_end() {
        let at = SimTime::from_secs;
        let fault = FaultEvent::new(FaultKind::LineStalls, 4.0, at(10.0), at(20.0));
        let schedule = Schedule::new(&[fault]);
        let arrival = |secs: f64| schedule.arrival(at(secs)).0.as_secs();
        assert_eq!([9.0, 10.0, 13.9, 14.0, 19.0, 20.0].map(arrival), [9.0, 14.0, 14.0, 18.0, 20.0, 20.0]);
    }
}
