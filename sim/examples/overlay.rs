//! The plant against measured batteries: `BALISE_DATA=DIR cargo run --release -p sim --example overlay [CSV]`.
//!
//! Each record's measured current drives a [`Bank`] of one parameter set per kind of battery; printed is
//! the root mean square of the voltage error, in mV per LFP cell or per 12 V block, over the whole record and
//! over its discharge above a tenth of charge. `CSV` names a file for the overlays, 500 points each.
//!
//! Where the plant cannot follow: the coup de fouet of a full lead-acid block's first minutes; surface
//! charge left from before a record begins, and rest afterwards; a bulk charge above C/5 (so the first
//! column of the AGM record) and any absorption driven by its current instead of its voltage, which is why
//! BBOXX's charge is left out; and an LFP cell at −25 °C, whose resistance there falls with the current.
//! Layers in the acid of tubular blocks are no part of these records.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use signals::{AmpHours, Amps, Celsius, Seed, Soc, Span};
use sim::{Bank, BatteryParams};

/// A record and what drives it.
struct Case {
    folder: &'static str,
    file: &'static str,
    battery: BatteryParams,
    soc: f64,
    /// Cells whose voltage the record gives, of the four or six of a block.
    cells_ratio: f64,
}

/// How soon the fed charge follows the tester's counter, s.
const COUNTER_SECS: f64 = 100.0;

/// One row: s, A, V, °C, Ah.
type Row = [f64; 5];

fn cases() -> Vec<Case> {
    let case = |folder, file, battery, soc| Case { folder, file, battery, soc, cells_ratio: 1.0 };
    let bboxx = |file, soc| case("leadacid_12v_17ah_bboxx", file, BatteryParams::bboxx_17ah(), soc);
    let a123 =
        |file| Case { cells_ratio: 0.25, ..case("a123_lfp_plett", file, BatteryParams::a123_2p3ah(), 1.0) };
    let agm = BatteryParams::agm_12v(AmpHours::new(100.0));
    let agm = BatteryParams { present_capacity_ratio: 1.04, ..agm };
    vec![
        bboxx("unitA_dis_3.04A", 1.0),
        bboxx("unitA_dis_1.54A", 0.957),
        bboxx("unitA_dis_1.03A_1", 0.937),
        bboxx("unitA_dis_0.53A", 0.909),
        case("leadacid_12v_100ah_agm_ub121000", "full_charge_rest_C10_discharge", agm, 0.03),
        a123("DYN_N25_script1"),
        a123("DYN_N05_script1"),
        a123("DYN_P15_script1"),
        a123("DYN_P25_script1"),
        a123("DYN_P45_script1"),
    ]
}

fn read(path: &Path) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let names = ["time_s", "current_a", "voltage_v", "temperature_c", "ah_c"];
    let places = names.map(|name| head.iter().position(|column| *column == name));
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        places.map(|place| place.and_then(|at| fields.get(at)?.parse().ok()).unwrap_or(f64::NAN))
    };
    Ok(lines.map(row).filter(|row: &Row| row.iter().all(|number| number.is_finite())).collect())
}

/// Plant and measured voltage, and the plant's state of charge, at each row but the first.
///
/// Between two rows flows the sampled current, drawn towards the tester's counter within a minute or two
/// (samples of a second miss a percent of the charge); over longer rows, what the counter says.
fn follow(case: &Case, rows: &[Row]) -> Result<Vec<[f64; 4]>, Box<dyn std::error::Error>> {
    let air = |row: &Row| Celsius::new(row[3]);
    let first = rows.first().ok_or("an empty record")?;
    let mut bank = Bank::new(&case.battery, Soc::clamped(case.soc), air(first), Seed(1))?;
    let mut fed = 0.0;
    let mut seen = Vec::with_capacity(rows.len());
    for pair in rows.windows(2) {
        let secs = pair[1][0] - pair[0][0];
        let counted = (pair[1][4] - pair[0][4]) * 3600.0 / secs;
        let missed = (pair[0][4] - first[4] - fed) * 3600.0;
        let amps = if secs > 2.0 { counted } else { pair[1][1] + missed / COUNTER_SECS };
        fed += amps * secs / 3600.0;
        bank.step(Amps::new(amps), Span::from_secs(secs), air(&pair[1]));
        let volts = bank.voltage().as_volts() * case.cells_ratio;
        seen.push([pair[1][0], volts, pair[1][2], bank.soc().as_ratio()]);
    }
    Ok(seen)
}

/// In mV, over the points that `counts` picks; NaN where it picks none.
fn rms_millivolts(seen: &[[f64; 4]], counts: impl Fn(usize) -> bool) -> f64 {
    let errors: Vec<f64> =
        (0..seen.len()).filter(|k| counts(*k)).map(|k| (seen[k][1] - seen[k][2]).powi(2)).collect();
    1000.0 * (errors.iter().sum::<f64>() / errors.len() as f64).sqrt()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Ok(data) = std::env::var("BALISE_DATA") else {
        println!("skipped: BALISE_DATA names no folder of measured data");
        return Ok(());
    };
    let mut overlays = String::from("file,time_s,plant_v,measured_v,plant_soc\n");
    println!("{:34} {:>8} {:>10} {:>12}", "RMS voltage error, mV", "record", "discharge", "above 10 %");
    for case in cases() {
        let path = Path::new(&data).join(case.folder).join(format!("{}.csv.gz", case.file));
        if !path.exists() {
            println!("{:34} skipped: not there", case.file);
            continue;
        }
        let rows = read(&path)?;
        let seen = follow(&case, &rows)?;
        // A profile's rests and charges belong to its discharge; a block's discharge is its load.
        let lithium = case.cells_ratio < 1.0;
        let under_load = |k: usize| if lithium { true } else { rows[k + 1][1] < -0.1 };
        let above = |k: usize| under_load(k) && seen[k][3] > 0.1;
        println!(
            "{:34} {:8.1} {:10.1} {:12.1}",
            case.file,
            rms_millivolts(&seen, |_| true),
            rms_millivolts(&seen, under_load),
            rms_millivolts(&seen, above)
        );
        for [secs, plant, measured, soc] in seen.iter().step_by(seen.len().div_ceil(500)) {
            writeln!(overlays, "{},{secs},{plant:.4},{measured:.4},{soc:.4}", case.file)?;
        }
    }
    if let Some(file) = std::env::args().nth(1) {
        std::fs::write(file, overlays)?;
    }
    Ok(())
}
