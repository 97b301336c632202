//! What an alert says without Prometheus: the same labels and the same sentences, for an alert that is raised
//! afterwards (late data), where Prometheus judged the expression and nobody filled its templates.

use std::collections::BTreeMap;

use super::file::PARTS;
use super::{BLANKS, Language, Rule};

/// Names and values.
pub type Names = BTreeMap<String, String>;

impl Rule {
    /// The labels of the alert that a series with these labels raises.
    #[must_use]
    pub fn alert_labels(&self, series: &Names) -> Names {
        let own = [
            ("alertname", self.name.as_str()),
            ("severity", self.severity.name()),
            ("cause", self.cause.name()),
            ("runbook", self.key.as_str()),
        ];
        let mut labels = series.clone();
        labels.remove("__name__");
        labels.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        labels
    }

    /// Its annotations, where the expression had this value. `runbook` is where a crew finds the runbook's pages.
    #[must_use]
    pub fn annotations(&self, series: &Names, value: f64, runbook: &str) -> Names {
        let mut all = Names::new();
        for (part, of) in PARTS {
            for language in Language::ALL {
                let text = said(of(self.texts(language)), language, series, value);
                all.insert(format!("{part}_{}", language.code()), text);
            }
        }
        all.insert("runbook_url".to_owned(), format!("{runbook}#{}", self.key));
        all
    }
}

fn said(text: &str, language: Language, series: &Names, value: f64) -> String {
    BLANKS.iter().fold(text.to_owned(), |text, blank| {
        text.replace(&format!("{{{}}}", blank.name), &filling(blank.name, language, series, value))
    })
}

/// What stands in a blank; see [`BLANKS`] for what Prometheus puts there.
fn filling(blank: &str, language: Language, series: &Names, value: f64) -> String {
    match blank {
        "percent" => percent(value),
        "whole" => format!("{value:.0}"),
        "tenths" if language == Language::French => format!("{value:.1}").replace('.', ","),
        "tenths" => format!("{value:.1}"),
        label => series.get(label).cloned().unwrap_or_default(),
    }
}

/// Four significant digits (`humanizePercentage`), of which those before the point are shown.
fn percent(ratio: f64) -> String {
    let percent = ratio * 100.0;
    let digits = if percent == 0.0 { 3 } else { 3 - (percent.abs().log10().floor() as i32) };
    let scale = 10f64.powi(digits);
    let rounded = (percent * scale).round() / scale;
    format!("{:.0}", rounded.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_loses_what_follows_its_point_but_not_what_rounds_up() {
        for (ratio, expected) in
            [(0.3821, "38"), (0.3, "30"), (0.0, "0"), (0.09999, "9"), (0.099_999_9, "10"), (1.0, "100")]
        {
            assert_eq!(percent(ratio), expected, "{ratio}");
        }
    }

    #[test]
    fn french_has_a_decimal_comma_and_labels_fill_their_own_blanks() {
        let series = Names::from([("site".to_owned(), "A20".to_owned())]);
        assert_eq!(said("{site} : {tenths} V", Language::French, &series, 11.26), "A20 : 11,3 V");
        assert_eq!(said("{site}: {whole} h, {battery}", Language::English, &series, 23.6), "A20: 24 h, ");
    }
}
