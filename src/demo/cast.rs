//! Who is on stage: five signs in one January week, three of which fail. The seed draws which, how,
//! when and how badly; the stories come out as ordinary scenario files that `balise run` can read too.

use std::fmt::Write;

use rand::RngExt;
use rand::seq::SliceRandom;
use signals::Seed;

/// The kind of failure, with the alert a crew must get for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Snow stays on the panel.
    Snow,
    /// The serial cable is out.
    Cable,
    /// The shunt wrongly believes the battery full.
    FalseFull,
}

impl Trouble {
    /// The alert that must tell of it.
    #[must_use]
    pub const fn alert(self) -> &'static str {
        match self {
            Self::Snow => "BaliseNotCharging",
            Self::Cable => "BaliseDeviceSilent",
            Self::FalseFull => "BaliseEstimateDisagrees",
        }
    }
}

/// One sign on stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// Site label.
    pub site: &'static str,
    /// Sign label.
    pub sign: &'static str,
    /// What befalls it, if anything.
    pub trouble: Option<Trouble>,
    /// Capacity on the label, which the monitor is told, A·h.
    pub label_amp_hours: f64,
    /// Built-in profile the monitor uses.
    pub profile: &'static str,
    /// Its story, as a scenario file.
    pub scenario: String,
}

const SIGNS: [(&str, &str); 5] = [
    ("A15-km61", "PMV-101"),
    ("A40-km118", "PMV-102"),
    ("R138-km720", "PMV-103"),
    ("A20-km54", "PMV-104"),
    ("R175-km84", "PMV-105"),
];

/// Midnight in Montréal, on a Monday of January.
pub const STARTS: &str = "2026-01-12T05:00:00Z";

/// The story goes on a little past the week that is judged, so that no line falls silent at its end.
const AFTER_DAYS: f64 = 1.0;

/// The five signs of this seed; the week is `days` long.
#[must_use]
pub fn draw(seed: Seed, days: f64) -> Vec<Role> {
    let mut chance = seed.stream("demo.cast");
    let mut troubles = [Some(Trouble::Snow), Some(Trouble::Cable), Some(Trouble::FalseFull), None, None];
    troubles.shuffle(&mut chance);
    let mut roles = Vec::new();
    for (index, ((site, sign), trouble)) in SIGNS.into_iter().zip(troubles).enumerate() {
        let label_amp_hours = [300.0, 450.0, 600.0][chance.random_range(0..3)];
        let present = chance.random_range(0.86..1.0);
        let soc = match trouble {
            Some(Trouble::Snow) => chance.random_range(0.62..0.75),
            Some(Trouble::FalseFull) => chance.random_range(0.56..0.64),
            _ => chance.random_range(0.70..0.95),
        };
        let mut scenario = String::new();
        let mut line = |text: String| {
            // Writing to a String cannot fail.
            let _ = writeln!(scenario, "{text}");
        };
        line("balise_scenario = 1".to_owned());
        line(format!("name = \"demo: {sign} at {site}\""));
        line(format!("seed = {}", seed.part(sign).0 >> 12));
        line(format!("start = \"{STARTS}\""));
        line(format!("duration_days = {}\nsite = \"{site}\"\nsign = \"{sign}\"", days + AFTER_DAYS));
        line("[plant]\nplace = \"montreal\"\n[plant.battery]\nchemistry = \"agm\"".to_owned());
        line(format!("capacity_amp_hours = {label_amp_hours}\npresent_capacity_ratio = {present:.3}"));
        line(format!("initial_soc_ratio = {soc:.3}"));
        // Panels as fitted: the bigger the bank, the bigger the panel. A shunt cries full where a weak panel
        // lifts the voltage of a battery it never fills.
        let watts = match trouble {
            Some(Trouble::FalseFull) => label_amp_hours * 0.35 + 40.0,
            _ => label_amp_hours * 0.6 + 60.0,
        };
        line(format!("[plant.panel]\npower_watts = {watts}\ntilt_degrees = 60"));
        let load_scale: f64 = chance.random_range(0.55..0.80);
        line(format!("[plant.load]\nkind = \"message-board\"\nscale_ratio = {load_scale:.3}"));
        line(format!("[estimator.battery]\ncapacity_amp_hours = {label_amp_hours}"));
        let (span, more) = match trouble {
            Some(Trouble::Snow) => {
                let from: f64 = chance.random_range(12.0..40.0);
                let cover: f64 = chance.random_range(0.97..1.0);
                (Some((from, from + chance.random_range(72.0..96.0))), format!("cover_ratio = {cover:.3}"))
            }
            Some(Trouble::Cable) => {
                let from: f64 = chance.random_range(30.0..130.0);
                (Some((from, from + chance.random_range(6.0..10.0))), String::new())
            }
            Some(Trouble::FalseFull) => {
                (Some((chance.random_range(8.0..26.0), (days + AFTER_DAYS) * 24.0)), String::new())
            }
            None => (None, String::new()),
        };
        if let (Some((from, until)), Some(trouble)) = (span, trouble) {
            let kind = match trouble {
                Trouble::Snow => "panel-snow",
                Trouble::Cable => "cable-pulled",
                Trouble::FalseFull => "device-false-full",
            };
            line(format!("[[fault]]\nkind = \"{kind}\"\nhours = [{from:.2}, {until:.2}]\n{more}"));
        }
        debug_assert!(index < SIGNS.len(), "five signs");
        roles.push(Role { site, sign, trouble, label_amp_hours, profile: "agm_12v", scenario });
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_tells_three_troubles_in_readable_scenarios() {
        for seed in 0..50 {
            let roles = draw(Seed(seed), 7.0);
            assert_eq!(roles.iter().filter(|role| role.trouble.is_some()).count(), 3);
            for role in &roles {
                let scenario = crate::scenario::parse(&role.scenario).expect("a sound scenario");
                assert_eq!(scenario.faults.len(), usize::from(role.trouble.is_some()));
            }
        }
    }

    #[test]
    fn another_seed_draws_another_week() {
        assert_ne!(draw(Seed(1), 7.0), draw(Seed(2), 7.0));
        assert_eq!(draw(Seed(1), 7.0), draw(Seed(1), 7.0));
    }
}
