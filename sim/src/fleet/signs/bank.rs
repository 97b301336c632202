//! The batteries of a block: `N` cells a sign, one that stands for all or each by itself.
//!
//! ```text
//! V = mean over cells of  U(sⱼ, T) + hⱼ + R₀ⱼ·Iⱼ + v₁ⱼ + v₂ⱼ         Iⱼ = I − Gⱼ·Vⱼ
//! ```
//!
//! A cell counts for the N-th part of the block's voltage and is written as a block of that kind, as
//! [`crate::Bank`] writes the units of a string. `Gⱼ` (A per volt of the block) is what leaks past it. All
//! cells share a box and so a temperature. The equations are those of the scalar battery: coefficients held
//! for 10 s, the growth of resistances in the cold and the ice for a minute. V, A, Ah, °C.

use super::elementary::{exp, exp_near, fused, most, within};
use super::kind::Kind;
use super::lanes::{Lane, W, pick};
use super::{Cell, elementary::least};
use crate::battery::chart::BranchChart;
use crate::battery::law::{CELSIUS_MAX, CELSIUS_MIN, EMPTY_POLE_MIN, FULL_POLE_MIN, Law, MONTH_HOURS};
use crate::battery::{HOLD_SECS, Ice, gassing};
use crate::site::SiteParams;

const SECS_PER_HOUR: f64 = 3600.0;
const MINUTE_HOURS: f64 = 1.0 / 60.0;
/// No acid freezes above this, °C.
const ICE_BELOW_CELSIUS: f64 = -10.0;

/// Terminal voltage at the end of a piece against the current held over it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminals {
    pub open: Lane,
    pub charge: Lane,
    pub discharge: Lane,
}

/// What temperature does, for a minute.
#[derive(Debug, Clone, Copy)]
struct Warmth {
    ohmic: Lane,
    fast_charge: Lane,
    fast_discharge: Lane,
    slow_charge: Lane,
    slow_discharge: Lane,
    gassing_amps: Lane,
    self_discharge_per_hour: Lane,
    hysteresis_volts: Lane,
    locked: Lane,
}

/// What charge does on top, for a hold.
#[derive(Debug, Clone, Copy)]
struct Held {
    ohmic: Lane,
    fast_charge: Lane,
    fast_discharge: Lane,
    slow_charge: Lane,
    slow_discharge: Lane,
    rest_slope: Lane,
    /// Rest voltage less slope times charge.
    rest_base: Lane,
}

/// One cell of each sign.
#[derive(Debug, Clone, Copy)]
struct Cells {
    charge: Lane,
    capacity: Lane,
    per_capacity: Lane,
    first_capacity: Lane,
    /// Ω for each Ω·Ah of the chart.
    ohms: Lane,
    /// A per volt of the block.
    leak: Lane,
    fast: Lane,
    slow: Lane,
    hysteresis: Lane,
    volts: Lane,
    amps: Lane,
    /// What a leak works against: the piece's voltage without it at no current, its slope, and the share that a
    /// leak leaves of it.
    unleaked: Lane,
    side: Lane,
    ends: Lane,
    held: Held,
}

/// `1 − exp(−Δt/τ)` for one length of piece.
#[derive(Debug, Clone, Copy)]
struct Settling {
    secs: f64,
    fast: f64,
    slow: f64,
    heat: Lane,
}

/// The batteries.
#[derive(Debug)]
pub(super) struct BankLanes<const N: usize> {
    cells: [Cells; N],
    pub celsius: Lane,
    pub volts: Lane,
    /// The highest voltage of any cell, with its current and without: below the onset none gasses.
    volts_max: f64,
    rest_volts_max: f64,
    rated: Lane,
    box_secs: Lane,
    kelvin_per_watt: Lane,
    warmth: Warmth,
    settling: Settling,
    freezes: [bool; W],
    ice: [Ice; W],
    ice_ohmic: Lane,
    ice_ratio: Lane,
}

impl<const N: usize> BankLanes<N> {
    /// Rested batteries in air of these temperatures; `cells` has each sign's.
    pub fn new(kind: &Kind, signs: &[&SiteParams], cells: &[&[Cell]], celsius: Lane) -> Self {
        let each = |of: &dyn Fn(usize) -> f64| -> Lane { std::array::from_fn(of) };
        let battery = |k: usize| &signs[k].battery;
        let law = |k: usize| {
            let whole = crate::Layout::SINGLE;
            Law::new(&crate::BatteryParams { layout: whole, ..*battery(k) })
        };
        let zero = [0.0; W];
        let held = Held {
            ohmic: zero,
            fast_charge: zero,
            fast_discharge: zero,
            slow_charge: zero,
            slow_discharge: zero,
            rest_slope: zero,
            rest_base: zero,
        };
        let cell = |j: usize| {
            let of = |k: usize| cells[k].get(j).copied().unwrap_or_default();
            let capacity = each(&|k| battery(k).capacity_amp_hours() * of(k).capacity_ratio);
            let ohms = |k: usize| {
                battery(k).resistance_ratio * of(k).resistance_ratio / battery(k).rated.as_amp_hours()
            };
            Cells {
                charge: each(&|k| signs[k].initial_soc.as_ratio() * capacity[k]),
                capacity,
                per_capacity: capacity.map(f64::recip),
                first_capacity: capacity,
                ohms: each(&ohms),
                leak: each(&|k| of(k).leak_siemens / N as f64),
                fast: zero,
                slow: zero,
                hysteresis: zero,
                volts: zero,
                amps: zero,
                unleaked: zero,
                side: zero,
                ends: zero,
                held,
            }
        };
        let mut bank = Self {
            cells: std::array::from_fn(cell),
            celsius,
            volts: zero,
            volts_max: 0.0,
            rest_volts_max: 0.0,
            rated: each(&|k| battery(k).rated.as_amp_hours()),
            box_secs: each(&|k| law(k).box_time_constant_secs),
            kelvin_per_watt: each(&|k| law(k).box_watts_per_kelvin.recip()),
            warmth: Warmth {
                ohmic: zero,
                fast_charge: zero,
                fast_discharge: zero,
                slow_charge: zero,
                slow_discharge: zero,
                gassing_amps: zero,
                self_discharge_per_hour: zero,
                hysteresis_volts: zero,
                locked: zero,
            },
            settling: Settling { secs: 0.0, fast: 0.0, slow: 0.0, heat: zero },
            freezes: std::array::from_fn(|k| battery(k).effects.freezing),
            ice: [Ice::default(); W],
            ice_ohmic: [1.0; W],
            ice_ratio: zero,
        };
        bank.take_warmth(kind);
        bank.take_charge(kind, HOLD_SECS);
        bank.look_up(kind);
        bank
    }

    /// State of charge of each sign.
    #[inline(always)]
    pub fn soc(&self) -> Lane {
        let (mut charge, mut capacity) = ([0.0; W], [0.0; W]);
        for cell in &self.cells {
            for k in 0..W {
                charge[k] += cell.charge[k];
                capacity[k] += cell.capacity[k];
            }
        }
        std::array::from_fn(|k| charge[k] / capacity[k])
    }

    /// Voltage of each cell of one sign, as it would be measured across it, V.
    pub fn cell_volts(&self, k: usize) -> [f64; N] {
        std::array::from_fn(|j| self.cells[j].volts[k] / N as f64)
    }

    /// State of charge of each cell of one sign.
    pub fn cell_soc(&self, k: usize) -> [f64; N] {
        std::array::from_fn(|j| self.cells[j].charge[k] / self.cells[j].capacity[k])
    }

    /// From now on this cell is so: a loss of capacity takes its charge along.
    pub fn set_cell(&mut self, kind: &Kind, params: &SiteParams, k: usize, j: usize, now: Cell) {
        let cell = &mut self.cells[j];
        let soc = cell.charge[k] / cell.capacity[k];
        let ice = cell.capacity[k] / cell.first_capacity[k];
        cell.first_capacity[k] = params.battery.capacity_amp_hours() * now.capacity_ratio;
        cell.capacity[k] = cell.first_capacity[k] * ice;
        cell.per_capacity[k] = cell.capacity[k].recip();
        cell.charge[k] = soc * cell.capacity[k];
        cell.ohms[k] =
            params.battery.resistance_ratio * now.resistance_ratio / params.battery.rated.as_amp_hours();
        cell.leak[k] = now.leak_siemens / N as f64;
        self.look_up(kind);
    }

    /// What a minute changes: ice, and what temperature does.
    #[inline(always)]
    pub fn turn_minute(&mut self, kind: &Kind) {
        self.freeze();
        self.take_warmth(kind);
    }

    /// A minute of frost on acid that can freeze.
    #[inline(always)]
    fn freeze(&mut self) {
        let mut cold = 0.0;
        for k in 0..W {
            cold += if (self.celsius[k] < ICE_BELOW_CELSIUS) | (self.ice_ratio[k] > 0.0) { 1.0 } else { 0.0 };
        }
        if cold > 0.0 {
            self.grow_ice();
        }
    }

    #[inline(never)]
    fn grow_ice(&mut self) {
        let soc = self.soc();
        for k in (0..W).filter(|k| self.freezes[*k]) {
            let ice = &mut self.ice[k];
            ice.settle(soc[k], self.celsius[k], MINUTE_HOURS);
            self.ice_ratio[k] = ice.locked_ratio();
            self.ice_ohmic[k] = ice.ohmic_ratio();
            for cell in &mut self.cells {
                cell.capacity[k] = cell.first_capacity[k] * ice.capacity_ratio();
                cell.per_capacity[k] = cell.capacity[k].recip();
            }
        }
    }

    #[inline(always)]
    fn take_warmth(&mut self, kind: &Kind) {
        let chart = &kind.chart;
        let energies = [
            chart.ohmic_activation_kelvin,
            chart.fast.charge_activation_kelvin,
            chart.fast.discharge_activation_kelvin,
            chart.slow.charge_activation_kelvin,
            chart.slow.discharge_activation_kelvin,
        ];
        let gassing_amps = chart.gassing_amps_per_amp_hour;
        let per_hour = chart.self_discharge_per_month / MONTH_HOURS;
        let (locked_first, locked) = (kind.locked_first, kind.locked);
        let hysteresis = chart.hysteresis_volts;
        let mut warmth = self.warmth;
        for k in 0..W {
            let celsius = within(self.celsius[k], CELSIUS_MIN, CELSIUS_MAX);
            let colder = 1.0 / (celsius + 273.15) - 1.0 / 298.15;
            warmth.ohmic[k] = exp(energies[0] * colder) * self.ice_ohmic[k];
            warmth.fast_charge[k] = exp(energies[1] * colder);
            warmth.fast_discharge[k] = exp(energies[2] * colder);
            warmth.slow_charge[k] = exp(energies[3] * colder);
            warmth.slow_discharge[k] = exp(energies[4] * colder);
            warmth.gassing_amps[k] = gassing_amps * self.rated[k] * exp(0.06 * (celsius - 25.0));
            let doublings = (celsius - 20.0) / 10.0;
            warmth.self_discharge_per_hour[k] = per_hour * exp(doublings * std::f64::consts::LN_2);
            warmth.hysteresis_volts[k] =
                hysteresis * fused(0.6, within((25.0 - celsius) / 25.0, 0.0, 1.0), 1.0);
            let mut share = locked_first;
            for ramp in locked {
                share = fused(ramp.slope, within(celsius - ramp.from, 0.0, ramp.width), share);
            }
            warmth.locked[k] = share + self.ice_ratio[k];
        }
        self.warmth = warmth;
    }

    /// Takes the coefficients to hold: those of the middle of the hold, if the current stays.
    #[inline(always)]
    pub fn take_charge(&mut self, kind: &Kind, hold_secs: f64) {
        let [fast, slow] = [&kind.chart.fast, &kind.chart.slow].map(Branch::of);
        for cell in &mut self.cells {
            let ohmic = (kind.chart.ohmic_ohm_amp_hours, kind.chart.ohmic_rise);
            cell.take(&self.warmth, hold_secs, ohmic, fast, slow);
        }
    }

    /// Looks the rest voltages up, and sees what the terminals show.
    #[inline(always)]
    pub fn look_up(&mut self, kind: &Kind) {
        for cell in &mut self.cells {
            cell.look_up(kind);
        }
        self.show(kind);
    }

    /// What the terminals show.
    #[inline(always)]
    pub fn show(&mut self, kind: &Kind) {
        let mut sum = [0.0; W];
        let (mut volts, mut rest) = ([0.0; W], [0.0; W]);
        for cell in &mut self.cells {
            cell.show(kind.chart.rest_volts_per_kelvin, &self.celsius, &mut sum, &mut rest);
            for k in 0..W {
                volts[k] = most(cell.volts[k], volts[k]);
            }
        }
        self.volts_max = greatest(&volts);
        self.rest_volts_max = greatest(&rest);
        for k in 0..W {
            self.volts[k] = sum[k] * (1.0 / N as f64);
        }
    }

    /// Gets ready for pieces of this length.
    #[inline(always)]
    pub fn prepare(&mut self, kind: &Kind, secs: f64) {
        if self.settling.secs != secs {
            self.settle_in(kind, secs);
        }
    }

    #[inline(never)]
    fn settle_in(&mut self, kind: &Kind, secs: f64) {
        let ratio = |time_constant_secs: f64| -(-secs / time_constant_secs).exp_m1();
        self.settling = Settling {
            secs,
            fast: ratio(kind.chart.fast.time_constant_secs),
            slow: ratio(kind.chart.slow.time_constant_secs),
            heat: self.box_secs.map(ratio),
        };
    }

    /// Voltage against current for a piece of the length prepared for.
    #[inline(always)]
    pub fn terminals(&mut self, kind: &Kind) -> Terminals {
        let constants = Constants::of(kind, &self.settling);
        let zero = [0.0; W];
        let mut all = Terminals { open: zero, charge: zero, discharge: zero };
        let (warmth, celsius) = (&self.warmth, &self.celsius);
        let gasses = kind.is_lead && self.volts_max > gassing::ONSET_VOLTS;
        for cell in &mut self.cells {
            match (gasses, N > 1) {
                (true, false) => cell.terminals::<true, false>(&constants, warmth, celsius, &mut all),
                (true, true) => cell.terminals::<true, true>(&constants, warmth, celsius, &mut all),
                (false, false) => cell.terminals::<false, false>(&constants, warmth, celsius, &mut all),
                (false, true) => cell.terminals::<false, true>(&constants, warmth, celsius, &mut all),
            }
        }
        for k in 0..W {
            all.open[k] *= 1.0 / N as f64;
            all.charge[k] *= 1.0 / N as f64;
            all.discharge[k] *= 1.0 / N as f64;
        }
        all
    }

    /// Most current that the emptiest cell can give over a piece, A.
    #[inline(always)]
    pub fn discharge_amps_max(&self) -> Lane {
        let per_secs = SECS_PER_HOUR / most(self.settling.secs, 1.0);
        let mut weakest = self.cells[0].charge;
        for cell in &self.cells[1..] {
            for k in 0..W {
                weakest[k] = least(weakest[k], cell.charge[k]);
            }
        }
        for k in 0..W {
            weakest[k] *= per_secs;
        }
        weakest
    }

    /// The batteries after a piece at constant currents in air of these temperatures; `any_charge` tells
    /// whether any of the currents may be above 0.
    #[inline(always)]
    pub fn step(&mut self, kind: &Kind, amps: &Lane, air: &Lane, any_charge: bool) {
        let constants = Constants::of(kind, &self.settling);
        let mut watts = [0.0; W];
        let (warmth, celsius) = (&self.warmth, &self.celsius);
        let gasses = kind.is_lead && (any_charge || self.rest_volts_max > gassing::ONSET_VOLTS);
        for cell in &mut self.cells {
            match (kind.is_lead, gasses, N > 1) {
                (true, true, false) => {
                    cell.step::<true, true, false>(&constants, warmth, amps, celsius, &mut watts)
                }
                (true, true, true) => {
                    cell.step::<true, true, true>(&constants, warmth, amps, celsius, &mut watts)
                }
                (true, false, false) => {
                    cell.step::<true, false, false>(&constants, warmth, amps, celsius, &mut watts)
                }
                (true, false, true) => {
                    cell.step::<true, false, true>(&constants, warmth, amps, celsius, &mut watts)
                }
                (false, _, false) => {
                    cell.step::<false, false, false>(&constants, warmth, amps, celsius, &mut watts)
                }
                (false, _, true) => {
                    cell.step::<false, false, true>(&constants, warmth, amps, celsius, &mut watts)
                }
            }
        }
        let heat = &self.settling.heat;
        for k in 0..W {
            let settled = fused(watts[k] * (1.0 / N as f64), self.kelvin_per_watt[k], air[k]);
            self.celsius[k] = fused(settled - self.celsius[k], heat[k], self.celsius[k]);
        }
    }
}

/// What all cells share over a piece, in registers.
#[derive(Debug, Clone, Copy)]
struct Constants {
    secs: f64,
    fast: f64,
    slow: f64,
    per_kelvin: f64,
    vented: f64,
    hysteresis_rate: f64,
}

impl Constants {
    const fn of(kind: &Kind, settling: &Settling) -> Self {
        Self {
            secs: settling.secs,
            fast: settling.fast,
            slow: settling.slow,
            per_kelvin: kind.chart.rest_volts_per_kelvin,
            vented: kind.chart.vented_volts,
            hysteresis_rate: kind.chart.hysteresis_rate,
        }
    }
}

impl Cells {
    /// A piece; lead gasses and lithium has a hysteresis.
    #[inline(always)]
    fn step<const LEAD: bool, const GASSES: bool, const LEAKS: bool>(
        &mut self,
        constants: &Constants,
        warmth: &Warmth,
        amps: &Lane,
        celsius: &Lane,
        watts: &mut Lane,
    ) {
        let Constants { secs, fast, slow, per_kelvin, vented, hysteresis_rate } = *constants;
        let hours = secs / SECS_PER_HOUR;
        for k in 0..W {
            let rest = self.rest_volts(k, per_kelvin, celsius[k]);
            let polarised = self.hysteresis[k] + self.fast[k] + self.slow[k];
            let mut volts = fused(self.held.ohmic[k], amps[k], rest + polarised);
            let mut through = amps[k];
            if LEAKS {
                // The leak has the voltage that the piece ends at, or a hard short would swing.
                let ends = self.ends[k] * fused(self.side[k], amps[k], self.unleaked[k]);
                through = fused(-self.leak[k], ends, through);
                volts = fused(self.held.ohmic[k], through, rest + polarised);
            }
            let gas = if GASSES { gas_amps(volts, warmth.gassing_amps[k]) } else { 0.0 };
            let main = through - gas;
            let charging = main > 0.0;
            let fast_ohms = pick(charging, self.held.fast_charge[k], self.held.fast_discharge[k]);
            let slow_ohms = pick(charging, self.held.slow_charge[k], self.held.slow_discharge[k]);
            self.fast[k] = fused(fused(fast_ohms, main, -self.fast[k]), fast, self.fast[k]);
            self.slow[k] = fused(fused(slow_ohms, main, -self.slow[k]), slow, self.slow[k]);
            let moved = main * hours;
            if !LEAD {
                let turned = 1.0 - exp_near(-hysteresis_rate * moved.abs() * self.per_capacity[k]);
                let most_volts = warmth.hysteresis_volts[k];
                let toward = if main < 0.0 { -most_volts } else { most_volts };
                self.hysteresis[k] = fused(toward - self.hysteresis[k], turned, self.hysteresis[k]);
            }
            watts[k] += fused(amps[k], volts, -(main * rest)) - vented * gas;
            let own = warmth.self_discharge_per_hour[k] * self.capacity[k];
            let charge = self.charge[k] + fused(-own, hours, moved);
            self.charge[k] = within(charge, 0.0, self.capacity[k]);
            self.amps[k] = through;
        }
    }

    /// Adds this cell's part to the terminals.
    #[inline(always)]
    fn terminals<const GASSES: bool, const LEAKS: bool>(
        &mut self,
        constants: &Constants,
        warmth: &Warmth,
        celsius: &Lane,
        all: &mut Terminals,
    ) {
        let Constants { secs, fast, slow, per_kelvin, .. } = *constants;
        for k in 0..W {
            let held = &self.held;
            let gas = if GASSES { gas_amps(self.volts[k], warmth.gassing_amps[k]) } else { 0.0 };
            let lift = held.rest_slope[k] * self.per_capacity[k] * (secs / SECS_PER_HOUR);
            let charge = fused(held.fast_charge[k], fast, fused(held.slow_charge[k], slow, lift));
            let discharge = fused(held.fast_discharge[k], fast, fused(held.slow_discharge[k], slow, lift));
            let kept = fused(self.fast[k], 1.0 - fast, self.slow[k] * (1.0 - slow));
            let rest = self.rest_volts(k, per_kelvin, celsius[k]);
            let open = fused(-gas, charge, rest + self.hysteresis[k] + kept);
            let (charge, discharge) = (held.ohmic[k] + charge, held.ohmic[k] + discharge);
            if !LEAKS {
                all.open[k] += open;
                all.charge[k] += charge;
                all.discharge[k] += discharge;
                continue;
            }
            // A cell with a leak stays on the side it is on, and the leak loads it.
            let side = pick(self.amps[k] > 0.0, charge, discharge);
            let leaks = self.leak[k] > 0.0;
            let ends = 1.0 / fused(side, self.leak[k], 1.0);
            (self.unleaked[k], self.side[k], self.ends[k]) = (open, side, ends);
            all.open[k] = fused(open, ends, all.open[k]);
            all.charge[k] = fused(pick(leaks, side, charge), ends, all.charge[k]);
            all.discharge[k] = fused(pick(leaks, side, discharge), ends, all.discharge[k]);
        }
    }

    /// Takes the coefficients to hold.
    #[inline(always)]
    fn take(
        &mut self,
        warmth: &Warmth,
        hold_secs: f64,
        (ohmic, [rise, steep]): (f64, [f64; 2]),
        fast: Branch,
        slow: Branch,
    ) {
        let ahead = hold_secs / 2.0 / SECS_PER_HOUR;
        for k in 0..W {
            let moved = self.amps[k] * ahead;
            let soc = within((self.charge[k] + moved) * self.per_capacity[k], 0.0, 1.0);
            let depth = 1.0 - soc;
            let per_full = 1.0 / most(depth, FULL_POLE_MIN);
            let per_empty = 1.0 / most(soc - warmth.locked[k], EMPTY_POLE_MIN);
            let rise = fused(depth, fused(steep, depth * depth * depth, rise), 1.0);
            let (held, ohms) = (&mut self.held, self.ohms[k]);
            held.ohmic[k] = ohmic * rise * warmth.ohmic[k] * ohms;
            held.fast_charge[k] = fast.charging(per_full) * warmth.fast_charge[k] * ohms;
            held.fast_discharge[k] = fast.discharging(per_empty) * warmth.fast_discharge[k] * ohms;
            held.slow_charge[k] = slow.charging(per_full) * warmth.slow_charge[k] * ohms;
            held.slow_discharge[k] = slow.discharging(per_empty) * warmth.slow_discharge[k] * ohms;
        }
    }

    /// Looks the rest voltages up.
    #[inline(always)]
    fn look_up(&mut self, kind: &Kind) {
        let (mut soc, mut rest, mut slope) = ([0.0; W], [0.0; W], [0.0; W]);
        for k in 0..W {
            soc[k] = within(self.charge[k] * self.per_capacity[k], 0.0, 1.0);
        }
        for k in 0..W {
            (rest[k], slope[k]) = kind.rest(soc[k]);
        }
        for k in 0..W {
            self.held.rest_slope[k] = slope[k];
            self.held.rest_base[k] = fused(-slope[k], soc[k], rest[k]);
        }
    }

    /// Finds what the terminals show, and adds it up.
    #[inline(always)]
    fn show(&mut self, per_kelvin: f64, celsius: &Lane, sum: &mut Lane, rest_max: &mut Lane) {
        for k in 0..W {
            let rest = self.rest_volts(k, per_kelvin, celsius[k]);
            let polarised = self.hysteresis[k] + self.fast[k] + self.slow[k];
            rest_max[k] = most(rest + polarised, rest_max[k]);
            self.volts[k] = fused(self.held.ohmic[k], self.amps[k], rest + polarised);
            sum[k] += self.volts[k];
        }
    }

    #[inline(always)]
    fn rest_volts(&self, k: usize, per_kelvin: f64, celsius: f64) -> f64 {
        let soc = self.charge[k] * self.per_capacity[k];
        fused(per_kelvin, celsius - 25.0, fused(self.held.rest_slope[k], soc, self.held.rest_base[k]))
    }
}

/// A branch's chart, in registers.
#[derive(Debug, Clone, Copy)]
struct Branch {
    charge: f64,
    full: f64,
    discharge: f64,
    empty: f64,
}

impl Branch {
    const fn of(chart: &BranchChart) -> Self {
        Self {
            charge: chart.charge_ohm_amp_hours,
            full: chart.full_ohm_amp_hours,
            discharge: chart.discharge_ohm_amp_hours,
            empty: chart.empty_ohm_amp_hours,
        }
    }

    #[inline(always)]
    fn charging(&self, per_full: f64) -> f64 {
        fused(self.full, per_full, self.charge)
    }

    #[inline(always)]
    fn discharging(&self, per_empty: f64) -> f64 {
        fused(self.empty, per_empty, self.discharge)
    }
}

/// The greatest of all lanes.
#[inline(always)]
fn greatest(lane: &Lane) -> f64 {
    let mut greatest = lane[0];
    for value in lane {
        greatest = most(*value, greatest);
    }
    greatest
}

/// [`gassing::amps`] in a lane.
#[inline(always)]
fn gas_amps(volts: f64, reference_amps: f64) -> f64 {
    let felt = least(volts, gassing::LIMIT_VOLTS) - gassing::REFERENCE_VOLTS;
    let amps = reference_amps * (exp_near(gassing::PER_VOLT * felt) - gassing::AT_ONSET);
    if volts > gassing::ONSET_VOLTS { amps } else { 0.0 }
}
