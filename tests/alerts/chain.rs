//! What befalls the chain between a monitor and Prometheus, done to the series of a run: the run itself is the same.
//!
//! ```text
//! unscraped   nothing is there, not even a target
//! down        nothing is there but up 0
//! late        what is shown stands still for the lag, and then trails behind by it
//! unsaved     what was learned was saved last when it began
//! refused     the file of signs is not taken
//! ```

use balise::judge::GRID_SECS;
use exporter::BatteryId;
use exporter::ruletest::Series;

const UP: &str = "up";
const SAVED: &str = "balise_state_saved_timestamp_seconds";
const RELOADED: &str = "balise_reload_successful";

#[derive(Clone, Copy)]
pub enum Trouble {
    Unscraped,
    Down,
    Late { lag_steps: usize },
    Unsaved,
    Refused,
}

/// A trouble and the hours it lasts.
pub type Spell = (Trouble, [f64; 2]);

/// The series of a run as Prometheus has them after these spells, with those that tell of the chain itself.
pub fn befallen(mut series: Vec<Series>, battery: &BatteryId, spells: &[Spell]) -> Vec<Series> {
    let steps = series.iter().map(|one| one.values.len()).max().unwrap_or(0);
    let told = |metric, labels: &[(&'static str, &str)], value: &dyn Fn(usize) -> f64| Series {
        metric,
        battery: battery.clone(),
        labels: labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        values: (0..steps).map(|step| Some(value(step))).collect(),
    };
    series.push(told(UP, &[("job", "balise")], &|_| 1.0));
    series.push(told(RELOADED, &[], &|_| 1.0));
    series.push(told(SAVED, &[], &|step| step as f64 * GRID_SECS));
    for one in &mut series {
        let sound = one.values.clone();
        for (trouble, hours) in spells {
            let [from, until] = hours.map(|hours| (hours * 3600.0 / GRID_SECS) as usize);
            for step in from..until.min(steps) {
                one.values[step] = match (trouble, one.metric) {
                    (Trouble::Unscraped, _) => None,
                    (Trouble::Down, UP) => Some(0.0),
                    (Trouble::Down, _) => None,
                    (Trouble::Late { .. }, UP | SAVED | RELOADED) => sound[step],
                    (Trouble::Late { lag_steps }, _) => sound[step.saturating_sub(*lag_steps).max(from)],
                    (Trouble::Unsaved, SAVED) => sound[from],
                    (Trouble::Refused, RELOADED) => Some(0.0),
                    (Trouble::Unsaved | Trouble::Refused, _) => one.values[step],
                };
            }
        }
    }
    series
}
