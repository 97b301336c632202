//! One battery under way: an exact step of its circuit with coefficients held for some seconds.
//!
//! ```text
//! V(end of step) = open + R_step·I        R_step = R₀ + Σ Rⱼ·(1 − aⱼ) + U'·Δt/(3600·C)
//! ```
//!
//! The straight line is what a controller needs to hold a voltage and a load to draw a power. The step
//! itself is exact for a current, coefficients and a gassing current held over it; whoever steps must
//! call [`Battery::refresh`] each [`HOLD_SECS`] (which costs less than 0.1 mV in steps of 1 s, as the
//! oracle shows).

mod a123;
mod agm;
mod bboxx;
pub(crate) mod bms;
pub(crate) mod chart;
mod flooded;
pub(crate) mod gassing;
mod gel;
mod hysteresis;
pub(crate) mod law;
mod lfp;
#[cfg(test)]
mod oracle;
mod params;
mod rc;
mod slow;
mod table;

pub(crate) use bms::Bms;
pub use params::{BatteryParams, Chemistry, ParameterSet};
pub(crate) use slow::Ice;
pub use slow::{Condition, Effects};

use law::{Coefficients, Law};
use slow::Slow;

const SECS_PER_HOUR: f64 = 3600.0;
/// How long coefficients are held, s.
pub(crate) const HOLD_SECS: f64 = 10.0;

/// What a battery remembers.
#[derive(Debug, Clone, Copy, PartialEq)]
struct State {
    charge_amp_hours: f64,
    fast_volts: f64,
    slow_volts: f64,
    hysteresis_volts: f64,
    celsius: f64,
}

/// `1 − exp(−Δt/τ)` of everything that settles, for one length of step.
#[derive(Debug, Clone, Copy)]
struct Settling {
    dt_secs: f64,
    fast: f64,
    slow: f64,
    heat: f64,
}

impl Settling {
    fn new(law: &Law, dt_secs: f64) -> Self {
        Self {
            dt_secs,
            fast: rc::settling_ratio(dt_secs, law.chart.fast.time_constant_secs),
            slow: rc::settling_ratio(dt_secs, law.chart.slow.time_constant_secs),
            heat: rc::settling_ratio(dt_secs, law.box_time_constant_secs),
        }
    }
}

/// Terminal voltage at the end of a step against the current held over it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Terminal {
    /// At no current, V.
    pub open_volts: f64,
    /// Slope while charging, Ω.
    pub charge_ohms: f64,
    /// Slope while discharging, Ω.
    pub discharge_ohms: f64,
}

impl Terminal {
    /// The voltage at a current.
    pub fn volts(&self, amps: f64) -> f64 {
        self.open_volts + amps * if amps > 0.0 { self.charge_ohms } else { self.discharge_ohms }
    }

    /// The current at a voltage.
    pub fn amps(&self, volts: f64) -> f64 {
        let above = volts - self.open_volts;
        above / if above > 0.0 { self.charge_ohms } else { self.discharge_ohms }
    }
}

/// A battery under way.
#[derive(Debug, Clone)]
pub(crate) struct Battery {
    law: Law,
    state: State,
    held: Coefficients,
    settling: Settling,
    volts: f64,
    amps: f64,
    /// Charge that left by gassing, self-discharge and overflow, Ah.
    lost_amp_hours: f64,
    slow: Option<Box<Slow>>,
}

impl Battery {
    /// A rested battery at this charge and temperature.
    pub fn new(params: &BatteryParams, soc: f64, celsius: f64) -> Self {
        let law = Law::new(params);
        let state = State {
            charge_amp_hours: soc * law.capacity_amp_hours,
            fast_volts: 0.0,
            slow_volts: 0.0,
            hysteresis_volts: 0.0,
            celsius,
        };
        Self {
            held: law.at(soc, celsius),
            settling: Settling::new(&law, 1.0),
            volts: law.rest_volts(soc, celsius).0,
            amps: 0.0,
            lost_amp_hours: 0.0,
            slow: Slow::new(params, soc),
            law,
            state,
        }
    }

    /// Charge held over present capacity.
    pub fn soc(&self) -> f64 {
        self.state.charge_amp_hours / self.law.capacity_amp_hours
    }

    /// Charge held, Ah.
    pub const fn charge_amp_hours(&self) -> f64 {
        self.state.charge_amp_hours
    }

    /// Capacity now at 25 °C, Ah.
    pub const fn capacity_amp_hours(&self) -> f64 {
        self.law.capacity_amp_hours
    }

    /// Capacity now over capacity on the label.
    pub fn health(&self) -> f64 {
        self.law.health()
    }

    /// What slow changes have made of it.
    pub fn condition(&self) -> Condition {
        self.slow.as_ref().map_or(Condition::SOUND, |slow| slow.condition())
    }

    /// Terminal voltage at the end of the latest step, V.
    pub const fn volts(&self) -> f64 {
        self.volts
    }

    /// Temperature, °C.
    pub const fn celsius(&self) -> f64 {
        self.state.celsius
    }

    /// Ohmic resistance now, Ω.
    pub const fn ohmic_ohms(&self) -> f64 {
        self.held.ohmic_ohms
    }

    /// Charge that left by gassing, self-discharge and overflow so far, Ah.
    #[cfg(test)]
    pub const fn lost_amp_hours(&self) -> f64 {
        self.lost_amp_hours
    }

    /// Another specimen at the same state of charge.
    pub fn vary(&mut self, capacity_ratio: f64, resistance_ratio: f64) {
        self.law.vary(capacity_ratio, resistance_ratio);
        self.state.charge_amp_hours *= capacity_ratio;
    }

    /// The same specimen, worse: plates that fall out take their charge along, which is lost.
    pub fn weaken(&mut self, capacity_ratio: f64, resistance_ratio: f64) {
        let before = self.state.charge_amp_hours;
        self.vary(capacity_ratio, resistance_ratio);
        self.lost_amp_hours += before - self.state.charge_amp_hours;
    }

    /// Takes the coefficients to hold for the next [`HOLD_SECS`]: those of the middle of that time, if the
    /// current stays.
    pub fn refresh(&mut self) {
        self.change_slowly();
        let moved = self.amps * HOLD_SECS / 2.0 / SECS_PER_HOUR;
        let soc = (self.soc() + moved / self.law.capacity_amp_hours).clamp(0.0, 1.0);
        self.held = self.law.at(soc, self.state.celsius);
    }

    /// What the last hold did to the slow states.
    fn change_slowly(&mut self) {
        let soc = self.soc();
        if let Some(slow) = &mut self.slow {
            slow.advance(self.volts, soc, self.state.celsius);
            self.law.modify(slow.modifiers());
        }
    }

    /// Terminal voltage against current for a step of this length.
    pub fn terminal(&mut self, dt_secs: f64) -> Terminal {
        self.prepare(dt_secs);
        let (held, settling, state) = (&self.held, &self.settling, &self.state);
        let (rest, slope) = self.law.rest_volts(self.soc(), state.celsius);
        let gas = gassing::amps(self.volts, held.gassing_amps);
        let lift = slope * dt_secs / (SECS_PER_HOUR * self.law.capacity_amp_hours);
        let charge = held.fast.charge * settling.fast + held.slow.charge * settling.slow + lift;
        let discharge = held.fast.discharge * settling.fast + held.slow.discharge * settling.slow + lift;
        let kept = state.fast_volts * (1.0 - settling.fast) + state.slow_volts * (1.0 - settling.slow);
        Terminal {
            open_volts: rest + state.hysteresis_volts + kept - gas * charge,
            charge_ohms: held.ohmic_ohms + charge,
            discharge_ohms: held.ohmic_ohms + discharge,
        }
    }

    /// The battery after a step at a constant current in air of this temperature.
    pub fn step(&mut self, amps: f64, dt_secs: f64, ambient_celsius: f64) {
        self.prepare(dt_secs);
        let (held, settling, law) = (self.held, self.settling, &self.law);
        let state = &mut self.state;
        let soc = state.charge_amp_hours / law.capacity_amp_hours;
        let rest = law.rest_volts(soc, state.celsius).0;
        let polarised = state.hysteresis_volts + state.fast_volts + state.slow_volts;
        let volts = rest + polarised + held.ohmic_ohms * amps;
        let gas = gassing::amps(volts, held.gassing_amps);
        let main = amps - gas;
        state.fast_volts = rc::step(state.fast_volts, held.fast.toward(main) * main, settling.fast);
        state.slow_volts = rc::step(state.slow_volts, held.slow.toward(main) * main, settling.slow);
        let moved = main * dt_secs / SECS_PER_HOUR;
        if held.hysteresis_volts > 0.0 {
            let ratio = moved / law.capacity_amp_hours;
            state.hysteresis_volts = hysteresis::step(
                state.hysteresis_volts,
                ratio,
                held.hysteresis_volts,
                law.chart.hysteresis_rate,
            );
        }
        let heat_watts = amps * volts - main * rest - law.chart.vented_volts * gas;
        let settled = ambient_celsius + heat_watts / law.box_watts_per_kelvin;
        state.celsius = rc::step(state.celsius, settled, settling.heat);
        self.amps = amps;
        if let Some(slow) = &mut self.slow {
            slow.note(amps, dt_secs);
        }
        self.keep_charge(
            moved - held.self_discharge_amps * dt_secs / SECS_PER_HOUR,
            amps * dt_secs / SECS_PER_HOUR,
        );
        self.volts = self.terminal_volts();
    }

    /// Adds to the charge within what the battery holds; what does not stay is lost.
    fn keep_charge(&mut self, gained: f64, delivered: f64) {
        let before = self.state.charge_amp_hours;
        let after = (before + gained).clamp(0.0, self.law.capacity_amp_hours);
        self.state.charge_amp_hours = after;
        self.lost_amp_hours += delivered - (after - before);
    }

    fn terminal_volts(&self) -> f64 {
        let state = &self.state;
        let rest = self.law.rest_volts(self.soc(), state.celsius).0;
        let polarised = state.hysteresis_volts + state.fast_volts + state.slow_volts;
        rest + polarised + self.held.ohmic_ohms * self.amps
    }

    fn prepare(&mut self, dt_secs: f64) {
        if self.settling.dt_secs != dt_secs {
            self.settling = Settling::new(&self.law, dt_secs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use signals::AmpHours;

    fn agm(soc: f64, celsius: f64) -> Battery {
        Battery::new(&BatteryParams::agm_12v(AmpHours::new(100.0)), soc, celsius)
    }

    fn lithium(soc: f64) -> Battery {
        Battery::new(&BatteryParams::lifepo4_4s(AmpHours::new(100.0)), soc, 25.0)
    }

    /// Runs at a constant current, refreshed each 10 s, in air as warm as the battery began.
    fn run(battery: &mut Battery, amps: f64, hours: f64) {
        let ambient = battery.celsius();
        for _ in 0..(hours * 360.0) as u32 {
            battery.refresh();
            battery.step(amps, 10.0, ambient);
        }
    }

    #[test]
    fn cutting_a_step_changes_next_to_nothing() {
        for mut whole in [agm(0.6, -10.0), lithium(0.5)] {
            let mut parts = Battery::new(&BatteryParams::agm_12v(AmpHours::new(100.0)), 0.6, -10.0);
            if whole.law.chart.hysteresis_volts > 0.0 {
                parts = lithium(0.5);
            }
            whole.step(4.0, 10.0, 0.0);
            (0..1000).for_each(|_| parts.step(4.0, 0.01, 0.0));
            assert!((whole.volts() - parts.volts()).abs() < 1e-5);
            assert!((whole.soc() - parts.soc()).abs() < 1e-9);
        }
    }

    #[test]
    fn what_is_drawn_is_missing_and_nothing_else() {
        let mut bank = agm(0.8, 25.0);
        run(&mut bank, -2.0, 10.0);
        let self_discharge = 3.0 / 730.5 * 10.0 * f64::sqrt(2.0); // 3 % a month at 20 °C, 2^½ at 25 °C
        assert!((bank.charge_amp_hours() - (80.0 - 20.0 - self_discharge)).abs() < 2e-3);
        assert!((bank.lost_amp_hours() - self_discharge).abs() < 2e-3);
    }

    #[test]
    fn a_month_of_rest_loses_three_percent() {
        let mut bank = agm(0.9, 20.0);
        run(&mut bank, 0.0, 730.5);
        assert!((bank.soc() - 0.87).abs() < 1e-3, "{}", bank.soc());
    }

    #[test]
    fn near_full_the_current_tapers_and_part_of_it_is_lost() {
        let mut bank = agm(0.9, 25.0);
        let mut tapered = Vec::new();
        for _ in 0..8 * 360 {
            bank.refresh();
            let amps = bank.terminal(10.0).amps(14.4).min(5.0);
            bank.step(amps, 10.0, 25.0);
            tapered.push(amps);
        }
        assert!(
            tapered[359] > 3.5 && tapered[8 * 360 - 1] < 0.2,
            "{} {}",
            tapered[359],
            tapered[8 * 360 - 1]
        );
        assert!((bank.volts() - 14.4).abs() < 0.005, "{}", bank.volts());
        let (gained, lost) = (bank.charge_amp_hours() - 90.0, bank.lost_amp_hours());
        assert!(gained > 9.5 && lost > 0.03 * gained, "{gained} {lost}");
    }

    #[test]
    fn the_cold_locks_charge_in_and_warmth_gives_it_back() {
        let mut bank = agm(0.3, -25.0);
        run(&mut bank, -0.5, 1.0);
        let cold = bank.volts();
        bank.state.celsius = 25.0;
        run(&mut bank, -0.5, 1.0);
        assert!(cold < 11.6 && bank.volts() > 12.0, "{cold} {}", bank.volts());
        assert!((bank.charge_amp_hours() - 29.0).abs() < 0.01);
    }

    #[test]
    fn a_lithium_pack_rests_higher_after_charge_than_after_discharge() {
        let (mut up, mut down) = (lithium(0.4), lithium(0.6));
        run(&mut up, 10.0, 1.0);
        run(&mut down, -10.0, 1.0);
        run(&mut up, 0.0, 3.0);
        run(&mut down, 0.0, 3.0);
        assert!((up.soc() - down.soc()).abs() < 1e-3);
        let gap = up.volts() - down.volts();
        assert!((0.08..0.11).contains(&gap), "{gap}");
    }

    #[test]
    fn the_straight_line_tells_the_voltage_of_the_step() {
        for (mut battery, amps) in [(agm(0.6, 0.0), 6.0), (agm(0.6, 0.0), -3.0), (lithium(0.5), 6.0)] {
            run(&mut battery, amps, 0.5);
            let told = battery.terminal(1.0).volts(amps);
            battery.step(amps, 1.0, 0.0);
            assert!((battery.volts() - told).abs() < 1e-4, "{} {told}", battery.volts());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]
        #[test]
        fn charge_stays_within_bounds_and_in_the_ledger(
            soc in 0.0..1.0, celsius in -40.0..45.0, currents in prop::collection::vec(-30.0..30.0, 1..60)
        ) {
            for params in
                [BatteryParams::agm_12v(AmpHours::new(50.0)), BatteryParams::lifepo4_4s(AmpHours::new(50.0))]
            {
                let mut battery = Battery::new(&params, soc, celsius);
                for amps in &currents {
                    run(&mut battery, *amps, 0.1);
                    prop_assert!((0.0..=1.0).contains(&battery.soc()));
                    prop_assert!(battery.volts().is_finite() && battery.celsius().is_finite());
                }
                let delivered: f64 = currents.iter().sum::<f64>() * 0.1;
                let kept = battery.charge_amp_hours() - soc * 50.0;
                prop_assert!((delivered - kept - battery.lost_amp_hours()).abs() < 1e-9);
            }
        }
    }
}
