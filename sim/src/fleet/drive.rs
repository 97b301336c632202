//! What flows into the cells, and who looks at them.

/// Currents of the cells, A, positive while charging.
pub trait Drive {
    /// Writes the currents of `step` into `amps`: one for each cell from `first_cell` on.
    ///
    /// [`super::Slice::hold`] keeps them over the step; [`super::Slice::ramp`] takes them as the value at
    /// its start and draws a straight line to the next step's, so that it asks for one more than it takes.
    fn amps(&self, step: usize, first_cell: usize, amps: &mut [f64]);
}

/// Looks at cells after each step.
pub trait Sink {
    /// The cells from `first_cell` on, at the end of `step`.
    ///
    /// Steps of one group of cells come in order; one group follows another through the whole span.
    fn see(&mut self, step: usize, first_cell: usize, seen: Seen<'_>);
}

/// A group of cells at the end of a step.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Terminal voltage, V.
    pub volts: &'a [f64],
    /// State of charge: the counter, which a current that nothing limits drives beyond 0 and 1.
    pub soc: &'a [f64],
    /// Temperature, °C.
    pub celsius: &'a [f64],
}

/// Nobody looks.
impl Sink for () {
    #[inline(always)]
    fn see(&mut self, _step: usize, _first_cell: usize, _seen: Seen<'_>) {}
}

/// One profile for all cells, each with its own share of it.
#[derive(Debug, Clone, Copy)]
pub struct Shared<'a> {
    /// Current over time, A.
    pub amps: &'a [f64],
    /// Share of each cell of the fleet.
    pub shares: &'a [f64],
}

impl Drive for Shared<'_> {
    #[inline(always)]
    fn amps(&self, step: usize, first_cell: usize, amps: &mut [f64]) {
        let now = self.amps[step];
        for (amps, share) in amps.iter_mut().zip(&self.shares[first_cell..]) {
            *amps = now * share;
        }
    }
}

/// One current for each cell, held for as long as the call lasts.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    /// Current of each cell of the fleet, A.
    pub amps: &'a [f64],
}

impl Drive for Own<'_> {
    #[inline(always)]
    fn amps(&self, _step: usize, first_cell: usize, amps: &mut [f64]) {
        let count = amps.len();
        amps.copy_from_slice(&self.amps[first_cell..first_cell + count]);
    }
}
