//! Coefficients held for many steps: what a step costs when resistances, decay and the slope of the rest
//! voltage are looked up every few seconds only.
//!
//! ```text
//! U(s) ≈ U(s₀) + U'(s₀)·(s − s₀)          R_j, k_j, w_j, dU/dT of the refresh
//! v'   = (1 − k)·v + k·R·I
//! E/Δt = w·(½(v + v'))²/R + (1 − w)·R·I²   k and w: `settling`
//! T'   = exact step of the heat path under  I²·R₀ + ΣE_j/Δt + I·T·dU/dT
//! ```
//!
//! The same step as `kernel`'s, with all that stands still multiplied out. The resistances are those told for
//! the middle of the span, by going on as they went over the last one, though never below half of what they
//! are. Reciprocals follow theirs by Newton's step, as in `kernel`.
//!
//! A vector of cells goes through many steps before the next one does, so that its state stays in registers:
//! loads and stores, not products, are what a pass over the whole block at every step waits for.

use super::block::Block;
use super::growth::Growth;
use super::kernel::{self, BranchStep, StepLaw, Still, Terms};
use pulp::{Scalar, Simd};

/// Most steps that a sweep takes: what it reads and writes stays within the first cache.
pub(super) const SWEEP_STEPS: usize = 10;

/// What flows and what comes of it, step by step.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) struct Sweep<const W: usize> {
    /// Currents before, terminal voltages after: one array for both, so that a sweep stays within the cache.
    pub amps_then_volts: [[f64; W]; SWEEP_STEPS],
    pub soc: [[f64; W]; SWEEP_STEPS],
    pub celsius: [[f64; W]; SWEEP_STEPS],
}

impl<const W: usize> Sweep<W> {
    /// Nothing yet.
    pub const fn empty() -> Self {
        let none = [[0.0; W]; SWEEP_STEPS];
        Self { amps_then_volts: none, soc: none, celsius: none }
    }
}

/// What a refresh finds, for the cells of a block.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) struct Held<const W: usize> {
    ohmic_ohms: [f64; W],
    rest_slope: [f64; W],
    rest_base: [f64; W],
    fast: Branches<W>,
    slow: Branches<W>,
    /// Heat by the current's square and by the current, K/A² and K/A per step.
    by_square: [f64; W],
    by_amps: [f64; W],
}

/// One branch of each cell.
#[derive(Debug, Clone)]
struct Branches<const W: usize> {
    /// What stays of its voltage over a step, and volts per amp.
    kept: [f64; W],
    gained: [f64; W],
    /// Its heat by the square of both voltages' sum, K/V² per step.
    warmed: [f64; W],
}

impl<const W: usize> Branches<W> {
    const fn empty() -> Self {
        Self { kept: [0.0; W], gained: [0.0; W], warmed: [0.0; W] }
    }

    /// Looks the branch in lane `k` up.
    #[inline(always)]
    fn look_up(&mut self, k: usize, law: &BranchStep, shrink: f64, [per_x, middle]: [f64; 2], kelvin: f64) {
        self.kept[k] = 1.0 - law.rate * shrink * per_x;
        self.gained[k] = law.volts_per_amp * per_x;
        self.warmed[k] = 0.25 * kelvin * law.siemens * shrink * middle;
    }
}

impl<const W: usize> Held<W> {
    /// Nothing yet.
    pub const fn empty() -> Self {
        Self {
            ohmic_ohms: [0.0; W],
            rest_slope: [0.0; W],
            rest_base: [0.0; W],
            fast: Branches::empty(),
            slow: Branches::empty(),
            by_square: [0.0; W],
            by_amps: [0.0; W],
        }
    }

    /// Looks everything up.
    #[inline(always)]
    pub fn refresh<T: Terms>(&mut self, block: &mut Block<W>, still: &Still<W>, law: &StepLaw) {
        let kelvin = law.heat.cell[2];
        for k in 0..W {
            let soc_offset = law.rest.offset(block.soc[k]);
            block.per_kelvin[k] =
                kernel::refined(block.per_kelvin[k], Growth::kelvin_within(block.celsius[k]));
            self.ohmic_ohms[k] = still.scale(block, k, soc_offset * soc_offset, law);
        }
        for k in 0..W {
            let (was, now) = (block.scale[k], self.ohmic_ohms[k]);
            let scale = kernel::told(was, now, law.least_scale);
            let shrink = kernel::refined(block.told_shrink[k], scale);
            (block.scale[k], block.told_scale[k], block.told_shrink[k]) = (now, scale, shrink);
            let per_x = law.settling.per_x::<T>(shrink);
            let middle = law.settling.middle::<T>(shrink, per_x);
            self.fast.look_up(k, &law.fast, shrink, [per_x[0], middle[0]], kelvin);
            self.slow.look_up(k, &law.slow, shrink, [per_x[1], middle[1]], kelvin);
            let direct = f64::mul_add(-kelvin * law.fast.ohms, middle[0], kelvin * law.all_ohms);
            let direct = f64::mul_add(-kelvin * law.slow.ohms, middle[1], direct);
            self.ohmic_ohms[k] = law.ohmic_ohms * scale;
            self.by_square[k] = scale * direct;
        }
        for k in 0..W {
            let soc = block.soc[k];
            let (rest_volts, rest_slope) = law.rest.tangent_at_offset(law.rest.offset(soc));
            self.rest_slope[k] = rest_slope;
            self.rest_base[k] = f64::mul_add(-rest_slope, soc, rest_volts);
            if T::REVERSIBLE {
                self.by_amps[k] = 0.5 * kelvin * law.reversible_volts_twice(rest_volts, block.celsius[k]);
            }
        }
    }

    /// The cells after the first `steps` of a sweep, each at its held currents.
    #[inline(always)]
    pub fn advance<S: Simd, T: Terms>(
        &self,
        simd: S,
        (block, still): (&mut Block<W>, &Still<W>),
        sweep: &mut Sweep<W>,
        steps: usize,
        law: &StepLaw,
    ) {
        let vectors = W / S::F64_LANES;
        for at in 0..vectors {
            self.go::<S, T>(simd, at, (block, still), sweep, steps, law);
        }
        for lane in vectors * S::F64_LANES..W {
            self.go::<Scalar, T>(Scalar, lane, (block, still), sweep, steps, law);
        }
    }

    /// The same for the vector of cells that is `at` in the block.
    #[inline(always)]
    fn go<S: Simd, T: Terms>(
        &self,
        simd: S,
        at: usize,
        (block, still): (&mut Block<W>, &Still<W>),
        sweep: &mut Sweep<W>,
        steps: usize,
        law: &StepLaw,
    ) {
        let mut cells = Cells::<S>::of(block, at);
        let held = Coefficients::<S>::of::<W, T>(simd, self, (block, still), at, law);
        for step in 0..steps.min(SWEEP_STEPS) {
            let amps = lanes::<S, W>(&sweep.amps_then_volts[step], at);
            let [volts, soc] = cells.step::<T>(simd, &held, amps);
            *lanes_mut::<S, W>(&mut sweep.amps_then_volts[step], at) = volts;
            *lanes_mut::<S, W>(&mut sweep.soc[step], at) = soc;
            *lanes_mut::<S, W>(&mut sweep.celsius[step], at) = cells.celsius;
        }
        cells.count(simd);
        cells.put::<W, T>(block, at);
    }
}

/// A vector out of an array.
#[inline(always)]
fn lanes<S: Simd, const W: usize>(array: &[f64; W], at: usize) -> S::f64s {
    S::as_simd_f64s(array).0[at]
}

/// A vector's place in an array.
#[inline(always)]
fn lanes_mut<S: Simd, const W: usize>(array: &mut [f64; W], at: usize) -> &mut S::f64s {
    &mut S::as_mut_simd_f64s(array).0[at]
}

/// The state of a vector of cells.
struct Cells<S: Simd> {
    /// At the start of the sweep.
    soc: S::f64s,
    /// What has come since, and what rounding owed before.
    soc_due: S::f64s,
    fast: S::f64s,
    slow: S::f64s,
    celsius: S::f64s,
    case: S::f64s,
}

/// What a step of them needs.
struct Coefficients<S: Simd> {
    soc_per_amp: S::f64s,
    fast: BranchCoefficients<S>,
    slow: BranchCoefficients<S>,
    by_square: S::f64s,
    by_amps: S::f64s,
    celsius: [S::f64s; 3],
    case: [S::f64s; 4],
    ohmic_ohms: S::f64s,
    rest_slope: S::f64s,
    rest_base: S::f64s,
}

struct BranchCoefficients<S: Simd> {
    kept: S::f64s,
    gained: S::f64s,
    warmed: S::f64s,
}

impl<S: Simd> Coefficients<S> {
    #[inline(always)]
    fn of<const W: usize, T: Terms>(
        simd: S,
        held: &Held<W>,
        (block, still): (&Block<W>, &Still<W>),
        at: usize,
        law: &StepLaw,
    ) -> Self {
        let lanes = |array: &[f64; W]| lanes::<S, W>(array, at);
        let branch = |branch: &Branches<W>| BranchCoefficients {
            kept: lanes(&branch.kept),
            gained: lanes(&branch.gained),
            warmed: lanes(&branch.warmed),
        };
        let splat = |number: f64| simd.splat_f64s(number);
        let [by_cell, by_case, by_watts, _] = law.heat.cell;
        let by_air = lanes(&still.by_air);
        let case = if T::CASED {
            let [case_by_cell, case_by_case, case_by_watts, case_by_air] = law.heat.case;
            let by_gain = splat(case_by_watts / by_watts);
            let case_by_air = simd.mul_f64s(splat(case_by_air), lanes(&block.air));
            let case_by_case = splat(case_by_case - case_by_watts / by_watts * by_case);
            let case_by_air = simd.sub_f64s(case_by_air, simd.mul_f64s(by_gain, by_air));
            [splat(case_by_cell), case_by_case, by_gain, case_by_air]
        } else {
            [splat(0.0); 4]
        };
        Self {
            soc_per_amp: lanes(&still.soc_per_amp),
            fast: branch(&held.fast),
            slow: branch(&held.slow),
            by_square: lanes(&held.by_square),
            by_amps: lanes(&held.by_amps),
            celsius: [splat(by_cell), splat(by_case), by_air],
            case,
            ohmic_ohms: lanes(&held.ohmic_ohms),
            rest_slope: lanes(&held.rest_slope),
            rest_base: lanes(&held.rest_base),
        }
    }
}

impl<S: Simd> Cells<S> {
    #[inline(always)]
    fn of<const W: usize>(block: &Block<W>, at: usize) -> Self {
        let lanes = |array: &[f64; W]| lanes::<S, W>(array, at);
        Self {
            soc: lanes(&block.soc),
            soc_due: lanes(&block.soc_owed),
            fast: lanes(&block.fast),
            slow: lanes(&block.slow),
            celsius: lanes(&block.celsius),
            case: lanes(&block.case),
        }
    }

    #[inline(always)]
    fn put<const W: usize, T: Terms>(&self, block: &mut Block<W>, at: usize) {
        *lanes_mut::<S, W>(&mut block.soc, at) = self.soc;
        *lanes_mut::<S, W>(&mut block.soc_owed, at) = self.soc_due;
        *lanes_mut::<S, W>(&mut block.fast, at) = self.fast;
        *lanes_mut::<S, W>(&mut block.slow, at) = self.slow;
        *lanes_mut::<S, W>(&mut block.celsius, at) = self.celsius;
        if T::CASED {
            *lanes_mut::<S, W>(&mut block.case, at) = self.case;
        }
    }

    /// A step at held currents; terminal voltages and states of charge at its end.
    #[inline(always)]
    fn step<T: Terms>(&mut self, simd: S, held: &Coefficients<S>, amps: S::f64s) -> [S::f64s; 2] {
        self.soc_due = simd.mul_add_f64s(amps, held.soc_per_amp, self.soc_due);
        let soc = simd.add_f64s(self.soc, self.soc_due);
        let by_amps = if T::REVERSIBLE {
            simd.mul_add_f64s(held.by_square, amps, held.by_amps)
        } else {
            simd.mul_f64s(held.by_square, amps)
        };
        let [by_cell, by_case, by_air] = held.celsius;
        let around = if T::CASED { simd.mul_add_f64s(by_case, self.case, by_air) } else { by_air };
        let gain = simd.mul_add_f64s(by_amps, amps, around);
        let gain = held.fast.relax(simd, &mut self.fast, amps, gain);
        let gain = held.slow.relax(simd, &mut self.slow, amps, gain);
        if T::CASED {
            let [by_cell, by_case, by_gain, by_air] = held.case;
            let gain = simd.mul_add_f64s(by_gain, gain, simd.mul_add_f64s(by_case, self.case, by_air));
            self.case = simd.mul_add_f64s(by_cell, self.celsius, gain);
        }
        self.celsius = simd.mul_add_f64s(by_cell, self.celsius, gain);
        let rest_volts = simd.mul_add_f64s(held.rest_slope, soc, held.rest_base);
        let ohmic_end = simd.mul_add_f64s(held.ohmic_ohms, amps, rest_volts);
        [simd.add_f64s(ohmic_end, simd.add_f64s(self.fast, self.slow)), soc]
    }

    /// Closes the sweep: Kahan's sum, with what the steps of a sweep gave as one.
    #[inline(always)]
    fn count(&mut self, simd: S) {
        let counted = simd.add_f64s(self.soc, self.soc_due);
        self.soc_due = simd.sub_f64s(self.soc_due, simd.sub_f64s(counted, self.soc));
        self.soc = counted;
    }
}

impl<S: Simd> BranchCoefficients<S> {
    /// Takes the branch's voltage through a step; what the cell gains, with this branch's heat.
    #[inline(always)]
    fn relax(&self, simd: S, volts: &mut S::f64s, amps: S::f64s, gain: S::f64s) -> S::f64s {
        let was = *volts;
        *volts = simd.mul_add_f64s(self.kept, was, simd.mul_f64s(self.gained, amps));
        let both = simd.add_f64s(was, *volts);
        simd.mul_add_f64s(simd.mul_f64s(self.warmed, both), both, gain)
    }
}
