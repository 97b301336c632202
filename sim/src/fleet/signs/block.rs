//! A block: [`W`] signs side by side, and one piece of time after another.
//!
//! ```text
//! minute: sky, cold, ice      hold of 10 s: coefficients, light      piece: load -> balance -> battery -> controller
//! ```
//!
//! The order and the moments are those of the scalar site, so that the two differ by rounding, by what a minute
//! of standing warmth makes of resistances, and by nothing else.

use super::bank::BankLanes;
use super::controller::{ABSORPTION, BULK, ControllerLanes, EQUALISE, FLOAT};
use super::elementary::fused;
use super::flow::{Flows, Given};
use super::kind::Kind;
use super::lanes::{Lane, NO, W, flag, is, pick};
use super::load::LoadLanes;
use super::panel::PanelLanes;
use super::schedule::Piece;
use super::sensors::SensorLanes;
use super::sink::{Observed, Seen, Sink, Stage};
use super::sky::{Moment, SkyLanes};
use super::{Cell, SignStart, Trouble};
use crate::fault::Faults;
use crate::site::SiteParams;
use crate::sky::local_days;
use pulp::{Arch, NullaryFnOnce};
use signals::{Seed, SimTime, Span};
use std::sync::Arc;

/// What a look adds up.
#[derive(Debug, Clone, Copy)]
struct Tally {
    secs: f64,
    amp_secs: Lane,
    pv_joules: Lane,
    load_joules: Lane,
    load_amp_secs: Lane,
    unpowered_secs: Lane,
}

impl Tally {
    const NOTHING: Self = Self {
        secs: 0.0,
        amp_secs: [0.0; W],
        pv_joules: [0.0; W],
        load_joules: [0.0; W],
        load_amp_secs: [0.0; W],
        unpowered_secs: [0.0; W],
    };

    #[inline(always)]
    fn add(&mut self, flows: &Flows, demand: &Lane, secs: f64) {
        self.secs += secs;
        for k in 0..W {
            self.amp_secs[k] = fused(flows.battery[k], secs, self.amp_secs[k]);
            self.pv_joules[k] = fused(flows.panel_watts[k], secs, self.pv_joules[k]);
            self.load_amp_secs[k] = fused(flows.load[k], secs, self.load_amp_secs[k]);
            let on = is(flows.load_is_on[k]);
            self.load_joules[k] = fused(pick(on, demand[k], 0.0), secs, self.load_joules[k]);
            self.unpowered_secs[k] += if on { 0.0 } else { secs };
        }
    }
}

/// What goes wrong in each lane.
#[derive(Debug)]
struct Troubles {
    /// A lane, the faults of its plant and those of its sensors; lanes without any are left out.
    faults: Vec<(usize, Faults, Faults)>,
    set: [Trouble; W],
    changes_nanos: i64,
    light_ratio: Lane,
    amps: Lane,
    charges: Lane,
    shunt_amps: Lane,
}

impl Troubles {
    fn new(signs: &[(usize, &SignStart, usize)]) -> Self {
        let faulty = signs.iter().enumerate().filter(|(_, (_, start, _))| !start.faults.is_empty());
        let faults = faulty.map(|(lane, (_, start, _))| {
            let SignStart { params, seed, faults, .. } = start;
            let local = local_days(params.start_unix_secs as f64, &params.place);
            (lane, Faults::of_plant(faults, local, *seed), Faults::of_sensors(faults, *seed))
        });
        Self {
            faults: faults.collect(),
            set: [Trouble::NONE; W],
            changes_nanos: i64::MIN,
            light_ratio: [1.0; W],
            amps: [0.0; W],
            charges: [1.0; W],
            shunt_amps: [0.0; W],
        }
    }

    /// What acts from this instant on, if anything has changed.
    #[inline(always)]
    fn reach(&mut self, nanos: i64) {
        if nanos >= self.changes_nanos {
            self.turn(nanos);
        }
    }

    #[inline(never)]
    fn turn(&mut self, nanos: i64) {
        for k in 0..W {
            self.light_ratio[k] = self.set[k].light_ratio;
            self.amps[k] = self.set[k].parasitic_amps;
            self.charges[k] = flag(!self.set[k].charge_off);
        }
        self.changes_nanos = i64::MAX;
        let now = SimTime::from_nanos(nanos);
        for (k, plant, sensors) in &mut self.faults {
            plant.move_to(now);
            sensors.move_to(now);
            let acting = plant.acting();
            self.light_ratio[*k] *= acting.panel.light_ratio;
            self.amps[*k] += acting.load.parasitic_amps;
            if acting.controller.off || acting.wiring.charger_open {
                self.charges[*k] = flag(false);
            }
            self.shunt_amps[*k] = sensors.acting().sensors.current.offset;
            let next = plant.next_change().min(sensors.next_change());
            self.changes_nanos = self.changes_nanos.min(next.as_nanos());
        }
    }
}

/// Signs side by side.
#[derive(Debug)]
pub(super) struct Block<const N: usize> {
    kind: Arc<Kind>,
    /// Which signs, and in which lanes.
    pub signs: Vec<usize>,
    pub lanes: Vec<usize>,
    pub now_nanos: i64,
    sky: SkyLanes,
    panel: PanelLanes,
    load: LoadLanes,
    controller: ControllerLanes,
    pub bank: BankLanes<N>,
    sensors: SensorLanes,
    troubles: Troubles,
    flows: Flows,
    light: Lane,
    air: Lane,
    bright: Lane,
    tally: Tally,
}

impl<const N: usize> Block<N> {
    /// At most [`W`] signs, with their places in the fleet's list and in its list of starts; idle lanes repeat
    /// the first.
    pub fn new(kind: Arc<Kind>, signs: &[(usize, &SignStart, usize)], moments: &[Vec<Moment>]) -> Self {
        let sign = |k: usize| signs.get(k).unwrap_or(&signs[0]);
        let of: Vec<(&SiteParams, Seed)> =
            (0..W).map(|k| (sign(k).1.params.as_ref(), sign(k).1.seed)).collect();
        let params: Vec<&SiteParams> = of.iter().map(|(params, _)| *params).collect();
        let controllers: Vec<_> = params.iter().map(|params| &params.controller).collect();
        let cells: Vec<&[Cell]> = (0..W).map(|k| &sign(k).1.cells[..]).collect();
        let mut sky = SkyLanes::new(&of, std::array::from_fn(|k| sign(k).2));
        sky.reach(0, 0, moments);
        Self {
            panel: PanelLanes::new(std::array::from_fn(|k| params[k].panel.power_watts)),
            load: LoadLanes::new(&of),
            controller: ControllerLanes::new(&controllers),
            bank: BankLanes::new(&kind, &params, &cells, sky.before.air),
            sensors: SensorLanes::new(&of),
            troubles: Troubles::new(signs),
            signs: signs.iter().map(|(place, ..)| *place).collect(),
            lanes: (0..signs.len()).collect(),
            now_nanos: 0,
            flows: Flows::ZERO,
            light: [0.0; W],
            air: sky.before.air,
            bright: sky.before.bright,
            tally: Tally::NOTHING,
            sky,
            kind,
        }
    }

    /// Whole minutes of sky known so far.
    pub const fn minutes_drawn(&self) -> u64 {
        self.sky.drawn()
    }

    /// From now on this lane is in such trouble.
    pub fn set_trouble(&mut self, lane: usize, trouble: Trouble) {
        self.troubles.set[lane] = trouble;
        self.troubles.changes_nanos = i64::MIN;
    }

    /// From now on a cell of this lane is so.
    pub fn set_cell(&mut self, params: &SiteParams, lane: usize, cell: usize, now: Cell) {
        let kind = Arc::clone(&self.kind);
        self.bank.set_cell(&kind, params, lane, cell, now);
    }

    /// Goes through pieces with the best instructions that this machine has.
    pub fn run<S: Sink>(&mut self, span: Stretch<'_>, sink: &mut S) {
        Arch::new().dispatch(Run { block: self, span, sink });
    }

    #[inline(always)]
    fn advance(&mut self, piece: &Piece, span: &Stretch<'_>) {
        let kind: &Kind = &self.kind;
        self.sky.reach(piece.minute, span.first_minute, span.moments);
        self.troubles.reach(piece.from_nanos);
        if piece.begins_minute && piece.from_nanos > 0 {
            self.bank.turn_minute(kind);
        }
        if piece.begins_hold {
            self.bank.take_charge(kind, span.hold_secs);
            for k in 0..W {
                let (before, after) = (&self.sky.before, &self.sky.after);
                let light = fused(after.light[k] - before.light[k], piece.light_ratio, before.light[k]);
                self.light[k] = light * self.troubles.light_ratio[k];
                self.air[k] = fused(after.air[k] - before.air[k], piece.light_ratio, before.air[k]);
                self.bright[k] =
                    fused(after.bright[k] - before.bright[k], piece.light_ratio, before.bright[k]);
            }
            self.panel.light(&self.light, &self.air, kind.tracks);
        }
        self.bank.prepare(kind, piece.secs);
        self.load.ask(piece, &self.bright);
        self.controller.aim(&self.bank.celsius);
        let given = self.given();
        let terminals = self.bank.terminals(kind);
        match (kind.tracks, self.panel.dark) {
            (_, true) => self.flows.balance::<false, true>(&given, &terminals, &self.panel),
            (true, false) => self.flows.balance::<true, false>(&given, &terminals, &self.panel),
            (false, false) => self.flows.balance::<false, false>(&given, &terminals, &self.panel),
        }
        self.bank.step(kind, &self.flows.battery, &self.air, !self.panel.dark);
        if piece.ends_hold {
            self.bank.look_up(kind)
        } else {
            self.bank.show(kind)
        }
        if !kind.is_lead {
            self.controller.guard(&self.bank.volts, &self.bank.celsius);
        }
        self.controller.watch(&self.flows, &self.bank.volts, &self.bank.celsius, piece.secs);
        self.tally.add(&self.flows, &self.load.demand, piece.secs);
    }

    #[inline(always)]
    fn given(&self) -> Given {
        let most = self.bank.discharge_amps_max();
        let mut given = Given {
            volts: self.bank.volts,
            target: self.controller.target,
            has_target: self.controller.has_target,
            demand: self.load.demand,
            load_is_on: self.controller.load_is_on,
            rest_amps: self.controller.own_amps,
            charges: self.troubles.charges,
            lets_charge: [NO; W],
            discharge_amps_max: most,
        };
        for k in 0..W {
            given.rest_amps[k] += self.troubles.amps[k];
            given.lets_charge[k] = self.controller.lets_charge(k);
            given.discharge_amps_max[k] = pick(is(self.controller.lets_discharge(k)), most[k], 0.0);
        }
        given
    }

    /// Shows the signs, and begins the next look.
    #[inline(always)]
    fn look<S: Sink>(&mut self, step: usize, until_nanos: i64, sink: &mut S) {
        let per_sec = 1.0 / self.tally.secs;
        let tally = &self.tally;
        let [mut amps, mut pv_watts, mut load_watts, mut load_amps] = [[0.0; W]; 4];
        let mut stages = [Stage::Night; W];
        for k in 0..W {
            amps[k] = tally.amp_secs[k] * per_sec;
            pv_watts[k] = tally.pv_joules[k] * per_sec;
            load_watts[k] = tally.load_joules[k] * per_sec;
            load_amps[k] = tally.load_amp_secs[k] * per_sec;
            stages[k] = stage(self.controller.stage[k]);
        }
        let mut looks = Looks {
            truth: [
                self.bank.soc(),
                self.bank.volts,
                amps,
                self.bank.celsius,
                self.air,
                pv_watts,
                load_watts,
                load_amps,
                self.tally.unpowered_secs,
            ],
            stage: stages,
            readings: [[0.0; W]; 6],
        };
        if S::OBSERVES {
            let mut truth = [self.bank.volts, amps, self.bank.celsius, amps, pv_watts, load_amps];
            for k in 0..W {
                let volts = self.flows.input_volts(k, &self.panel, self.kind.tracks);
                truth[3][k] = volts;
                truth[4][k] = if volts > 0.0 { pv_watts[k] / volts } else { 0.0 };
            }
            looks.readings = self.sensors.read(&truth, &self.troubles.shunt_amps, until_nanos);
        }
        looks.keep(&self.lanes);
        let span = Span::from_secs(self.tally.secs);
        self.tally = Tally::NOTHING;
        looks.show::<S>(step, SimTime::from_nanos(until_nanos), span, &self.signs, sink);
    }
}

/// What a look shows.
struct Looks {
    truth: [Lane; 9],
    stage: [Stage; W],
    readings: [Lane; 6],
}

impl Looks {
    /// Moves the lanes that are signs to the front.
    #[inline(always)]
    fn keep(&mut self, lanes: &[usize]) {
        if lanes.last().is_some_and(|last| last + 1 != lanes.len()) {
            for (to, from) in lanes.iter().enumerate() {
                self.truth.iter_mut().chain(&mut self.readings).for_each(|lane| lane[to] = lane[*from]);
                self.stage[to] = self.stage[*from];
            }
        }
    }

    #[inline(always)]
    fn show<S: Sink>(&self, step: usize, at: SimTime, span: Span, signs: &[usize], sink: &mut S) {
        let count = signs.len();
        let [soc, volts, amps, celsius, air, pv, load, load_amps, unpowered] = &self.truth;
        let [read_volts, read_amps, read_celsius, pv_volts, pv_amps, read_load] = &self.readings;
        let observed = S::OBSERVES.then(|| Observed {
            volts: &read_volts[..count],
            amps: &read_amps[..count],
            celsius: &read_celsius[..count],
            pv_volts: &pv_volts[..count],
            pv_amps: &pv_amps[..count],
            load_amps: &read_load[..count],
        });
        sink.see(&Seen {
            step,
            at,
            span,
            signs,
            soc: &soc[..count],
            volts: &volts[..count],
            amps: &amps[..count],
            celsius: &celsius[..count],
            air_celsius: &air[..count],
            pv_watts: &pv[..count],
            load_watts: &load[..count],
            load_amps: &load_amps[..count],
            unpowered_secs: &unpowered[..count],
            stage: &self.stage[..count],
            observed,
        });
    }
}

#[inline(always)]
fn stage(code: f64) -> Stage {
    if code == BULK {
        Stage::Bulk
    } else if code == ABSORPTION {
        Stage::Absorption
    } else if code == EQUALISE {
        Stage::Equalise
    } else if code == FLOAT {
        Stage::Float
    } else {
        Stage::Night
    }
}

/// Pieces, and what all blocks share over them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub pieces: &'a [Piece],
    /// Of each start, from the first minute on that is not drawn yet.
    pub moments: &'a [Vec<Moment>],
    pub first_minute: u64,
    /// Steps between looks.
    pub every: usize,
    /// How long coefficients are held.
    pub hold_secs: f64,
}

struct Run<'a, 'b, S, const N: usize> {
    block: &'a mut Block<N>,
    span: Stretch<'b>,
    sink: &'a mut S,
}

impl<S: Sink, const N: usize> NullaryFnOnce for Run<'_, '_, S, N> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { block, span, sink } = self;
        for piece in span.pieces {
            block.advance(piece, &span);
            if let Some(step) = piece.ends_step
                && (step + 1).is_multiple_of(span.every)
            {
                block.look(step, piece.until_nanos(), sink);
            }
        }
        block.now_nanos = span.pieces.last().map_or(block.now_nanos, Piece::until_nanos);
    }
}
