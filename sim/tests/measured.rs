//! The plant's measured sets against the records in `fixtures/data`: voltage over a discharge.
//!
//! The same comparison over all shared records, with what the plant cannot follow, is the example `overlay`.

use std::io::Read as _;
use std::path::Path;

use signals::{Amps, Celsius, Seed, Soc, Span};
use sim::{Bank, BatteryParams};

/// Time (s), current (A), voltage (V), temperature (°C), counted charge (Ah) of each row.
fn record(name: &str) -> Vec<[f64; 5]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/data").join(name);
    let mut text = String::new();
    let file = std::fs::File::open(path).expect("a committed record");
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let places = ["time_s", "current_a", "voltage_v", "temperature_c", "ah_c"]
        .map(|name| head.iter().position(|column| *column == name).expect("the column"));
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        places.map(|place| fields[place].parse().expect("a number"))
    };
    lines.map(row).collect()
}

/// Root mean square of the voltage error, V, over the rows that `counts` picks by current.
///
/// Samples of a second miss a percent of the charge: the fed charge follows the tester's counter within two
/// minutes.
fn rms_volts(name: &str, battery: BatteryParams, cells_ratio: f64, counts: impl Fn(f64) -> bool) -> f64 {
    let rows = record(name);
    let air = |row: &[f64; 5]| Celsius::new(row[3]);
    let mut bank = Bank::new(&battery, Soc::clamped(1.0), air(&rows[0]), Seed(1)).expect("sound parameters");
    let (mut sum, mut count, mut fed) = (0.0, 0.0, 0.0);
    for pair in rows.windows(2) {
        let [at, amps, volts, ..] = pair[1];
        let secs = at - pair[0][0];
        let fed_amps = amps + (pair[0][4] - fed) * 3600.0 / secs.max(100.0);
        fed += fed_amps * secs / 3600.0;
        bank.step(Amps::new(fed_amps), Span::from_secs(secs), air(&pair[1]));
        if counts(amps) {
            sum += (bank.voltage().as_volts() * cells_ratio - volts).powi(2);
            count += 1.0;
        }
    }
    (sum / count).sqrt()
}

#[test]
fn a_lead_acid_block_is_followed_within_a_tenth_of_a_volt() {
    let name = "leadacid_12v_17ah_bboxx/unitA_dis_3.04A.csv.gz";
    let rms = rms_volts(name, BatteryParams::bboxx_17ah(), 1.0, |amps| amps < -0.1);
    assert!(rms < 0.050, "{rms}");
}

#[test]
fn a_lithium_cell_is_followed_within_twenty_millivolts() {
    let name = "a123_lfp_plett/DYN_P45_script1.csv.gz";
    let rms = rms_volts(name, BatteryParams::a123_2p3ah(), 0.25, |_| true);
    assert!(rms < 0.020, "{rms}");
}
