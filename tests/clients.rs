//! Other people's programs take our emulated devices for real ones, and the same devices played from a
//! capture too. They live in `.tools/clients`, which
//! `make tools` makes; where they cannot be had, each test says `skipped`.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::process::Command;

use program::{Running, root};

const HELD: [&str; 14] = [
    "--set",
    "voltage_v=12.6",
    "--set",
    "current_a=-2.4",
    "--set",
    "temperature_c=-12.5",
    "--set",
    "soc=0.8",
    "--set",
    "pv_voltage_v=18.2",
    "--set",
    "pv_power_w=40.04",
    "--set",
    "load_current_a=1.5",
];

/// What `script` prints, with the path of an emulated `kind` (and what else `emulate` is told) as its
/// argument; `None` without Python.
fn judged(kind: &str, script: &str) -> Option<String> {
    let python = root().join(".tools/clients/bin/python");
    if !root().join(".tools/clients/complete").exists() {
        println!("skipped: third-party clients are not in .tools/clients (make tools puts them there)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (link, capture) = (path("line"), path("capture.txt"));
    let words: Vec<&str> = kind.split(' ').collect();
    let ask = |arguments: &[&str]| {
        let (device, _) = Running::start(&[&["emulate", "--link", &link], arguments].concat());
        let output = Command::new(&python).args(["-c", script, &link]).output().unwrap();
        drop(device);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let said = ask(&[&["--capture", &capture, "--device"][..], &words, &HELD].concat());
    // What was said is said again by a device that knows nothing but the capture of this talk.
    assert_eq!(ask(&["--recorded", &capture]), said, "{kind}, played from its capture");
    Some(said)
}

fn check(kind: &str, script: &str, expected: &str) {
    if let Some(said) = judged(kind, script) {
        assert_eq!(said, expected, "{kind}");
    }
}

#[test]
fn epevermodbus_reads_our_epever() {
    check(
        "epever",
        "import sys
from epevermodbus.driver import EpeverChargeController
c = EpeverChargeController(sys.argv[1], 1)
print(c.get_battery_voltage(), c.get_battery_current(), c.get_battery_temperature(),
      c.get_battery_state_of_charge(), c.get_solar_voltage(), c.get_solar_power(), c.get_load_current(),
      c.get_battery_type(), c.get_battery_capacity())
c.get_battery_voltage_control_registers(), c.get_battery_status(), c.get_charging_equipment_status()",
        "12.6 -2.4 -12.5 80 18.2 40.04 1.5 SEALED 100",
    );
}

#[test]
fn dalybms_reads_our_daly() {
    // Its current is positive on discharge.
    check(
        "daly",
        "import sys, logging
from dalybms import DalyBMS
b = DalyBMS(request_retries=5, logger=logging.getLogger())
b.connect(sys.argv[1])
s = b.get_soc()
print(s['total_voltage'], s['current'], s['soc_percent'], b.get_temperature_range()['lowest_temperature'])
b.get_status()
print([round(v, 2) for v in b.get_cell_voltages().values()])",
        "12.6 2.4 80.0 -12\n[3.15, 3.15, 3.15, 3.15]",
    );
}

#[test]
fn pymodbus_reads_our_renogy_controller_and_battery() {
    const READ: &str = "import sys
from pymodbus.client import ModbusSerialClient
c = ModbusSerialClient(sys.argv[1], baudrate=9600, timeout=2)
c.connect()
";
    check(
        "renogy",
        &format!(
            "{READ}print(c.read_holding_registers(0x100, count=10, device_id=1).registers, end=' ')
print(c.read_holding_registers(0x7000, count=1, device_id=1).exception_code)"
        ),
        // The battery's -12.5 °C is -13 in sign and magnitude, the controller's -7.5 °C is -8.
        "[80, 126, 0, 34957, 126, 150, 19, 182, 220, 40] 2",
    );
    // A picky controller at another address refuses more than 18 registers, and its sign is turned.
    check(
        "epever --address 7 --picky --current-reversed",
        &format!(
            "{READ}print(c.read_input_registers(0x3100, count=19, device_id=7).exception_code, end=' ')
print(c.read_input_registers(0x331A, count=3, device_id=7).registers)"
        ),
        "2 [1260, 240, 0]",
    );
    check(
        "renogy-battery",
        &format!("{READ}print(c.read_holding_registers(0x13B2, count=6, device_id=0x30).registers)"),
        "[65296, 126, 1, 14464, 1, 34464]",
    );
}
