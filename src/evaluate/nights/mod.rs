//! How good the look ahead is: simulated signs with hidden parameters, a forecast each dusk, and what became of them.
//!
//! ```text
//! seed -> story -> plant -> bytes -> watch -> P(dark within 1, 3, 7 nights) ┐
//!                    └─────────> truth: the load was cut before that dawn ──┴> Brier, skill, reliability
//! ```
//!
//! Whoever tunes uses signs from 100001; those from 1 are reported on (`docs/autonomy.md`).

mod lived;
mod story;
mod verified;

pub use lived::Forecast;
pub use verified::{Bin, Verified};

use std::path::PathBuf;

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::scoring::spread;
use crate::failure::Failure;
use crate::report::{Cell, Reliability, ReliabilityCurves, Sheet, Sheets, write_sheets};
use crate::run::report_failure;
use crate::words::Words;

/// Version of the results file.
const VERSION: u32 = 1;
/// Nights for which survival is told.
pub const NIGHTS: [usize; 3] = estimator::autonomy::NIGHTS;
/// The skill that is wanted for each.
const SKILL_WANTED: f64 = 0.4;
const PANELS: [&str; 3] = ["nights-panel-1", "nights-panel-3", "nights-panel-7"];

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// First seed.
    pub seed: u64,
    /// How many signs, seeds counting up.
    pub signs: u64,
    /// Threads; `None` for one per processor.
    pub jobs: Option<usize>,
    /// Folder for `report.html` and `results.json`.
    pub out: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Nights {
    seed: u64,
    signs: u64,
    /// For each of [`NIGHTS`].
    verified: [Verified; 3],
}

/// Lives through the signs' stories and verifies what was foretold.
///
/// # Errors
/// Exit 3 where the results cannot be written.
pub fn nights(asked: &Asked, words: Words) -> Result<Nights, Failure> {
    let seeds: Vec<u64> = (0..asked.signs).map(|sign| asked.seed.saturating_add(sign)).collect();
    let all: Vec<Forecast> =
        spread(&seeds, asked.jobs, |seed| lived::forecasts(*seed)).into_iter().flatten().collect();
    let verified = [0, 1, 2].map(|horizon| verified::verify(&all, horizon));
    let nights = Nights { seed: asked.seed, signs: asked.signs, verified };
    if let Some(dir) = &asked.out {
        write_sheets(dir, &nights.sheets(words), &nights.json(), words)
            .map_err(|error| report_failure(&error, words))?;
    }
    Ok(nights)
}

impl Nights {
    /// What is won over the base rate for 1, 3 and 7 nights.
    #[must_use]
    pub fn skills(&self) -> [f64; 3] {
        [0, 1, 2].map(|horizon| self.verified[horizon].skill)
    }

    /// For machines.
    #[must_use]
    pub fn json(&self) -> Value {
        let bin = |bin: &Bin| {
            json!({
                "forecasts": bin.forecasts, "signs": bin.signs, "told": bin.told, "came": bin.came, "came_90": bin.came_90,
            })
        };
        let row = |(nights, it): (&usize, &Verified)| {
            let [reliability, resolution, uncertainty] = it.parts;
            json!({
                "nights": nights,
                "forecasts": it.forecasts,
                "went_dark": it.died,
                "brier": it.brier,
                "brier_of_base_rate": it.brier_base,
                "skill": it.skill,
                "skill_90": it.skill_90,
                "reliability": reliability,
                "resolution": resolution,
                "uncertainty": uncertainty,
                "bins": it.bins.iter().map(bin).collect::<Vec<_>>(),
            })
        };
        json!({
            "balise_nights": VERSION,
            "seed": self.seed,
            "signs": self.signs,
            "horizons": NIGHTS.iter().zip(&self.verified).map(row).collect::<Vec<_>>(),
        })
    }

    /// For people.
    #[must_use]
    pub fn table(&self, words: Words) -> String {
        self.sheets(words).text()
    }

    fn sheets(&self, words: Words) -> Sheets {
        let blanks =
            [("signs", FluentValue::from(self.signs)), ("seed", FluentValue::from(self.seed.to_string()))];
        let kind = |(title_key, it): (&&'static str, &Verified)| Reliability {
            title_key,
            points: it.bins.iter().map(|bin| (bin.told, bin.came, bin.came_90)).collect(),
        };
        let sheets = NIGHTS.iter().zip(&self.verified).map(|(nights, it)| bins_sheet(*nights, it, words));
        Sheets {
            title: words.say("nights-title"),
            kind: words.say("evaluate-kind"),
            story: vec![words.tell("nights-story", &blanks), words.say("nights-reading")],
            sheets: std::iter::once(self.skill_sheet(words)).chain(sheets).collect(),
            drawings: Vec::new(),
            curves: Some(ReliabilityCurves {
                title: words.say("nights-figure"),
                axis: words.say("nights-axis"),
                kinds: PANELS.iter().zip(&self.verified).map(kind).collect(),
            }),
        }
    }

    fn skill_sheet(&self, words: Words) -> Sheet {
        let head = [
            "nights",
            "forecasts",
            "died",
            "brier",
            "base",
            "skill-word",
            "interval",
            "reliability",
            "resolution",
        ];
        let row = |(nights, it): (&usize, &Verified)| {
            let number = |value: f64, digits| Cell::plain(words.number(value, digits));
            let [low, high] = it.skill_90;
            let skill = Cell { text: words.number(it.skill, 2), is_bad: it.skill < SKILL_WANTED };
            vec![
                Cell::plain(nights.to_string()),
                Cell::plain(it.forecasts.to_string()),
                Cell::plain(it.died.to_string()),
                number(it.brier, 4),
                number(it.brier_base, 4),
                skill,
                Cell::plain(format!("{} – {}", words.number(low, 2), words.number(high, 2))),
                number(it.parts[0], 4),
                number(it.parts[1], 4),
            ]
        };
        Sheet {
            title: words.say("nights-skill"),
            notes: vec![words.say("nights-skill-note")],
            head: head.iter().map(|key| words.say(&format!("nights-{key}"))).collect(),
            rows: NIGHTS.iter().zip(&self.verified).map(row).collect(),
        }
    }
}

fn bins_sheet(nights: usize, verified: &Verified, words: Words) -> Sheet {
    let percent = |value: f64| words.percent(value, 0);
    let row = |bin: &Bin| {
        let [low, high] = bin.came_90;
        [
            percent(bin.told),
            bin.forecasts.to_string(),
            bin.signs.to_string(),
            percent(bin.came),
            format!("{} – {}", percent(low), percent(high)),
        ]
        .map(Cell::plain)
        .to_vec()
    };
    Sheet {
        title: words.tell("nights-bins", &[("nights", FluentValue::from(nights))]),
        notes: Vec::new(),
        head: ["told", "forecasts", "signs", "came", "interval"]
            .iter()
            .map(|key| words.say(&format!("nights-{key}")))
            .collect(),
        rows: verified.bins.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_signs_are_told_the_same_with_any_number_of_threads_in_both_languages() {
        let found = |jobs| {
            let asked = Asked { seed: 3, signs: 2, jobs: Some(jobs), out: None };
            nights(&asked, Words::English).expect("lived")
        };
        let (one, two) = (found(1), found(2));
        assert_eq!(one.json(), two.json());
        for words in [Words::English, Words::French] {
            assert!(!one.table(words).contains("nights-"), "{}", one.table(words));
        }
    }
}
