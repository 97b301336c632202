//! What Alertmanager makes of an alert: the subject, the mail and the message, French first.
//!
//! The sentences of each alert are its annotations; here stand only their order and what is said around
//! them (`locales/{fr,en}/alerts.ftl`).

use exporter::rules::{Language, Rule};

use super::Alerts;
use crate::words::Words;

/// `balise.subject`, `balise.mail` and `balise.slack` for these alerts.
/// The file `compose/alertmanager/balise.tmpl` is this text.
#[must_use]
pub fn template(alerts: &Alerts) -> String {
    let mut text = String::from("{{- /* Made from alerts.toml by `balise rules`; change it there. */ -}}\n");
    for (words, language) in [(Words::French, Language::French), (Words::English, Language::English)] {
        text += &define(&format!("balise.name_{}", words.code()), &name(&alerts.rules, language));
        text += &define(&format!("balise.told_{}", words.code()), &told(words));
    }
    text += &define("balise.subject", &subject());
    text += &define("balise.mail", MAIL);
    text += &define("balise.slack", r#"{{ template "balise.told_fr" . }}"#);
    text
}

/// Everything in French, then everything in English: the reader of one never has to skip the other.
const MAIL: &str = "{{ template \"balise.told_fr\" . }}--\n\n{{ template \"balise.told_en\" . }}";

fn define(name: &str, body: &str) -> String {
    format!("{{{{ define \"{name}\" }}}}{body}{{{{ end }}}}\n")
}

/// The name of one alert, by the runbook's entry; the label itself for a rule of somebody else.
fn name(rules: &[Rule], language: Language) -> String {
    let case = |rule: &Rule| {
        let name = &rule.texts(language).name;
        format!("{{{{ if eq .Labels.runbook \"{}\" }}}}{name}{{{{ else }}}}", rule.key)
    };
    let cases: String = rules.iter().map(case).collect();
    format!("{cases}{{{{ .Labels.alertname }}}}{}", "{{ end }}".repeat(rules.len()))
}

/// `ALERTE : A20-km54, PMV-104 : batterie basse`, or `FIN D’ALERTE : …`.
fn subject() -> String {
    let words = Words::French;
    let (firing, over) = (words.say("alert-mail-firing"), words.say("alert-mail-resolved"));
    let names = |alerts: &str| {
        format!(
            "{{{{ range $index, $alert := {alerts} }}}}{{{{ if $index }}}}, {{{{ end }}}}\
             {{{{ template \"balise.name_fr\" $alert }}}}{{{{ end }}}}"
        )
    };
    let place = "{{ .CommonLabels.site }}, {{ .CommonLabels.battery }}";
    format!(
        "{{{{ if eq .Status \"firing\" }}}}{firing}\u{a0}: {place}\u{a0}: {}{{{{ else }}}}\
         {over}\u{a0}: {place}\u{a0}: {}{{{{ end }}}}",
        names(".Alerts.Firing"),
        names(".Alerts.Resolved")
    )
}

/// What fires with what to do, then what is over.
fn told(words: Words) -> String {
    let code = words.code();
    let colon = if words == Words::French { "\u{a0}:" } else { ":" };
    let say = |key: &str| words.say(&format!("alert-mail-{key}"));
    let time = |of: &str| format!("{{{{ {of}.Local.Format \"2006-01-02 15:04\" }}}}");
    let part = |name: &str| format!("{{{{ .Annotations.{name}_{code} }}}}");
    let fires = [
        format!("{}{colon} {}", say("firing"), part("summary")),
        part("description"),
        format!("{}{colon} {}", say("action"), part("action")),
        format!("{}{colon} {}", say("bring"), part("bring")),
        format!("({} {})", say("at"), time(".StartsAt")),
    ];
    let place = "{{ .Labels.site }}, {{ .Labels.battery }}";
    let over = [
        format!("{}{colon} {place}{colon} {{{{ template \"balise.name_{code}\" . }}}}", say("resolved")),
        format!("{} ({} {})", say("over"), say("ended"), time(".EndsAt")),
    ];
    format!(
        "{{{{ range .Alerts.Firing }}}}{}\n\n{{{{ end }}}}{{{{ range .Alerts.Resolved }}}}{}\n\n{{{{ end }}}}",
        fires.join("\n"),
        over.join("\n")
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use crate::stack::{Runnable, Tools};
    use std::path::{Path, PathBuf};

    fn compose(path: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("compose").join(path)
    }

    /// A checker accepts the file; where there is no such checker nothing is shown, and that is said.
    fn check_accepted(name: &str, arguments: &[&str], path: &Path) {
        let tools = Tools::find();
        let Some((_, Some(tool))) = tools.by_name().into_iter().find(|(tool, _)| *tool == name) else {
            crate::speech::tell(&format!("skipped: {name} not found"));
            return;
        };
        let mut command = Runnable::of(tool).unwrap().command();
        let output = command.args(arguments).arg(path).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{said}");
    }

    #[test]
    fn promtool_accepts_the_rules_of_the_field() {
        check_accepted(
            "promtool",
            &["check", "rules", "--lint=all", "--lint-fatal"],
            &compose("prometheus/rules/balise.yml"),
        );
    }

    #[test]
    fn promtool_accepts_the_configuration_of_the_field() {
        check_accepted(
            "promtool",
            &["check", "config", "--lint-fatal"],
            &compose("prometheus/prometheus.yml"),
        );
    }

    #[test]
    fn amtool_accepts_the_configuration_of_the_field() {
        check_accepted("amtool", &["check-config"], &compose("alertmanager/alertmanager.yml"));
    }

    /// Two alerts of one sign, as the field groups them, and one of somebody else's that is over.
    const GROUP: &str = r#"{"status":"firing","commonLabels":{"site":"A20-km54","battery":"PMV-104"},"alerts":[
        {"status":"firing","labels":{"runbook":"battery-low"},"annotations":{"action_fr":"Un","action_en":"One","bring_fr":"Pelle"},
         "startsAt":"2026-01-12T05:00:00Z","endsAt":"0001-01-01T00:00:00Z"},
        {"status":"firing","labels":{"runbook":"device-silent"},"annotations":{"action_fr":"Deux"},
         "startsAt":"2026-01-12T05:00:00Z","endsAt":"0001-01-01T00:00:00Z"},
        {"status":"resolved","labels":{"alertname":"Other","site":"S","battery":"B"},"annotations":{},
         "startsAt":"2026-01-12T05:00:00Z","endsAt":"2026-01-12T06:00:00Z"}]}"#;

    #[test]
    fn a_mail_about_two_alerts_names_both_and_says_in_french_first_what_to_do() {
        let Some(amtool) = Tools::find().amtool else {
            crate::speech::tell("skipped: amtool not found");
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("group.json");
        std::fs::write(&data, GROUP).unwrap();
        let mut command = Runnable::of(&amtool).unwrap().command();
        command.args(["template", "render", "--template.glob"]).arg(compose("alertmanager/balise.tmpl"));
        command.arg("--template.data").arg(data).arg("--template.text");
        let both = r#"{{ template "balise.subject" . }}|{{ template "balise.mail" . }}"#;
        let output = command.arg(both).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).replace('\u{a0}', " ");
        let expected = "ALERTE : A20-km54, PMV-104 : batterie basse, plus de nouvelles|";
        assert!(said.starts_with(expected), "{said}");
        let order = [
            "À faire : Un",
            "À apporter : Pelle",
            "À faire : Deux",
            "FIN D’ALERTE : S, B : Other",
            "To do: One",
        ];
        let found: Vec<usize> = order.iter().filter_map(|part| said.find(part)).collect();
        assert!(found.len() == order.len() && found.is_sorted(), "{said}");
    }

    /// The file with its examples made real: lines of comment that are not prose.
    fn uncommented(yaml: &str) -> String {
        let example = |line: &str| {
            let (margin, text) = line.split_once("# ")?;
            let prose = text.starts_with(|first: char| first.is_uppercase());
            (!margin.is_empty() && margin.trim().is_empty() && !prose).then(|| format!("{margin}{text}"))
        };
        yaml.lines().map(|line| example(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
    }

    #[test]
    fn amtool_accepts_the_examples_of_mail_and_slack_too() {
        let folder = tempfile::tempdir().unwrap();
        let example = folder.path().join("alertmanager.yml");
        let yaml = uncommented(&std::fs::read_to_string(compose("alertmanager/alertmanager.yml")).unwrap());
        assert!(
            yaml.contains("\n    email_configs:\n      - to:") && yaml.contains("\n    slack_configs:\n")
        );
        std::fs::write(&example, yaml).unwrap();
        std::fs::write(folder.path().join("balise.tmpl"), template(crate::alerts::standard())).unwrap();
        check_accepted("amtool", &["check-config"], &example);
    }
}
