//! Makes a profile with an ageing map from the shared CS2 records of one cell or several.
//!
//! Each recorded cycle is a charge at half the hourly rate and a discharge at the hourly one. At a charge
//! `z` of that cycle's own capacity the two voltages give what a steady current adds and what is left
//! without one: `R = (V_c − V_d)/(I_c − I_d)`, `U = V_c − R·I_c`. Over the states of health, each node of
//! the map is a straight line through its neighbourhood.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Read;
use std::path::Path;

use estimator::Sample;

pub const RATED: f64 = 1.1;
const SOC: [f64; 19] =
    [0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0];
const SOH: [f64; 12] = [0.35, 0.45, 0.55, 0.65, 0.72, 0.78, 0.84, 0.88, 0.92, 0.97, 1.04, 1.10];
/// The first cycles show a resistance that the cell then loses.
const BROKEN_IN: u32 = 5;
/// Width of a node's neighbourhood, in state of health.
const NEAR: f64 = 0.035;

/// One recorded cycle.
pub struct Cycle {
    pub number: u32,
    pub samples: Vec<Sample>,
    pub charge: Vec<f64>,
    /// The median of the eleven capacity tests around it, over the rated capacity: the reference.
    pub soh: f64,
}

fn text(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

/// Every recorded cycle of a cell.
pub fn cycles(folder: &Path, cell: &str) -> Vec<Cycle> {
    let tests: Vec<(u32, f64)> = text(&folder.join(format!("{cell}_cycles.csv.gz")))
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            Some((fields[0].parse().ok()?, fields[2].parse().ok()?))
        })
        .collect();
    let reference = |number: u32| {
        let mut near: Vec<f64> =
            tests.iter().filter(|(at, _)| at.abs_diff(number) <= 5).map(|(_, capacity)| *capacity).collect();
        near.sort_by(f64::total_cmp);
        near[near.len() / 2] / RATED
    };
    let mut rows: BTreeMap<u32, (Vec<Sample>, Vec<f64>)> = BTreeMap::new();
    for line in text(&folder.join(format!("{cell}_timeseries_every50.csv.gz"))).lines().skip(1) {
        let f: Vec<f64> = line.split(',').map(|field| field.parse().unwrap_or(f64::NAN)).collect();
        let (samples, charge) = rows.entry(f[0] as u32).or_default();
        samples.push(Sample { secs: f[1], amps: f[2], volts: f[3] });
        charge.push(f[4]);
    }
    rows.into_iter()
        .map(|(number, (samples, charge))| Cycle { number, samples, charge, soh: reference(number) })
        .collect()
}

/// Voltage over the cycle's own charge, of its steady charge or discharge; empty where it has none.
fn branch(cycle: &Cycle, charging: bool) -> Vec<(f64, f64)> {
    let (full, _) = cycle.charge.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    let empty = cycle.charge[cycle.charge.len() - 1];
    let capacity = cycle.charge[full] - empty;
    let steady = |sample: &Sample| if charging { sample.amps > 0.545 } else { sample.amps < -1.05 };
    let mut points: Vec<(f64, f64)> = cycle
        .samples
        .iter()
        .zip(&cycle.charge)
        .filter(|(sample, _)| steady(sample))
        .map(|(sample, charge)| (1.0 - (cycle.charge[full] - charge) / capacity, sample.volts))
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}

fn at(points: &[(f64, f64)], x: f64) -> Option<f64> {
    let above = points.partition_point(|(at, _)| *at < x);
    let (low, high) = (points.get(above.checked_sub(1)?)?, points.get(above)?);
    Some(low.1 + (x - low.0) / (high.0 - low.0).max(1e-9) * (high.1 - low.1))
}

/// Value at `x` of the line through points weighted by their nearness.
fn line(points: &[(f64, f64)], x: f64) -> f64 {
    let mut width = NEAR;
    loop {
        let mut s = [0.0; 5];
        for (at, value) in points {
            let (d, w) = (at - x, (-0.5 * ((at - x) / width).powi(2)).exp());
            for (sum, term) in s.iter_mut().zip([w, w * d, w * d * d, w * value, w * d * value]) {
                *sum += term;
            }
        }
        let determinant = s[0] * s[2] - s[1] * s[1];
        // A neighbourhood with fewer than two cycles is widened.
        if s[0] > 1.2 && determinant > 0.02 * s[0] * s[0] * width * width {
            return (s[3] * s[2] - s[4] * s[1]) / determinant;
        }
        width *= 1.3;
        if width > 1.0 {
            return s[3] / s[0];
        }
    }
}

/// Voltage and resistance at every node.
fn map(cells: &[Vec<Cycle>]) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let (mut rest, mut ohms) = (Vec::new(), Vec::new());
    for soh in SOH {
        let (mut rest_row, mut ohms_row) = (Vec::new(), Vec::new());
        for soc in SOC {
            let (mut volts_points, mut ohms_points) = (Vec::new(), Vec::new());
            for cycle in cells.iter().flatten().filter(|cycle| cycle.number >= BROKEN_IN) {
                let pair = at(&branch(cycle, true), soc).zip(at(&branch(cycle, false), soc));
                let Some((charged, discharged)) = pair else { continue };
                let resistance = (charged - discharged) / 1.65;
                volts_points.push((cycle.soh, charged - 0.55 * resistance));
                ohms_points.push((cycle.soh, resistance));
            }
            let known = volts_points.len() >= 4;
            rest_row.push(if known { line(&volts_points, soh) } else { f64::NAN });
            ohms_row.push(if known { line(&ohms_points, soh) } else { f64::NAN });
        }
        carry_on(&mut rest_row);
        carry_on(&mut ohms_row);
        rest.push(rest_row);
        ohms.push(ohms_row.iter().map(|ohms| ohms.max(0.02)).collect());
    }
    (rest, ohms)
}

/// Nodes nobody measured: on from the neighbours with their slope.
fn carry_on(row: &mut [f64]) {
    let first = row.iter().position(|value| !value.is_nan()).unwrap();
    for i in (0..first).rev() {
        row[i] = row[i + 1] + (row[i + 1] - row[i + 2]) * (SOC[i + 1] - SOC[i]) / (SOC[i + 2] - SOC[i + 1]);
    }
    let last = row.iter().rposition(|value| !value.is_nan()).unwrap();
    for i in last + 1..row.len() {
        row[i] = row[i - 1] + (row[i - 1] - row[i - 2]) * (SOC[i] - SOC[i - 1]) / (SOC[i - 1] - SOC[i - 2]);
    }
}

fn list(values: &[f64]) -> String {
    values.iter().map(|value| format!("{value:.4}")).collect::<Vec<_>>().join(", ")
}

/// The profile file that these cells' records give.
pub fn profile(cells: &[Vec<Cycle>], names: &str) -> String {
    let (rest, ohms) = map(cells);
    let rows = |table: &[Vec<f64>]| {
        table.iter().fold(String::new(), |mut text, row| {
            let _ = writeln!(text, "  [{}],", list(row));
            text
        })
    };
    let fresh = SOH.iter().rposition(|soh| *soh <= 1.0).unwrap();
    let mid = ohms[fresh][11];
    let factor: Vec<f64> = ohms[fresh].iter().map(|ohms| ohms / mid).collect();
    let mut rising = rest[fresh].clone();
    for i in 1..rising.len() {
        rising[i] = rising[i].max(rising[i - 1] + 0.001);
    }
    format!(
        r#"# Made by `BALISE_RENEW=1 cargo test --test soh`; edit tests/soh/ageing.rs instead.
balise_profile = 2
name = "calce_cs2"
chemistry = "lithium-ion"
source = "CALCE Battery Group, University of Maryland: CS2 prismatic LiCoO2 cells of 1.1 A·h, {names}, every fiftieth cycle (0.5 C charge, 1 C discharge to 2.7 V, room temperature); voltage and resistance over charge and state of health from both branches"
does_not_claim = "other currents, where the slow part of the resistance is another; temperatures, which were not recorded; a state of health below 0.35"
capacity_amp_hours = {RATED}
plausible_volts = [2.0, 4.5]

[rest]
soc_ratio = [{soc}]
voltage_volts = [{volts}]
temperature_slope_volts_per_kelvin = 0.0
hysteresis_volts = [{zeros}]
hysteresis_rate = 20.0

[resistance]
ohmic_ohms = {ohmic:.4}
fast_ohms = {fast:.4}
fast_seconds = 20.0
slow_ohms = {slow:.4}
slow_seconds = 600.0
activation_kelvin = 2500.0
soc_factor = [{factor}]

[ageing]
soh_ratio = [{soh}]
soc_ratio = [{soc}]
rest_volts = [
{rest_rows}]
ohms = [
{ohms_rows}]
model_volts = {MODEL_VOLTS}
soh_stddev = {SOH_STDDEV}

[charge]
efficiency_ratio = 0.999
efficiency_full_ratio = 0.999
efficiency_knee_soc_ratio = 0.95
full_volts = 4.19
full_tail_per_hour = 0.06
full_seconds = 60.0
full_soc_ratio = 0.998
full_soc_stddev = 0.005

[doubt]
offset_volts = 0.003
axis_ratio = 0.02
drift_volts = 0.012
drift_hours = 1.0
surface_volts = 0.01
drop_ratio = 0.2
law_ratio = 0.2
resistance_log = 0.3
capacity_log = 0.15
efficiency_ratio = 0.003
voltage_volts = 0.003
current_offset_amps = 0.005
unknown_current_per_hour = 0.4
"#,
        soc = list(&SOC),
        soh = list(&SOH),
        volts = list(&rising),
        zeros = list(&[0.0; SOC.len()]),
        ohmic = 0.6 * mid,
        fast = 0.1 * mid,
        slow = 0.3 * mid,
        factor = list(&factor),
        rest_rows = rows(&rest),
        ohms_rows = rows(&ohms),
    )
}

/// How far the map of one cell is off another's, V, and what that leaves in the capacity.
const MODEL_VOLTS: f64 = 0.004;
const SOH_STDDEV: f64 = 0.01;
