//! Other people's programs take our emulated devices for real ones, and the same devices played from a
//! capture too. They live in `.tools/clients`, which
//! `make tools` makes; where they cannot be had, each test says `skipped`.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::process::{Command, Output};

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

/// An emulated device on a new line: its kind, and what else `emulate` is told, in one string.
fn emulated(kind: &str) -> (tempfile::TempDir, String, Running) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (link, capture) = (path("line"), path("capture.txt"));
    let words: Vec<&str> = kind.split(' ').collect();
    let told = ["emulate", "--link", &link, "--capture", &capture, "--device"];
    let (device, _) = Running::start(&[&told[..], &words, &HELD].concat());
    (folder, link, device)
}

/// The same line again, played by a device that knows nothing but the capture of what was said on it.
fn played(folder: &tempfile::TempDir, link: &str) -> Running {
    let capture = folder.path().join("capture.txt").display().to_string();
    Running::start(&["emulate", "--link", link, "--recorded", &capture]).0
}

fn said(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(output.status.success(), "{text} {errors}");
    text
}

/// What `script` prints with the path of an emulated device as its argument; `None` without the module it needs.
fn judged(kind: &str, script: &str) -> Option<String> {
    let python = root().join(".tools/clients/bin/python");
    let needed = script.lines().find_map(|line| line.strip_prefix("from ")?.split([' ', '.']).next());
    let can = |module: &str| {
        let tried = Command::new(&python).args(["-c", &format!("import {module}")]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    if !needed.is_some_and(can) {
        println!("skipped: {} is not in .tools/clients (make tools puts it there)", needed.unwrap_or("?"));
        return None;
    }
    let (folder, link, device) = emulated(kind);
    let ask = || said(&Command::new(&python).args(["-c", script, &link]).output().unwrap());
    let heard = ask();
    drop(device);
    let _played = played(&folder, &link);
    assert_eq!(ask(), heard, "{kind}, played from its capture");
    Some(heard)
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

#[test]
fn pymodbus_reads_two_slaves_of_one_line_and_hears_nothing_from_a_third() {
    check(
        "renogy@1 --device renogy-battery@48 --set 48.current_a=-7.5",
        "import sys
from pymodbus.client import ModbusSerialClient
c = ModbusSerialClient(sys.argv[1], baudrate=9600, timeout=1, retries=0)
c.connect()
for _ in range(3):
    print(c.read_holding_registers(0x101, count=1, device_id=1).registers, end=' ')
    print(c.read_holding_registers(0x13B2, count=2, device_id=48).registers, end=' ')
try:
    print(c.read_holding_registers(0x101, count=1, device_id=2))
except Exception as error:
    print(type(error).__name__)",
        "[126] [64786, 126] [126] [64786, 126] [126] [64786, 126] ModbusIOException",
    );
}

#[test]
fn renogymodbus_reads_our_renogy_controller_and_battery() {
    check(
        "renogy",
        "import sys
from renogymodbus import RenogyChargeController
c = RenogyChargeController(sys.argv[1], 1)
print(c.get_battery_voltage(), c.get_battery_temperature(), c.get_solar_voltage(), c.get_solar_power(),
      c.get_battery_state_of_charge())",
        "12.6 -13 18.2 40 80",
    );
    check(
        "renogy-battery",
        "import sys
from renogymodbus import RenogySmartBattery
c = RenogySmartBattery(sys.argv[1], 0x30)
print(c.get_voltage(), c.get_current())",
        "12.6 -2.4",
    );
}

#[test]
fn bmstools_reads_our_jbd_which_refuses_charge_in_the_cold() {
    check(
        "jbd",
        "import sys, serial
from bmstools.jbd import JBD
b = JBD(serial.Serial(sys.argv[1], 9600, timeout=1))
b.open()
i = b.readBasicInfo()
print(i['pack_mv'], i['pack_ma'], i['cur_cap'], i['cap_pct'], i['ntc0'], i['chgut_err'], i['chg_fet_en'], i['dsg_fet_en'],
      b.readDeviceInfo()['device_name'])",
        "12600 -2400 80000 80 -12.5 True False True JBD-SP04S034-L4S-200A-B-U",
    );
}

#[test]
fn vedirect_reads_our_charge_controller() {
    check(
        "vedirect-mppt",
        "import sys
from vedirect import VEDirect
v = VEDirect(sys.argv[1])
print(v.battery_volts, v.solar_volts, v.solar_power, v.device_serial)",
        "12.6 18.2 40.0 HQ00000BLSE",
    );
}

#[test]
fn mbpoll_reads_two_slaves_of_one_line() {
    let mbpoll = root().join(".tools/clients/bin/mbpoll");
    if !mbpoll.exists() {
        println!("skipped: mbpoll is not in .tools/clients (make tools puts it there)");
        return;
    }
    let (folder, link, device) = emulated("renogy@1 --device renogy@2 --set 2.voltage_v=13.1");
    let ask_both = || {
        for (address, expected) in [("1", "126"), ("2", "131")] {
            let asks = [
                "-m", "rtu", "-a", address, "-b", "9600", "-P", "none", "-t", "4", "-0", "-r", "257", "-c",
                "1",
            ];
            let output = Command::new(&mbpoll).args(asks).args(["-1", "-o", "2", &link]).output().unwrap();
            let text = said(&output);
            assert!(text.contains(&format!("[257]: \t{expected}")), "{text}");
        }
    };
    ask_both();
    drop(device);
    let _played = played(&folder, &link);
    ask_both();
}
