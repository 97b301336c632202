//! The controllers of a block: stages of charging, the switch of the load, the management system of a
//! lithium pack, each a few numbers a lane and selections for branches.
//!
//! Rules and constants are those of `crate::controller` and of the battery's management system; a yes is
//! 1 and a no 0. V, A, s, °C.

use super::elementary::{fused, least, most, within};
use super::flow::Flows;
use super::lanes::{Lane, NO, W, YES, flag, is, pick};
use crate::battery::bms;
use crate::controller::charge::{NIGHT_AMPS, REBULK_SECS, REBULK_VOLTS, TAIL_SECS};
use crate::controller::{ControllerParams, SENSOR_MAX, SENSOR_MIN};

/// Longer or more than anything: never reached.
const NEVER: f64 = 1e300;

/// The stages, in numbers.
pub(super) const NIGHT: f64 = 0.0;
pub(super) const BULK: f64 = 1.0;
pub(super) const ABSORPTION: f64 = 2.0;
pub(super) const EQUALISE: f64 = 3.0;
pub(super) const FLOAT: f64 = 4.0;

/// The controllers.
#[derive(Debug)]
pub(super) struct ControllerLanes {
    absorption: Lane,
    equalise: Lane,
    float: Lane,
    compensation: Lane,
    offset: Lane,
    ceiling: Lane,
    absorption_secs: Lane,
    equalise_secs: Lane,
    equalise_every_secs: Lane,
    equalises: Lane,
    tail_amps: Lane,
    disconnect: Lane,
    reconnect: Lane,
    switch_secs: Lane,
    pub own_amps: Lane,
    pub stage: Lane,
    stage_secs: Lane,
    tail_secs: Lane,
    since_equalised_secs: Lane,
    was_cut: Lane,
    pub load_is_on: Lane,
    due_secs: Lane,
    cold: Lane,
    high: Lane,
    low: Lane,
    pub target: Lane,
    pub has_target: Lane,
}

impl ControllerLanes {
    /// Controllers at night with the load on.
    pub fn new(params: &[&ControllerParams]) -> Self {
        let each = |of: &dyn Fn(&ControllerParams) -> f64| -> Lane { std::array::from_fn(|k| of(params[k])) };
        let zero = [0.0; W];
        Self {
            absorption: each(&|it| it.absorption_volts),
            equalise: each(&|it| it.equalise.map_or(it.absorption_volts, |equalise| equalise.volts)),
            float: each(&|it| it.float_volts),
            compensation: each(&|it| it.compensation_volts_per_kelvin),
            offset: each(&|it| it.sensor_offset_kelvin),
            ceiling: each(&|it| it.ceiling_volts),
            absorption_secs: each(&|it| it.absorption_secs),
            equalise_secs: each(&|it| it.equalise.map_or(0.0, |equalise| equalise.secs)),
            equalise_every_secs: each(&|it| {
                it.equalise.map_or(NEVER, |equalise| equalise.every_days * 86_400.0)
            }),
            equalises: each(&|it| flag(it.equalise.is_some())),
            tail_amps: each(&|it| it.tail_amps.unwrap_or(-NEVER)),
            disconnect: each(&|it| it.disconnect_volts),
            reconnect: each(&|it| it.reconnect_volts),
            switch_secs: each(&|it| it.switch_secs),
            own_amps: each(&|it| it.own_amps),
            stage: zero,
            stage_secs: zero,
            tail_secs: zero,
            since_equalised_secs: zero,
            was_cut: zero,
            load_is_on: [YES; W],
            due_secs: zero,
            cold: zero,
            high: zero,
            low: zero,
            target: zero,
            has_target: zero,
        }
    }

    /// Finds the voltages to hold at these temperatures.
    #[inline(always)]
    pub fn aim(&mut self, celsius: &Lane) {
        for k in 0..W {
            let stage = self.stage[k];
            let early = pick(stage == EQUALISE, self.equalise[k], self.absorption[k]);
            let setting = pick(stage == FLOAT, self.float[k], early);
            self.target[k] = least(setting + self.shift(k, celsius[k]), self.ceiling[k]);
            self.has_target[k] = flag(stage != NIGHT);
        }
    }

    #[inline(always)]
    fn shift(&self, k: usize, celsius: f64) -> f64 {
        let felt = within(celsius + self.offset[k], SENSOR_MIN, SENSOR_MAX);
        self.compensation[k] * (felt - 25.0)
    }

    /// 1 where the battery may be charged, by its management system.
    #[inline(always)]
    pub fn lets_charge(&self, k: usize) -> f64 {
        flag(!is(self.cold[k]) & !is(self.high[k]))
    }

    /// 1 where it may be discharged.
    #[inline(always)]
    pub fn lets_discharge(&self, k: usize) -> f64 {
        flag(!is(self.low[k]))
    }

    /// The management systems look at the cells.
    #[inline(always)]
    pub fn guard(&mut self, volts: &Lane, celsius: &Lane) {
        for k in 0..W {
            let cold = if is(self.cold[k]) { bms::CHARGE_ON_CELSIUS } else { bms::CHARGE_OFF_CELSIUS };
            let high = if is(self.high[k]) { bms::CHARGE_ON_VOLTS } else { bms::CHARGE_OFF_VOLTS };
            let low = if is(self.low[k]) { bms::DISCHARGE_ON_VOLTS } else { bms::DISCHARGE_OFF_VOLTS };
            self.cold[k] = flag(celsius[k] < cold);
            self.high[k] = flag(volts[k] > high);
            self.low[k] = flag(volts[k] < low);
        }
    }

    /// Takes in a piece of this length.
    #[inline(always)]
    pub fn watch(&mut self, flows: &Flows, volts: &Lane, celsius: &Lane, secs: f64) {
        for k in 0..W {
            self.charge(k, flows, volts[k], celsius[k], secs);
        }
        for k in 0..W {
            self.switch(k, volts[k], secs);
        }
    }

    /// `Charge::watch` in a lane.
    #[inline(always)]
    fn charge(&mut self, k: usize, flows: &Flows, volts: f64, celsius: f64, secs: f64) {
        let (stage, held) = (self.stage[k], is(flows.held[k]));
        let since = self.since_equalised_secs[k] + secs;
        let was_cut = is(self.was_cut[k]) | !is(self.load_is_on[k]);
        let float = least(self.float[k] + self.shift(k, celsius), self.ceiling[k]);
        let sags = volts < float - REBULK_VOLTS;
        let floats = stage == FLOAT;
        let counts = (((stage == ABSORPTION) | (stage == EQUALISE)) & held) | (floats & sags);
        let kept = pick(floats & !sags, 0.0, self.stage_secs[k]);
        let stage_secs = kept + if counts { secs } else { 0.0 };
        let tails = held & (flows.battery[k] < self.tail_amps[k]);
        let tail_secs = pick(tails, self.tail_secs[k] + secs, 0.0);
        let absorbed = (stage_secs >= self.absorption_secs[k]) | (tail_secs >= TAIL_SECS);
        let due = is(self.equalises[k]) & (was_cut | (since >= self.equalise_every_secs[k]));
        let after_bulk = if held { ABSORPTION } else { BULK };
        let full = if due { EQUALISE } else { FLOAT };
        let after_absorption = if absorbed { full } else { ABSORPTION };
        let after_equalise = if stage_secs >= self.equalise_secs[k] { FLOAT } else { EQUALISE };
        let after_float = if stage_secs >= REBULK_SECS { BULK } else { FLOAT };
        let late = if stage == EQUALISE { after_equalise } else { after_float };
        let late = if stage == ABSORPTION { after_absorption } else { late };
        let by_day = if stage == BULK { after_bulk } else { late };
        let by_day = if stage == NIGHT { BULK } else { by_day };
        let next = if flows.available[k] < NIGHT_AMPS { NIGHT } else { by_day };
        let equalised = (stage == EQUALISE) & (next == FLOAT);
        let turns = next != stage;
        self.since_equalised_secs[k] = if equalised { 0.0 } else { since };
        self.was_cut[k] = if was_cut & !equalised { YES } else { NO };
        self.stage_secs[k] = if turns { 0.0 } else { stage_secs };
        self.tail_secs[k] = if turns { 0.0 } else { tail_secs };
        self.stage[k] = next;
    }

    /// `Disconnect::watch` in a lane.
    #[inline(always)]
    fn switch(&mut self, k: usize, volts: f64, secs: f64) {
        let on = is(self.load_is_on[k]);
        let due = (on & (volts < self.disconnect[k])) | (!on & (volts > self.reconnect[k]));
        let due_secs = most(fused(if due { 1.0 } else { -1.0 }, secs, self.due_secs[k]), 0.0);
        let turns = due & (due_secs >= self.switch_secs[k]);
        self.load_is_on[k] = flag(on != turns);
        self.due_secs[k] = if turns { 0.0 } else { due_secs };
    }
}
