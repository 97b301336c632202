//! The slides in their order, and the page.

use serde_json::json;

use super::folder::Folder;
use super::given::Given;
use super::slide::Slide;
use super::talk::Talk;
use super::{accuracy, advice, alerts, bench, demands, limits, load, nights, opening, scenarios, sources};
use crate::report::{ReportError, page};
use crate::words::Words;

/// The page: style, script and slides in one file.
const TEMPLATE: &str = include_str!("deck.html");
const STYLE: &str = include_str!("deck.css");

/// Every slide.
#[must_use]
pub fn slides(given: &Given<'_>, title: &str) -> Vec<Slide> {
    let mut slides = vec![opening::cover(given, title)];
    slides.extend(opening::answer(given));
    slides.push(opening::method(given));
    let parts = [accuracy::slides, nights::slides, alerts::slides, demands::slides];
    slides.extend(parts.into_iter().flat_map(|part| part(given)));
    let parts =
        [scenarios::slides, bench::slides, load::slides, limits::slides, advice::slides, sources::slides];
    slides.extend(parts.into_iter().flat_map(|part| part(given)));
    slides
}

/// The deck's text: the same folders give the same bytes.
///
/// # Errors
/// Where the template cannot be laid out.
pub fn html(folders: &[Folder], title: &str, words: Words) -> Result<String, ReportError> {
    let given = Given { folders, talk: Talk { words } };
    let slides = slides(&given, title);
    let encode = |source| ReportError::Json { file: "deck", source };
    let context = json!({
        "lang": words.code(),
        "css": STYLE,
        "title": slides.first().map(|slide| slide.title.clone()),
        "slides": serde_json::to_value(&slides).map_err(encode)?,
    });
    page("deck.html", TEMPLATE, context, words)
}

#[cfg(test)]
mod tests {
    use super::super::folder::parse;
    use super::super::slide::Block;
    use super::*;

    fn folder(name: &str, text: &str) -> Folder {
        let (kind, found) = parse(text.as_bytes(), name).expect("read");
        Folder { name: name.into(), kind, fingerprint: "0123".into(), found }
    }

    /// A few of everything.
    fn folders() -> Vec<Folder> {
        let errors = |rmse: f64| format!("{{\"after_1200_s\": {{\"rmse\": {rmse}, \"coverage_95\": 0.9}}}}");
        let scoring = format!(
            "{{\"balise_scoring\": 1, \"coverage_95\": [{{\"chemistry\": \"agm\", \"mean\": 0.9}}], \"sets\": [{{\"set\": \"s\",
            \"files\": [{{\"trials\": [{{\"methods\": {{\"estimator\": {}, \"rest_lookup\": {}}}}}]}}]}}]}}",
            errors(0.04),
            errors(0.02)
        );
        let year = r#"{"balise_alert_scores": 1, "batteries": 2, "battery_years": 2,
            "rules": [{"alert": "BaliseBatteryLow", "has_need": true, "due": 6, "hits": 3, "recall": 0.5, "recall_95": [0.2, 0.8],
            "rivals": [{"rival": "voltage", "tuned": {"threshold": 11.75, "recall": 0.75}}]}],
            "dark": [{"ahead_hours": {"BaliseBatteryLow": 20}}], "checks": [{"id": "budget.recall.BaliseBatteryLow", "outcome": "failed",
            "measured": 0.5, "limit": 0.95, "unit": "ratio"}, {"id": "x", "outcome": "skipped"}]}"#;
        let run = r#"{"balise_results": 1, "name": "a", "signs": [{"soc_rmse": 0.1}], "faults": [{"kind": "odd", "detection": "missed"}]}"#;
        let load = r#"{"balise_load": 1, "rate_hz": 1, "steps": [{"batteries": 1000, "frames_lost": 0, "borne": true}]}"#;
        let study = r#"{"balise_study": 1, "sets": [{"set": "s", "methods": {"learned": null, "estimator":
            {"after_1200_s": {"mean": {"rmse": 0.02}, "worst": {"rmse": 0.1}}}}}]}"#;
        let nights = r#"{"balise_nights": 1, "horizons": [{"nights": 7, "skill": 0.1, "bins": [{"told": 0.1, "came": 0.2}]}]}"#;
        let rig = r#"{"balise_rig_results": 1, "steps": [{"name": "t", "outcome": "PASS", "lateness": {"ticks": 3, "p50_s": 0.001}}]}"#;
        let all = [
            ("lab", scoring.as_str()),
            ("year", year),
            ("year-2", year),
            ("run", run),
            ("load", load),
            ("study", study),
            ("nights", nights),
            ("rig", rig),
        ];
        all.map(|(name, text)| folder(name, text)).to_vec()
    }

    #[test]
    fn every_figure_of_every_slide_names_its_folder() {
        let folders = folders();
        for words in [Words::French, Words::English] {
            let slides = slides(&Given { folders: &folders, talk: Talk { words } }, "");
            assert!(slides.len() > 15, "{}", slides.len());
            for slide in &slides {
                for block in &slide.blocks {
                    let is_named = match block {
                        Block::Figures { figures } => figures.iter().all(|figure| !figure.source.is_empty()),
                        Block::Dots(_) | Block::Curve(_) => !slide.sources.is_empty(),
                        // The last slide is of nothing but folders.
                        Block::Table(table) => {
                            !slide.sources.is_empty() || table.rows.iter().any(|row| row[0].text == "lab")
                        }
                        Block::Points { .. } | Block::Chain { .. } | Block::Note { .. } => true,
                    };
                    assert!(is_named, "{}", slide.title);
                }
            }
        }
    }

    #[test]
    fn a_loss_is_said_as_a_loss() {
        let folders = folders();
        let given = Given { folders: &folders, talk: Talk { words: Words::English } };
        let titles: Vec<String> = slides(&given, "").into_iter().map(|slide| slide.title).collect();
        for part in [
            "nearest on 0 of 1",
            "finds only 50\u{a0}%",
            "2 demands of 2 are not met",
            "less than wanted",
            "The fault that had to be told was not",
            "1000 batteries at 1 Hz",
            "2 populations side by side",
        ] {
            assert!(titles.iter().any(|title| title.contains(part)), "{part}: {titles:#?}");
        }
    }

    #[test]
    fn a_run_of_several_signs_is_one_run() {
        let run =
            r#"{"balise_results": 1, "name": "a", "signs": [{"soc_rmse": 0.1}, {"soc_rmse": 0.1}, {}]}"#;
        let several = r#"{"balise_results": 1, "runs": [{"name": "b", "passed": true}, {"name": "c", "passed": true}]}"#;
        let folders = [folder("run", run), folder("runs", several)];
        let given = Given { folders: &folders, talk: Talk { words: Words::English } };
        let titles: Vec<String> = slides(&given, "").into_iter().map(|slide| slide.title).collect();
        assert!(titles.iter().any(|title| title.starts_with("3 runs, one failed")), "{titles:#?}");
    }

    #[test]
    fn every_step_of_a_long_bench_is_shown() {
        let steps: Vec<String> =
            (0..20).map(|at| format!("{{\"name\": \"step {at}\", \"outcome\": \"PASS\"}}")).collect();
        let rig = format!("{{\"balise_rig_results\": 1, \"steps\": [{}]}}", steps.join(","));
        let folders = [folder("rig", &rig)];
        let given = Given { folders: &folders, talk: Talk { words: Words::English } };
        let shown: Vec<String> = bench::slides(&given)
            .into_iter()
            .flat_map(|slide| slide.blocks)
            .filter_map(|block| if let Block::Table(table) = block { Some(table.rows) } else { None })
            .flatten()
            .map(|row| row[0].text.clone())
            .collect();
        assert_eq!(shown, (0..20).map(|at| format!("step {at}")).collect::<Vec<_>>());
    }

    #[test]
    fn every_sentence_of_a_full_deck_is_said_in_both_languages() -> Result<(), ReportError> {
        for words in [Words::French, Words::English] {
            let page = html(&folders(), "<b>", words)?;
            for unsaid in ["Unknown localization", "present-", "{ $", "NaN", "<b>"] {
                assert!(!page.contains(unsaid), "{unsaid}");
            }
        }
        Ok(())
    }
}
