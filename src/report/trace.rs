//! `trace.csv`: every thinned row of every battery, for spreadsheets and notebooks.
//!
//! The first line is `# balise_trace 1`, the second the header. Names end in their unit, an unknown value
//! is an empty cell, numbers are the shortest that read back to the same bits.

use signals::SimTime;

use super::{ReportError, RunRecord, SignRecord, TRACE_VERSION, TraceRow};

const HEADER: [&str; 23] = [
    "time_s",
    "site",
    "battery",
    "soc_true",
    "soc_estimated",
    "soc_stddev",
    "soc_device",
    "voltage_true_v",
    "voltage_read_v",
    "current_true_a",
    "current_read_a",
    "temperature_true_c",
    "temperature_read_c",
    "sun_w",
    "load_w",
    "unpowered",
    "soh_true",
    "soh_estimated",
    "capacity_true_ah",
    "capacity_estimated_ah",
    "resistance_true_ohm",
    "resistance_estimated_ohm",
    "faults",
];

/// The file's text.
pub(super) fn trace_csv(record: &RunRecord) -> Result<String, ReportError> {
    let mut writer = csv::Writer::from_writer(format!("# balise_trace {TRACE_VERSION}\n").into_bytes());
    writer.write_record(HEADER)?;
    for sign in &record.signs {
        for row in &sign.rows {
            writer.write_record(cells(sign, row, &faults_at(record, sign, row.time_secs)))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cells(sign: &SignRecord, row: &TraceRow, faults: &str) -> [String; 23] {
    [
        number(Some(row.time_secs)),
        sign.site.clone(),
        sign.battery.clone(),
        number(row.soc_true),
        number(row.soc_estimated),
        number(row.soc_stddev),
        number(row.soc_device),
        number(row.voltage_true_volts),
        number(row.voltage_read_volts),
        number(row.current_true_amps),
        number(row.current_read_amps),
        number(row.temperature_true_celsius),
        number(row.temperature_read_celsius),
        number(row.sun_watts),
        number(row.load_watts),
        row.unpowered.map_or_else(String::new, |dark| u8::from(dark).to_string()),
        number(row.soh_true),
        number(row.soh_estimated),
        number(row.capacity_true_amp_hours),
        number(row.capacity_estimated_amp_hours),
        number(row.resistance_true_ohms),
        number(row.resistance_estimated_ohms),
        faults.to_owned(),
    ]
}

/// What acts on a sign at this second, each with its severity.
fn faults_at(record: &RunRecord, sign: &SignRecord, time_secs: f64) -> String {
    let now = SimTime::from_secs(time_secs);
    let own = record.faults.iter().filter(|fault| fault.site == sign.site && fault.battery == sign.battery);
    own.filter_map(|fault| fault.event.label_at(now)).collect::<Vec<_>>().join("+")
}

fn number(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map_or_else(String::new, |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    type Anything = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn version_then_header_then_one_line_a_row() -> Anything {
        let record = sample::week(2);
        let text = trace_csv(&record)?;
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("# balise_trace 1"));
        assert!(lines.next().is_some_and(|header| header.starts_with("time_s,site,battery,soc_true,")));
        assert_eq!(lines.count(), record.signs.iter().map(|sign| sign.rows.len()).sum::<usize>());
        Ok(())
    }

    #[test]
    fn the_unknown_is_an_empty_cell_and_a_number_keeps_its_bits() -> Anything {
        let row = TraceRow {
            soc_true: Some(0.1 + 0.2),
            soc_stddev: Some(f64::NAN),
            unpowered: Some(true),
            ..TraceRow::default()
        };
        let sign = SignRecord { site: "a,\"b".into(), rows: vec![row], ..SignRecord::default() };
        let text = trace_csv(&RunRecord { signs: vec![sign], ..RunRecord::default() })?;
        let expected = "0,\"a,\"\"b\",,0.30000000000000004,,,,,,,,,,,,1,,,,,,,";
        assert_eq!(text.lines().nth(2), Some(expected));
        Ok(())
    }
}
