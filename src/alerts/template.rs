//! What Alertmanager makes of an alert: the subject, the mail and the message, French first.
//!
//! The sentences of each alert are its annotations; here stand only their order and what is said around
//! them (`locales/{fr,en}/alerts.ftl`).

use exporter::rules::{Cause, Language, Rule};

use super::Alerts;
use crate::words::Words;

/// How many alerts of one message are told whole, and how many more by their summary alone: a thousand signs dark
/// at once are one message that can be read.
#[derive(Debug, Clone, Copy)]
struct Room {
    whole: usize,
    lines: usize,
}

const MAIL_ROOM: Room = Room { whole: 10, lines: 200 };
/// A phone shows little, and Slack cuts at 40,000 characters.
const SLACK_ROOM: Room = Room { whole: 5, lines: 40 };

/// `balise.subject`, `balise.mail` and `balise.slack` for these alerts.
/// The file `compose/alertmanager/balise.tmpl` is this text.
#[must_use]
pub fn template(alerts: &Alerts) -> String {
    let mut text = String::from("{{- /* Made from alerts.toml by `balise rules`; change it there. */ -}}\n");
    text += &define("balise.place", PLACE);
    for (words, language) in [(Words::French, Language::French), (Words::English, Language::English)] {
        let code = words.code();
        text += &define(&format!("balise.name_{code}"), &name(&alerts.rules, language));
        text += &define(&format!("balise.cause_{code}"), &cause(words));
        text += &define(&format!("balise.firing_{code}"), &firing(words));
        text += &define(&format!("balise.resolved_{code}"), &resolved(words));
        text += &define(&format!("balise.told_{code}"), &told(words, MAIL_ROOM));
    }
    text += &define("balise.subject", &subject());
    text += &define("balise.mail", MAIL);
    text += &define("balise.slack", &told(Words::French, SLACK_ROOM));
    text
}

/// Everything in French, then everything in English: the reader of one never has to skip the other.
const MAIL: &str = "{{ template \"balise.told_fr\" . }}--\n\n{{ template \"balise.told_en\" . }}";

/// Where an alert is: the sign, or the monitor that watches a whole depot.
const PLACE: &str =
    "{{ if .Labels.site }}{{ .Labels.site }}, {{ .Labels.battery }}{{ else }}{{ .Labels.instance }}{{ end }}";

fn define(name: &str, body: &str) -> String {
    format!("{{{{ define \"{name}\" }}}}{body}{{{{ end }}}}\n")
}

/// One of several texts by what `of` is; `otherwise` where it is none of them.
fn choice<'t>(of: &str, cases: impl Iterator<Item = (&'t str, String)>, otherwise: &str) -> String {
    let cases: Vec<String> =
        cases.map(|(value, text)| format!("{{{{ if eq {of} \"{value}\" }}}}{text}{{{{ else }}}}")).collect();
    format!("{}{otherwise}{}", cases.concat(), "{{ end }}".repeat(cases.len()))
}

/// The name of one alert, by the runbook's entry; the label itself for a rule of somebody else.
fn name(rules: &[Rule], language: Language) -> String {
    let cases = rules.iter().map(|rule| (rule.key.as_str(), rule.texts(language).name.clone()));
    choice(".Labels.runbook", cases, "{{ .Labels.alertname }}")
}

/// What the alerts of a group have in common.
fn cause(words: Words) -> String {
    let cases = Cause::ALL.into_iter();
    let said = cases.map(|cause| (cause.name(), words.say(&format!("alert-cause-{}", cause.name()))));
    choice(".CommonLabels.cause", said, "{{ .CommonLabels.cause }}")
}

/// `ALERTE : A20-km54, PMV-104 : batterie basse` for one sign, `ALERTE : A20 : 37 alertes, manque de courant` for
/// more, and `FIN D’ALERTE : …` where nothing is on any more.
fn subject() -> String {
    let words = Words::French;
    let of = |opening: &str, alerts: &str| {
        let names = format!(
            "{{{{ range $index, $alert := {alerts} }}}}{{{{ if $index }}}}, {{{{ end }}}}\
             {{{{ template \"balise.name_fr\" $alert }}}}{{{{ end }}}}"
        );
        let one = format!(
            "{{{{ with index {alerts} 0 }}}}{{{{ template \"balise.place\" . }}}}\u{a0}: \
             {{{{ template \"balise.name_fr\" . }}}}{{{{ end }}}}"
        );
        let same_sign =
            format!("{{{{ .CommonLabels.site }}}}, {{{{ .CommonLabels.battery }}}}\u{a0}: {names}");
        let region = "{{ if .CommonLabels.region }}{{ .CommonLabels.region }}\u{a0}: {{ end }}";
        let same_alert = format!(
            "{{{{ if .CommonLabels.alertname }}}}{{{{ with index {alerts} 0 }}}}{{{{ template \"balise.name_fr\" . }}}}\
             {{{{ end }}}}{{{{ else }}}}{{{{ template \"balise.cause_fr\" . }}}}{{{{ end }}}}"
        );
        let many = format!("{region}{{{{ len {alerts} }}}} {}, {same_alert}", words.say("alert-mail-alerts"));
        format!(
            "{opening}\u{a0}: {{{{ if eq (len {alerts}) 1 }}}}{one}{{{{ else if and .CommonLabels.site .CommonLabels.battery }}}}\
             {same_sign}{{{{ else }}}}{many}{{{{ end }}}}"
        )
    };
    let begins = late_or(words, ".CommonLabels", "firing");
    format!(
        "{{{{ if eq .Status \"firing\" }}}}{}{{{{ else }}}}{}{{{{ end }}}}",
        of(&begins, ".Alerts.Firing"),
        of(&words.say("alert-mail-resolved"), ".Alerts.Resolved")
    )
}

/// The opening word, which says of an alert of the past that it is one.
fn late_or(words: Words, labels: &str, otherwise: &str) -> String {
    let late = words.say("alert-mail-late");
    let otherwise = words.say(&format!("alert-mail-{otherwise}"));
    format!("{{{{ if eq {labels}.late \"true\" }}}}{late}{{{{ else }}}}{otherwise}{{{{ end }}}}")
}

const fn colon(words: Words) -> &'static str {
    match words {
        Words::French => "\u{a0}:",
        Words::English => ":",
    }
}

fn time(of: &str) -> String {
    format!("{{{{ {of}.Local.Format \"2006-01-02 15:04\" }}}}")
}

/// What one alert that is on is about; of the past where it is told late.
fn first_line(words: Words) -> String {
    let (code, colon) = (words.code(), colon(words));
    format!("{}{colon} {{{{ .Annotations.summary_{code} }}}}", late_or(words, ".Labels", "firing"))
}

/// One alert that is on: which sign, what will happen and by when, what to do, what to bring.
fn firing(words: Words) -> String {
    let (code, colon) = (words.code(), colon(words));
    let say = |key: &str| words.say(&format!("alert-mail-{key}"));
    let part = |name: &str| format!("{{{{ .Annotations.{name}_{code} }}}}");
    let since = format!("({} {})", say("at"), time(".StartsAt"));
    [
        first_line(words),
        part("description"),
        format!("{}{colon} {}", say("action"), part("action")),
        format!("{}{colon} {}", say("bring"), part("bring")),
        format!("{{{{ if .Annotations.late_{code} }}}}({}){{{{ else }}}}{since}{{{{ end }}}}", part("late")),
    ]
    .join("\n")
}

/// One alert that is over.
fn resolved(words: Words) -> String {
    let (code, colon) = (words.code(), colon(words));
    let say = |key: &str| words.say(&format!("alert-mail-{key}"));
    format!(
        "{}{colon} {{{{ template \"balise.place\" . }}}}{colon} {{{{ template \"balise.name_{code}\" . }}}}\n\
         {} ({} {})",
        say("resolved"),
        say("over"),
        say("ended"),
        time(".EndsAt")
    )
}

/// What fires with what to do, then what is over. The first alerts are told whole, the next by one line each, and
/// where there are more still, how many there are.
fn told(words: Words, room: Room) -> String {
    let (code, colon) = (words.code(), colon(words));
    let say = |key: &str| words.say(&format!("alert-mail-{key}"));
    let Room { whole, lines } = room;
    let listed = |alerts: &str, kind: &str, line: &str| {
        let in_all = format!("… {} {{{{ len {alerts} }}}} {}", say("altogether"), say("alerts"));
        format!(
            "{{{{ range $index, $alert := {alerts} }}}}{{{{ if lt $index {whole} }}}}\
             {{{{ template \"balise.{kind}_{code}\" $alert }}}}\n\n\
             {{{{ else if lt $index {lines} }}}}{line}\n{{{{ end }}}}{{{{ end }}}}\
             {{{{ if gt (len {alerts}) {lines} }}}}{in_all}\n{{{{ end }}}}\
             {{{{ if gt (len {alerts}) {whole} }}}}\n{{{{ end }}}}"
        )
    };
    let firing = first_line(words);
    let over = format!(
        "{}{colon} {{{{ template \"balise.place\" . }}}}{colon} {{{{ template \"balise.name_{code}\" . }}}}",
        say("resolved")
    );
    listed(".Alerts.Firing", "firing", &firing) + &listed(".Alerts.Resolved", "resolved", &over)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
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

    /// A template of the file that ships on the data of a group; nothing, and said so, without amtool.
    fn rendered(group: &str, text: &str) -> Option<String> {
        let Some(amtool) = Tools::find().amtool else {
            crate::speech::tell("skipped: amtool not found");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("group.json");
        std::fs::write(&data, group).unwrap();
        let mut command = Runnable::of(&amtool).unwrap().command();
        command.args(["template", "render", "--template.glob"]).arg(compose("alertmanager/balise.tmpl"));
        let output =
            command.arg("--template.data").arg(data).arg("--template.text").arg(text).output().unwrap();
        Some(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).replace('\u{a0}', " "))
    }

    #[test]
    fn an_alert_of_the_past_is_told_as_such_in_one_line_too() {
        let alert = |number: usize| {
            format!(
                r#"{{"status":"firing","labels":{{"late":"true","site":"S{number}"}},"annotations":{{"summary_fr":
                "S{number} bas","summary_en":"S{number} low"}},"startsAt":"2026-01-12T05:00:00Z",
                "endsAt":"0001-01-01T00:00:00Z"}}"#
            )
        };
        let alerts: Vec<String> = (0..12).map(alert).collect();
        let group = format!(r#"{{"status":"firing","commonLabels":{{}},"alerts":[{}]}}"#, alerts.join(","));
        let all = r#"{{ template "balise.mail" . }}{{ template "balise.slack" . }}"#;
        let Some(said) = rendered(&group, all) else { return };
        for (late, count) in
            [("ALERTE TARDIVE : S", 24), ("LATE ALERT: S", 12), ("ALERTE : ", 0), ("\nALERT: ", 0)]
        {
            assert_eq!(said.matches(late).count(), count, "{late}: {said}");
        }
    }

    #[test]
    fn a_mail_about_two_alerts_names_both_and_says_in_french_first_what_to_do() {
        let both = r#"{{ template "balise.subject" . }}|{{ template "balise.mail" . }}"#;
        let Some(said) = rendered(GROUP, both) else { return };
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
}
