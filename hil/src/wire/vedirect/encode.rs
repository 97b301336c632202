//! TEXT blocks as a device sends them: values quantised as the device does, checksum fitted.
//!
//! A quantity that is not known is sent as `---`. Nothing here allocates once the caller's buffer
//! has grown to a block.

use signals::{Reading, Soc};

/// How long the battery lasts, as a monitor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeToGo {
    /// The monitor does not know: `---`.
    #[default]
    Unknown,
    /// The battery is not being discharged: `-1`.
    Infinite,
    /// Minutes.
    Minutes(u32),
}

/// A battery monitor's live block: PID V T I P CE SOC TTG Alarm Relay AR BMV FW.
#[derive(Debug, Clone, Copy)]
pub struct BmvLive<'a> {
    /// Voltage, current, power, temperature, charge drawn and the device's own state of charge.
    pub reading: &'a Reading,
    /// Time to go.
    pub time_to_go: TimeToGo,
    /// `AR`, a sum of bits: 1 low voltage, 2 high voltage, 4 low state of charge.
    pub alarm_reasons: u16,
}

impl<'a> BmvLive<'a> {
    /// The block of a reading alone: time to go unknown, no alarm.
    #[must_use]
    pub const fn of(reading: &'a Reading) -> Self {
        Self { reading, time_to_go: TimeToGo::Unknown, alarm_reasons: 0 }
    }
}

/// A battery monitor's history block, H1 to H12, H17 and H18. Charges are positive here; the device
/// sends discharged ones as negative numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BmvHistory {
    /// H1: deepest discharge since ever, A·h.
    pub deepest_amp_hours: f64,
    /// H2: deepest discharge since the battery was last full, A·h.
    pub last_amp_hours: f64,
    /// H3: average discharge over all cycles, A·h.
    pub average_amp_hours: f64,
    /// H4: charge cycles.
    pub cycles: u32,
    /// H5: discharges down to empty.
    pub full_discharges: u32,
    /// H6: all charge ever drawn, A·h.
    pub drawn_amp_hours: f64,
    /// H7: lowest voltage, V; `None` before the first measurement.
    pub voltage_min_volts: Option<f64>,
    /// H8: highest voltage, V.
    pub voltage_max_volts: Option<f64>,
    /// H9: seconds since the battery was last full; `None` before it ever was.
    pub since_full_secs: Option<f64>,
    /// H10: times the monitor set itself to 100 %.
    pub synchronisations: u32,
    /// H11: low-voltage alarms.
    pub low_voltage_alarms: u32,
    /// H12: high-voltage alarms.
    pub high_voltage_alarms: u32,
    /// H17: energy drawn, kWh.
    pub discharged_kwh: f64,
    /// H18: energy charged, kWh.
    pub charged_kwh: f64,
}

/// What a charge controller says it is doing (`CS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChargeState {
    /// 0: no sun.
    #[default]
    Off,
    /// 3: all the panel gives.
    Bulk,
    /// 4: voltage held at the absorption level.
    Absorption,
    /// 5: voltage held at the float level.
    Float,
}

/// A charge controller's yield, H19 to H23 and HSDS.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MpptHistory {
    /// H19: yield since ever, kWh.
    pub total_kwh: f64,
    /// H20: yield today, kWh.
    pub today_kwh: f64,
    /// H21: highest power today, W.
    pub today_max_watts: f64,
    /// H22: yield yesterday, kWh.
    pub yesterday_kwh: f64,
    /// H23: highest power yesterday, W.
    pub yesterday_max_watts: f64,
    /// HSDS: days counted, 0 to 364.
    pub day: u32,
}

/// A charge controller's block: PID FW SER# V I VPV PPV CS MPPT OR ERR LOAD IL H19 to H23 HSDS.
#[derive(Debug, Clone, Copy)]
pub struct MpptLive<'a> {
    /// Battery voltage and output current, panel voltage and power, load current.
    pub reading: &'a Reading,
    /// What it is doing.
    pub state: ChargeState,
    /// What it has done.
    pub history: &'a MpptHistory,
}

/// Appends a battery monitor's live block to `out`.
pub fn encode_live_bmv(live: &BmvLive<'_>, out: &mut Vec<u8>) {
    let reading = live.reading;
    let watts = reading.power.map(|power| power.as_watts()).or_else(|| {
        // The device multiplies what it measures.
        Some(reading.voltage?.as_volts() * reading.current?.as_amps())
    });
    let mut block = BlockWriter::open(out);
    block.text("PID", "0x204");
    block.scaled("V", reading.voltage.map(|voltage| voltage.as_volts()), 1e3);
    block.scaled("T", reading.temperature.map(|temperature| temperature.as_celsius()), 1.0);
    block.scaled("I", reading.current.map(|current| current.as_amps()), 1e3);
    block.scaled("P", watts, 1.0);
    block.scaled("CE", reading.consumed.map(|charge| charge.as_amp_hours()), -1e3);
    block.scaled("SOC", reading.device_soc.map(Soc::as_ratio), 1e3);
    match live.time_to_go {
        TimeToGo::Unknown => block.text("TTG", UNKNOWN),
        TimeToGo::Infinite => block.text("TTG", "-1"),
        TimeToGo::Minutes(minutes) => block.whole("TTG", minutes.into()),
    }
    block.text("Alarm", if live.alarm_reasons == 0 { "OFF" } else { "ON" });
    block.text("Relay", "OFF");
    block.whole("AR", live.alarm_reasons.into());
    block.text("BMV", "702");
    block.text("FW", "0308");
    block.close();
}

/// Appends a battery monitor's history block to `out`.
pub fn encode_history_bmv(history: &BmvHistory, out: &mut Vec<u8>) {
    let mut block = BlockWriter::open(out);
    block.scaled("H1", Some(history.deepest_amp_hours), -1e3);
    block.scaled("H2", Some(history.last_amp_hours), -1e3);
    block.scaled("H3", Some(history.average_amp_hours), -1e3);
    block.whole("H4", history.cycles.into());
    block.whole("H5", history.full_discharges.into());
    block.scaled("H6", Some(history.drawn_amp_hours), -1e3);
    block.scaled("H7", history.voltage_min_volts, 1e3);
    block.scaled("H8", history.voltage_max_volts, 1e3);
    block.scaled("H9", history.since_full_secs, 1.0);
    block.whole("H10", history.synchronisations.into());
    block.whole("H11", history.low_voltage_alarms.into());
    block.whole("H12", history.high_voltage_alarms.into());
    block.scaled("H17", Some(history.discharged_kwh), 1e2);
    block.scaled("H18", Some(history.charged_kwh), 1e2);
    block.close();
}

/// Appends a charge controller's block to `out`.
pub fn encode_mppt(live: &MpptLive<'_>, out: &mut Vec<u8>) {
    let MpptLive { reading, history, .. } = live;
    let (state, tracker) = match live.state {
        ChargeState::Off => ("0", "0"),
        ChargeState::Bulk => ("3", "2"),
        ChargeState::Absorption => ("4", "1"),
        ChargeState::Float => ("5", "1"),
    };
    let off_reason = if live.state == ChargeState::Off { "0x00000001" } else { "0x00000000" };
    let mut block = BlockWriter::open(out);
    block.text("PID", "0xA053");
    block.text("FW", "156");
    block.text("SER#", "HQ00000BLSE");
    block.scaled("V", reading.voltage.map(|voltage| voltage.as_volts()), 1e3);
    block.scaled("I", reading.current.map(|current| current.as_amps()), 1e3);
    block.scaled("VPV", reading.pv_voltage.map(|voltage| voltage.as_volts()), 1e3);
    block.scaled("PPV", reading.pv_power.map(|power| power.as_watts()), 1.0);
    block.text("CS", state);
    block.text("MPPT", tracker);
    block.text("OR", off_reason);
    block.text("ERR", "0");
    // A controller without a load output sends neither field; a live output always carries something.
    if let Some(amps) = reading.load_current.map(|current| current.as_amps()) {
        block.text("LOAD", if amps > 0.0 { "ON" } else { "OFF" });
        block.scaled("IL", Some(amps), 1e3);
    }
    block.scaled("H19", Some(history.total_kwh), 1e2);
    block.scaled("H20", Some(history.today_kwh), 1e2);
    block.scaled("H21", Some(history.today_max_watts), 1.0);
    block.scaled("H22", Some(history.yesterday_kwh), 1e2);
    block.scaled("H23", Some(history.yesterday_max_watts), 1.0);
    block.whole("HSDS", history.day.into());
    block.close();
}

const UNKNOWN: &str = "---";

/// Writes fields behind each other and fits the checksum at the end.
struct BlockWriter<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> BlockWriter<'a> {
    fn open(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        Self { out, start }
    }

    fn text(&mut self, label: &str, value: &str) {
        self.label(label);
        self.out.extend_from_slice(value.as_bytes());
    }

    fn whole(&mut self, label: &str, value: i64) {
        self.label(label);
        self.digits(value);
    }

    /// `value` in the device's unit, rounded to a whole number of it.
    fn scaled(&mut self, label: &str, value: Option<f64>, per_unit: f64) {
        match value.map(|value| (value * per_unit).round()).filter(|scaled| scaled.abs() < 2e9) {
            Some(scaled) => self.whole(label, scaled as i64),
            None => self.text(label, UNKNOWN),
        }
    }

    fn close(mut self) {
        self.label("Checksum");
        let block = self.out.get(self.start..).unwrap_or_default();
        let sum = block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        self.out.push(sum.wrapping_neg());
    }

    fn label(&mut self, label: &str) {
        self.out.extend_from_slice(b"\r\n");
        self.out.extend_from_slice(label.as_bytes());
        self.out.push(b'\t');
    }

    /// Decimal digits without the formatting machinery, which would cost more than all the rest.
    fn digits(&mut self, value: i64) {
        let mut digits = [0_u8; 20];
        let mut first = digits.len();
        let mut left = value.unsigned_abs();
        loop {
            first -= 1;
            digits[first] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if value < 0 {
            first -= 1;
            digits[first] = b'-';
        }
        self.out.extend_from_slice(&digits[first..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::{AmpHours, Amps, Volts};

    #[test]
    fn the_sum_of_a_block_is_zero_and_its_numbers_are_whole() {
        let reading = Reading {
            voltage: Some(Volts::new(12.0654)),
            current: Some(Amps::new(-7.625)),
            consumed: Some(AmpHours::new(65.473)),
            ..Reading::default()
        };
        let mut out = b"before".to_vec();
        encode_live_bmv(&BmvLive::of(&reading), &mut out);
        let block = out.split_off(6);
        assert_eq!(block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0);
        let text = String::from_utf8_lossy(&block).into_owned();
        assert!(
            text.starts_with("\r\nPID\t0x204\r\nV\t12065\r\nT\t---\r\nI\t-7625\r\nP\t-92\r\nCE\t-65473\r\n")
        );
        assert!(text.contains("\r\nSOC\t---\r\nTTG\t---\r\n"));
    }

    #[test]
    fn what_is_no_number_is_sent_as_unknown() {
        let reading = Reading { voltage: Some(Volts::new(f64::NAN)), ..Reading::default() };
        let mut out = Vec::new();
        encode_live_bmv(&BmvLive::of(&reading), &mut out);
        assert!(String::from_utf8_lossy(&out).contains("\r\nV\t---\r\n"));
    }
}
