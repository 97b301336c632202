//! `balise doctor`: what this machine has of what Balise uses, and how to mend what is missing.

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use crate::failure::Exit;
use crate::stack::{Tools, tools};
use crate::words::Words;

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its name, for programs.
    pub name: String,
    /// It is there and works.
    pub is_there: bool,
    /// The parts of Balise that need it.
    pub needed_for: &'static str,
    /// What was found: a version, a path, or nothing.
    pub found: String,
}

/// Looks at the machine; at its serial ports too where asked.
#[must_use]
pub fn examine(ports: bool) -> Vec<Finding> {
    let mut findings = vec![pseudo_terminals()];
    for (name, path, version) in tools::report(&Tools::find()) {
        let found = version.or(path.map(|path| path.display().to_string()));
        findings.push(Finding {
            name: name.to_owned(),
            is_there: found.is_some(),
            needed_for: if name == "promtool" { "run" } else { "demo" },
            found: found.unwrap_or_default(),
        });
    }
    if ports {
        findings.extend(serial_ports());
    }
    findings
}

/// Opens one, as `emulate` would.
fn pseudo_terminals() -> Finding {
    let opened = nix::pty::openpty(None, None);
    Finding {
        name: "pseudo-terminal".to_owned(),
        is_there: opened.is_ok(),
        needed_for: "emulate",
        found: opened.map_or_else(|error| error.to_string(), |_| "/dev/pts".to_owned()),
    }
}

/// Each serial port, and whether this user may open it.
fn serial_ports() -> Vec<Finding> {
    let ports = tokio_serial::available_ports().unwrap_or_default();
    ports
        .into_iter()
        .map(|port| {
            let access = nix::unistd::AccessFlags::R_OK | nix::unistd::AccessFlags::W_OK;
            Finding {
                is_there: nix::unistd::access(port.port_name.as_str(), access).is_ok(),
                name: port.port_name,
                needed_for: "monitor",
                found: adapter(&port.port_type),
            }
        })
        .collect()
}

fn adapter(kind: &tokio_serial::SerialPortType) -> String {
    match kind {
        tokio_serial::SerialPortType::UsbPort(usb) => format!(
            "USB {:04x}:{:04x} {} {}",
            usb.vid,
            usb.pid,
            usb.product.as_deref().unwrap_or_default(),
            usb.serial_number.as_deref().unwrap_or_default()
        ),
        tokio_serial::SerialPortType::PciPort => "PCI".to_owned(),
        tokio_serial::SerialPortType::BluetoothPort => "Bluetooth".to_owned(),
        tokio_serial::SerialPortType::Unknown => String::new(),
    }
}

/// Exit 4 where something is missing.
#[must_use]
pub fn exit(findings: &[Finding]) -> Exit {
    if findings.iter().all(|finding| finding.is_there) { Exit::Ok } else { Exit::Environment }
}

/// The findings for a program.
#[must_use]
pub fn json(findings: &[Finding]) -> Value {
    let all = findings.iter().map(|finding| {
        json!({
            "name": finding.name,
            "ok": finding.is_there,
            "needed_for": finding.needed_for,
            "found": finding.found,
        })
    });
    json!({ "ok": exit(findings) == Exit::Ok, "findings": all.collect::<Value>() })
}

/// The findings for a person, each missing part with its remedy.
#[must_use]
pub fn table(findings: &[Finding], ports: bool, words: Words) -> String {
    let mut text: String = findings.iter().map(|finding| line(finding, words)).collect();
    if ports && findings.iter().all(|finding| finding.needed_for != "monitor") {
        text += &words.say("doctor-no-ports");
        text.push('\n');
    }
    let verdict = if exit(findings) == Exit::Ok { "doctor-all-well" } else { "doctor-something-missing" };
    text + &words.say(verdict) + "\n"
}

fn line(finding: &Finding, words: Words) -> String {
    let blanks = [
        ("name", FluentValue::from(finding.name.as_str())),
        ("found", FluentValue::from(finding.found.as_str())),
        ("needed", FluentValue::from(finding.needed_for)),
    ];
    if finding.is_there {
        return words.tell("doctor-there", &blanks) + "\n";
    }
    let remedy = match finding.needed_for {
        "monitor" => "doctor-mend-port",
        "emulate" => "doctor-mend-pty",
        _ => "doctor-mend-tool",
    };
    format!("{}\n    {}\n", words.tell("doctor-missing", &blanks), words.tell(remedy, &blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(is_there: bool, needed_for: &'static str) -> Finding {
        Finding { name: "promtool".into(), is_there, needed_for, found: "2.42".into() }
    }

    #[test]
    fn what_is_missing_comes_with_its_remedy_and_exit_4() {
        let findings = [finding(true, "demo"), finding(false, "run")];
        assert_eq!(exit(&findings), Exit::Environment);
        let text = table(&findings, false, Words::English);
        assert!(text.contains("tools/fetch"), "{text}");
        assert_eq!(exit(&findings[..1]), Exit::Ok);
    }
}
