//! The plant against measured batteries: `BALISE_DATA=DIR cargo run --release -p sim --example overlay [CSV]`.
//!
//! Each record's measured current drives a [`Bank`] of one parameter set per battery; printed is the root mean
//! square of the voltage error, in mV per LFP cell or per 12 V block, over the whole record and over its
//! discharge, charge and rest, and whether the set was fitted to the record or the record held out. `CSV` names a
//! file for the overlays, 500 points each. `balise evaluate --out DIR` shows the same as a page.
//!
//! Where the plant cannot follow: the coup de fouet of a full lead-acid block's first minutes; surface
//! charge left from before a record begins; the slow recovery of a BBOXX block after a discharge; the end of
//! an absorption driven by its current instead of its voltage; and of an LFP cell the last tenth of a
//! charge. Layers in the acid of tubular blocks are no part of these records.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use signals::{Amps, Celsius, Seed, Soc, Span};
use sim::{Bank, BatteryParams};

/// A record and what drives it.
struct Case {
    folder: &'static str,
    file: &'static str,
    battery: BatteryParams,
    soc: f64,
    /// Cells whose voltage the record gives, of the four or six of a block.
    cells_ratio: f64,
    /// The set was fitted to this record; where it has no absolute reference, so was its start.
    is_fitted: bool,
}

/// UB121000's discharge current is a set point: between these times its voltage shows that none flowed, s.
const SET_POINT_SECS: std::ops::Range<f64> = 29_999.0..30_892.0;

/// How soon the fed charge follows the tester's counter, s.
const COUNTER_SECS: f64 = 100.0;

/// One row: s, A, V, °C of the air, Ah.
type Row = [f64; 5];

fn cases() -> Vec<Case> {
    let case = |folder, file, battery, soc, is_fitted| Case {
        folder,
        file,
        battery,
        soc,
        cells_ratio: 1.0,
        is_fitted,
    };
    let bboxx = |file, soc, is_fitted| {
        case("leadacid_12v_17ah_bboxx", file, BatteryParams::bboxx_17ah(), soc, is_fitted)
    };
    let a123 = |file, soc, is_fitted| Case {
        cells_ratio: 0.25,
        ..case("a123_lfp_plett", file, BatteryParams::a123_2p3ah(), soc, is_fitted)
    };
    let agm = BatteryParams::ub121000_100ah();
    vec![
        bboxx("unitA_dis_3.04A", 0.9905, true),
        bboxx("unitA_dis_0.53A", 0.8853, true),
        bboxx("unitA_charge_after_3.04A", 0.0574, true),
        bboxx("unitA_dis_1.54A", 0.938, false),
        bboxx("unitA_dis_1.03A_1", 0.914, false),
        case("leadacid_12v_100ah_agm_ub121000", "full_charge_rest_C10_discharge", agm, 0.00796, true),
        a123("DYN_N25_script1", 1.0, true),
        a123("DYN_N05_script1", 1.0, true),
        a123("DYN_P25_script1", 1.0, true),
        a123("DYN_P45_script1", 1.0, true),
        a123("DYN_P15_script1", 1.0, false),
        a123("DYN_P25_script3", 0.0, false),
        a123("DYN_N25_script3", 0.0, false),
        a123("OCV_N05_script1", 1.0, false),
        a123("OCV_N25_script1", 1.0, false),
    ]
}

fn read(path: &Path) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let air = if head.contains(&"ambient_c") { "ambient_c" } else { "temperature_c" };
    let names = ["time_s", "current_a", "voltage_v", air, "ah_c"];
    let places = names.map(|name| head.iter().position(|column| *column == name));
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        places.map(|place| place.and_then(|at| fields.get(at)?.parse().ok()).unwrap_or(f64::NAN))
    };
    let mut rows: Vec<Row> =
        lines.map(row).filter(|row: &Row| row.iter().all(|number| number.is_finite())).collect();
    if head.contains(&"ambient_c") {
        mend_set_point(&mut rows);
    }
    Ok(rows)
}

/// Takes the current that did not flow out of the record, and out of its counter.
fn mend_set_point(rows: &mut [Row]) {
    let mut counted = 0.0;
    for at in 0..rows.len() {
        if SET_POINT_SECS.contains(&rows[at][0]) {
            rows[at][1] = 0.0;
        }
        if at > 0 {
            counted += rows[at][1] * (rows[at][0] - rows[at - 1][0]) / 3600.0;
        }
        rows[at][4] = counted;
    }
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
        if secs > 2.0 {
            // The last second has the row's own current, for that is what its voltage goes with.
            let before = (counted * secs - pair[1][1]) / (secs - 1.0);
            bank.step(Amps::new(before), Span::from_secs(secs - 1.0), air(&pair[1]));
            bank.step(Amps::new(pair[1][1]), Span::from_secs(1.0), air(&pair[1]));
            fed = pair[1][4] - first[4];
        } else {
            let amps = pair[1][1] + missed / COUNTER_SECS;
            fed += amps * secs / 3600.0;
            bank.step(Amps::new(amps), Span::from_secs(secs), air(&pair[1]));
        }
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
    println!(
        "{:34} {:>9} {:>8} {:>10} {:>8} {:>8} {:>12}",
        "RMS voltage error, mV", "", "record", "discharge", "charge", "rest", "10 to 90 %"
    );
    for case in cases() {
        let path = Path::new(&data).join(case.folder).join(format!("{}.csv.gz", case.file));
        if !path.exists() {
            println!("{:34} skipped: not there", case.file);
            continue;
        }
        let rows = read(&path)?;
        let seen = follow(&case, &rows)?;
        let still = 0.005 * case.battery.rated.as_amp_hours();
        let amps = |k: usize| rows[k + 1][1];
        println!(
            "{:34} {:>9} {:8.1} {:10.1} {:8.1} {:8.1} {:12.1}",
            case.file,
            if case.is_fitted { "fitted" } else { "held out" },
            rms_millivolts(&seen, |_| true),
            rms_millivolts(&seen, |k| amps(k) < -still),
            rms_millivolts(&seen, |k| amps(k) > still),
            rms_millivolts(&seen, |k| amps(k).abs() <= still),
            rms_millivolts(&seen, |k| (0.1..0.9).contains(&seen[k][3]))
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
