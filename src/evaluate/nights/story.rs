//! A sign nobody has seen: drawn from a seed, and what it is stands in its scenario alone.
//!
//! City, season, chemistry, load, panel, snow and dirt are drawn, the battery's health and charge too. It is meant to
//! bridge four to twelve days without sun, under a panel from too small to ample: about half of them go dark within a week of
//! winter, so that there is something to foretell.

use signals::{Seed, Stream, uniform};

use crate::foresight::STANDING_DEFAULT;
use crate::outlook::sun::Standing;

/// Days on which forecasts are made.
pub(super) const DAYS: usize = 36;
/// Days of the story after the last forecast.
pub(super) const AFTER_DAYS: usize = 8;

/// A sign's scenario, and where its monitor is told it stands.
pub(super) struct Story {
    pub text: String,
    pub standing: Standing,
    pub is_lithium: bool,
}

fn between(chance: &mut Stream, low: f64, high: f64) -> f64 {
    low + (high - low) * uniform(chance)
}

fn one_of<T: Copy>(chance: &mut Stream, all: &[T]) -> T {
    all[(uniform(chance) * all.len() as f64) as usize]
}

/// The story of this seed.
pub(super) fn story(seed: u64) -> Story {
    let chance = &mut Seed(seed).stream("autonomy.story");
    let (place, latitude_degrees, longitude_degrees) = one_of(
        chance,
        &[
            ("montreal", 45.5, -73.7),
            ("quebec", 46.8, -71.4),
            ("saguenay", 48.3, -71.0),
            ("sept-iles", 50.2, -66.3),
            ("val-dor", 48.1, -77.8),
        ],
    );
    let start =
        one_of(chance, &["2025-10-03", "2025-10-28", "2025-11-14", "2025-12-05", "2026-01-04", "2026-02-02"]);
    let chemistry = one_of(chance, &["agm", "agm", "flooded", "gel", "lifepo4"]);
    let (kind, mean_watts) = one_of(
        chance,
        &[("message-board", 12.5), ("compact-board", 7.5), ("arrow-board", 9.5), ("portable-signal", 16.0)],
    );
    let scale = between(chance, 0.7, 1.3);
    let watts = mean_watts * scale;
    let capacity = watts / 12.3 * 24.0 * between(chance, 4.0, 12.0);
    let panel = watts * between(chance, 7.0, 16.0);
    let (present, resistance) = (between(chance, 0.7, 1.02), between(chance, 0.8, 2.0));
    let (soc, snow) = (between(chance, 0.5, 1.0), one_of(chance, &["ignored", "sheds", "clings"]));
    let (dirt, conversion) = (between(chance, 0.0, 0.002), one_of(chance, &["pwm", "mppt"]));
    let text = format!(
        "balise_scenario = 1\nname = \"a\"\nstart = \"{start}T05:00:00Z\"\nduration_days = {days}\nstep_seconds = 60\n\
         [plant]\nplace = \"{place}\"\n[plant.battery]\nchemistry = \"{chemistry}\"\ncapacity_amp_hours = {capacity:.1}\n\
         present_capacity_ratio = {present:.3}\nresistance_ratio = {resistance:.3}\ninitial_soc_ratio = {soc:.3}\n\
         [plant.panel]\npower_watts = {panel:.1}\ntilt_degrees = 60\nsnow = \"{snow}\"\ndirt_ratio_per_day = {dirt:.5}\n\
         [plant.controller]\nkind = \"{conversion}\"\n[plant.load]\nkind = \"{kind}\"\nscale_ratio = {scale:.3}\n\
         [device]\nkind = \"vedirect-bmv\"\nevery_seconds = 60\n",
        days = DAYS + AFTER_DAYS,
    );
    let standing = Standing { latitude_degrees, longitude_degrees, ..STANDING_DEFAULT };
    Story { text, standing, is_lithium: chemistry == "lifepo4" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn every_story_is_a_scenario_and_the_same_seed_tells_the_same() {
        for seed in 1..40 {
            assert!(scenario::parse(&story(seed).text).is_ok(), "{seed}");
        }
        assert_eq!(story(7).text, story(7).text);
        assert_ne!(story(7).text, story(8).text);
    }
}
