//! What the lanes of one block have in common: the chart of their battery, and how their panel is taken.
//!
//! ```text
//! U(s): the chart's table          locked(T) = y₀ + Σ slopeⱼ·clamp(T − xⱼ, 0, widthⱼ)
//! ```
//!
//! The second is the straight line between knots, without a search. V, °C.

use crate::battery::chart::Chart;
use crate::battery::law::Law;
use crate::battery::{BatteryParams, Chemistry, ParameterSet};
use crate::controller::Conversion;
use crate::site::SiteParams;

/// Places of the padded table: a power of two, so that no place needs a check.
const PLACES: usize = 1024;
const RAMPS: usize = 8;

/// What has to be equal for two signs to share a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct KindKey {
    set: ParameterSet,
    chemistry: Chemistry,
    conversion: Conversion,
    cells: usize,
}

impl KindKey {
    pub fn of(params: &SiteParams, cells: usize) -> Self {
        let BatteryParams { set, chemistry, .. } = params.battery;
        Self { set, chemistry, conversion: params.controller.conversion, cells }
    }
}

/// A straight piece of the charge that cold locks in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ramp {
    pub from: f64,
    pub width: f64,
    pub slope: f64,
}

/// The chart in the form that lanes use.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub chart: Chart,
    pub tracks: bool,
    /// It gasses; else it has a hysteresis and a management system.
    pub is_lead: bool,
    pub locked_first: f64,
    pub locked: [Ramp; RAMPS],
    rest: Box<[f64; PLACES]>,
    intervals: f64,
}

impl Kind {
    pub fn new(params: &SiteParams) -> Self {
        let chart = Law::new(&params.battery).chart;
        let points = chart.rest.points();
        let last = points.len() - 1;
        let rest = Box::new(std::array::from_fn(|k| points[k.min(last)]));
        let (locked_first, locked) = ramps(chart.locked);
        Self {
            tracks: params.controller.conversion == Conversion::Mppt,
            is_lead: params.battery.chemistry.is_lead_acid(),
            locked_first,
            locked,
            rest,
            intervals: last as f64,
            chart,
        }
    }

    /// Rest voltage at 25 °C and its slope per unit of charge, for a charge from 0 to 1.
    #[inline(always)]
    pub fn rest(&self, soc: f64) -> (f64, f64) {
        let place = soc * self.intervals;
        let top = self.intervals - 1.0;
        let index = if place < top { place } else { top } as usize;
        let low = self.rest[index & (PLACES - 1)];
        let rise = self.rest[(index + 1) & (PLACES - 1)] - low;
        (f64::mul_add(rise, place - index as f64, low), rise * self.intervals)
    }
}

fn ramps(knots: &[(f64, f64)]) -> (f64, [Ramp; RAMPS]) {
    let mut ramps = [Ramp::default(); RAMPS];
    for (ramp, pair) in ramps.iter_mut().zip(knots.windows(2)) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        *ramp = Ramp { from: x0, width: x1 - x0, slope: (y1 - y0) / (x1 - x0) };
    }
    (knots.first().map_or(0.0, |knot| knot.1), ramps)
}
