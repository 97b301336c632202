//! State of health: how much charge the battery can hold, how sure that is, and how long it will last.
//!
//! ```text
//! anchors (rested OCV, full) -> pairs (Δz, charge between) -> total least squares -> capacity, variance
//!                                                                      └─> life: drift and spread of its log
//! ```
//!
//! Anchors have the last word: after each pair the filter is given this module's marginal and keeps its own
//! conditionals. Between them the capacity is a *considered* state of the filter, because a filter that learns both at
//! once trades an error of the charge for one of the capacity; but for a deep swing of lead-acid, whose curve slopes
//! everywhere ([`Ageing::moved`]). While the charge is uncertain, and over a gap, no anchor is taken: the capacity
//! holds and its doubt grows.
//!
//! Charge is in units of the rated capacity here, so both axes of a pair are of one size.

mod anchor;
mod life;
mod normal;
mod total_least_squares;
mod window;

pub(crate) use anchor::{Rest, charge_at};
pub use window::{Sample, WindowCapacity, capacity_in_window};

use anchor::{Anchor, AnchorWatch};
use life::Life;
use total_least_squares::{Pair, TotalLeastSquares};

use crate::kalman::{CAPACITY, Gaussian, OFFSET, SOC};
use crate::model::Model;
use crate::motion::Circumstances;
use crate::profile::Chemistry;

/// Wander of the capacity, log per square root of a day.
pub(crate) const WANDER: f64 = 0.002;
/// Fading and life are brought up to date this often between pairs, s.
const SETTLE_SECS: f64 = 86_400.0;
/// Share of what is put into an almost full battery that may be lost: it gasses, or only balances its cells.
const TOP_LOSS_DOUBT: f64 = 0.5;
/// Below this current over capacity, per hour, the battery rests.
pub(crate) const REST_PER_HOUR: f64 = 0.02;

/// Everything remembered of the capacity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ageing {
    pub fit: TotalLeastSquares,
    pub watch: AnchorWatch,
    pub life: Life,
    /// Time since the battery was last full; NaN where it never was.
    pub since_full_secs: f64,
    /// Variance that no number of pairs averages away, logarithm: that of the best pair so far.
    pub lasting_log_variance: f64,
    /// Time that fading and life do not know of yet.
    pub unsettled_secs: f64,
}

impl Ageing {
    /// Nothing known but the profile.
    pub fn blank(model: &Model) -> Self {
        Self {
            fit: TotalLeastSquares::believing(1.0, model.doubt.capacity_log),
            watch: AnchorWatch::NONE,
            life: Life::typical(model),
            since_full_secs: f64::NAN,
            lasting_log_variance: f64::INFINITY,
            unsettled_secs: 0.0,
        }
    }

    /// Lets time pass, whatever happened in it.
    pub fn pass(&mut self, secs: f64) {
        self.since_full_secs += secs;
        self.unsettled_secs += secs;
        if self.unsettled_secs >= SETTLE_SECS {
            self.settle();
            self.life.foretell();
        }
    }

    fn settle(&mut self) {
        self.fit.age(WANDER * WANDER * self.unsettled_secs / 86_400.0);
        self.life.pass(self.unsettled_secs);
        self.unsettled_secs = 0.0;
    }

    /// Nobody knows what flows meanwhile: the open anchor and the rest are worth nothing.
    pub const fn gap(&mut self) {
        self.watch = AnchorWatch::NONE;
    }

    /// Charge since the last anchor, over the rated capacity.
    pub const fn moved(&self) -> f64 {
        self.watch.charge
    }

    /// Counts what flowed in a span. `soc_gained` is over the present capacity and net of the sensor's
    /// zero, as the filter has it; over a gap nobody knows.
    pub fn count(&mut self, model: &Model, now: &Circumstances, soc_gained: f64, belief: &Gaussian) {
        if !now.known || now.counted_secs < now.dt_secs {
            self.gap();
            return;
        }
        let hours = now.dt_secs / 3600.0;
        let (soc, soh) = (belief.mean[SOC], belief.mean[CAPACITY].exp());
        let gained = soc_gained * soh;
        let lost = if soc > model.charge.efficiency_knee_soc_ratio { TOP_LOSS_DOUBT } else { 0.0 };
        let efficiency =
            if now.amps > 0.0 { (model.doubt.efficiency_ratio + lost) * gained.abs() } else { 0.0 };
        self.watch.count(gained, belief.stddev(OFFSET) * hours / model.capacity_amp_hours, efficiency);
        self.watch.rest(now.amps.abs() < REST_PER_HOUR * model.capacity_amp_hours, now.dt_secs);
    }

    /// The battery is full: an anchor. The new marginal of the capacity where it closes a pair.
    pub fn full(&mut self, model: &Model, stddev: f64) -> Option<(f64, f64)> {
        self.since_full_secs = 0.0;
        let soc = model.charge.full_soc_ratio;
        self.anchored(model, Anchor { soc, variance: stddev * stddev, per_volt: 0.0, axis: 0.0 })
    }

    /// The battery goes on looking full: what flows now is lost, and the next stretch begins where it stops.
    pub fn still_full(&mut self) {
        self.since_full_secs = 0.0;
        if self.watch.open.per_volt == 0.0 {
            self.watch.begin_again();
        }
    }

    /// A voltage while the battery may be resting: at most one anchor a rest.
    pub fn rested(&mut self, model: &Model, rest: &Rest) -> Option<(f64, f64)> {
        let anchor = self.watch.rested(model, rest)?;
        self.anchored(model, anchor)
    }

    fn anchored(&mut self, model: &Model, anchor: Anchor) -> Option<(f64, f64)> {
        let least = match model.chemistry {
            Chemistry::LeadAcid => 0.3,
            Chemistry::LiFePo4 | Chemistry::LithiumIon => 0.2,
        };
        let pair = self.watch.meet(anchor, least, model.doubt.offset_volts)?;
        self.settle();
        self.fit.learn(&pair);
        self.life.learn(&pair, self.fit.capacity());
        self.lasting_log_variance = self
            .lasting_log_variance
            .min(pair.lasting_variance * (self.fit.capacity() / pair.charge).powi(2));
        let (mean, variance) = self.fit.log_marginal();
        // The prior bounds the lasting part too.
        let prior = model.doubt.capacity_log.powi(2);
        Some((mean, (variance + self.lasting_log_variance.min(prior)).min(prior.max(variance))))
    }

    /// Shows every number with its name, in a fixed order.
    pub fn each(&mut self, mut show: impl FnMut(&str, &mut f64)) {
        for value in &mut self.fit.sums {
            show("capacity_sum", value);
        }
        self.watch.each(&mut show);
        self.life.each(&mut show);
        show("since_full_secs", &mut self.since_full_secs);
        show("lasting_log_variance", &mut self.lasting_log_variance);
        show("unsettled_secs", &mut self.unsettled_secs);
    }
}
