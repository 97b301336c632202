//! `balise doctor`: what this machine has of what Balise uses, and how to mend what is missing.

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use crate::failure::Exit;
use crate::ports::Port;
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

/// Looks at the machine.
#[must_use]
pub fn examine() -> Vec<Finding> {
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

/// Exit 4 where something is missing, or a port that was looked at cannot be used.
#[must_use]
pub fn exit(findings: &[Finding], ports: Option<&[Port]>) -> Exit {
    let ports_are_well = ports.unwrap_or_default().iter().all(Port::is_usable);
    let all_well = ports_are_well && findings.iter().all(|finding| finding.is_there);
    if all_well { Exit::Ok } else { Exit::Environment }
}

/// The findings for a program.
#[must_use]
pub fn json(findings: &[Finding], ports: Option<&[Port]>) -> Value {
    let all = findings.iter().map(|finding| {
        json!({
            "name": finding.name,
            "ok": finding.is_there,
            "needed_for": finding.needed_for,
            "found": finding.found,
        })
    });
    let mut told = json!({ "ok": exit(findings, ports) == Exit::Ok, "findings": all.collect::<Value>() });
    if let Some(ports) = ports {
        told["ports"] = ports.iter().map(Port::json).collect();
    }
    told
}

/// The findings for a person, each missing part with its remedy.
#[must_use]
pub fn table(findings: &[Finding], ports: Option<&[Port]>, words: Words) -> String {
    let mut text: String = findings.iter().map(|finding| line(finding, words)).collect();
    match ports {
        None => {}
        Some([]) => text += &(words.say("doctor-no-ports") + "\n"),
        Some(ports) => text.extend(ports.iter().map(|port| port.paragraph(words))),
    }
    let verdict =
        if exit(findings, ports) == Exit::Ok { "doctor-all-well" } else { "doctor-something-missing" };
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
        assert_eq!(exit(&findings, None), Exit::Environment);
        let text = table(&findings, None, Words::English);
        assert!(text.contains("tools/fetch"), "{text}");
        assert_eq!(exit(&findings[..1], None), Exit::Ok);
    }
}
