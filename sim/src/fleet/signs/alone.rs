//! A sign by itself: the scalar [`Site`] behind the same sink, for what lanes cannot express.
//!
//! It takes the same steps as the lanes, and is bit for bit the site that runs alone.

use super::SignStart;
use super::sink::{Observed, Seen, Sink, Stage};
use crate::check::ParamsError;
use crate::site::Site;
use signals::{Reading, SimTime, Span};
use std::sync::Arc;

/// The sign.
#[derive(Debug)]
pub(super) struct Alone {
    pub sign: usize,
    pub site: Site,
    /// Sums since the last look: current, panel, load, load current, time unpowered.
    sums: [f64; 5],
    looked: SimTime,
}

impl Alone {
    pub fn new(sign: usize, start: &SignStart) -> Result<Self, ParamsError> {
        let SignStart { params, seed, faults, .. } = start;
        let site = match &start.weather {
            Some(year) => Site::in_weather(params, Arc::clone(year), *seed, faults)?,
            None => Site::new(params, *seed, faults)?,
        };
        Ok(Self { sign, site, sums: [0.0; 5], looked: SimTime::ZERO })
    }

    /// So many steps.
    pub fn run<S: Sink>(&mut self, step: Span, steps: usize, every: usize, sink: &mut S) {
        for k in 0..steps {
            let truth = self.site.step(step);
            let load_amps = truth.load_current.as_amps();
            let secs = step.as_secs();
            let now = [
                truth.current.as_amps(),
                truth.pv_power.as_watts(),
                load_amps * truth.voltage.as_volts(),
                load_amps,
                if truth.unpowered { 1.0 } else { 0.0 },
            ];
            self.sums.iter_mut().zip(now).for_each(|(sum, now)| *sum += now * secs);
            if (k + 1).is_multiple_of(every) {
                self.look(k, sink);
            }
        }
    }

    fn look<S: Sink>(&mut self, step: usize, sink: &mut S) {
        let truth = self.site.truth();
        let span = truth.at - self.looked;
        let [amps, pv, load, load_amps] = [0, 1, 2, 3].map(|k: usize| self.sums[k] / span.as_secs());
        let reading = if S::OBSERVES { self.site.observe(&truth) } else { Reading::default() };
        let volts = |volts: Option<signals::Volts>| [volts.map_or(0.0, signals::Volts::as_volts)];
        let current = |amps: Option<signals::Amps>| [amps.map_or(0.0, signals::Amps::as_amps)];
        let celsius = [reading.temperature.map_or(0.0, signals::Celsius::as_celsius)];
        let read = (volts(reading.voltage), volts(reading.pv_voltage));
        let flows = [reading.current, reading.pv_current, reading.load_current].map(current);
        let observed = S::OBSERVES.then_some(Observed {
            volts: &read.0,
            amps: &flows[0],
            celsius: &celsius,
            pv_volts: &read.1,
            pv_amps: &flows[1],
            load_amps: &flows[2],
        });
        sink.see(&Seen {
            step,
            at: truth.at,
            span,
            signs: &[self.sign],
            soc: &[truth.soc.as_ratio()],
            volts: &[truth.voltage.as_volts()],
            amps: &[amps],
            celsius: &[truth.temperature.as_celsius()],
            air_celsius: &[truth.ambient.as_celsius()],
            pv_watts: &[pv],
            load_watts: &[load],
            load_amps: &[load_amps],
            unpowered_secs: &[self.sums[4]],
            stage: &[Stage::from(self.site.stage())],
            observed,
        });
        (self.sums, self.looked) = ([0.0; 5], truth.at);
    }
}
