//! Whatever seed is drawn, the week of the demo tells a story: each of its three faults makes an alert
//! due, the alert comes, and nobody is called without cause. Told here in memory and judged by promtool;
//! the demo itself does the same live. `BALISE_SEEDS=40` looks at more seeds.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use balise::report::{Detection, Outcome};
use balise::run::{Court, Job, single};
use balise::scenario;
use balise::words::Words;
use balise::{demo, demo::cast};
use signals::{Seed, Span};

#[test]
fn each_fault_of_a_drawn_week_is_due_and_told_of_and_nothing_else_is() {
    let court = Court::of_the_product();
    if court.promtool.is_none() {
        skipped("skipped: promtool not found");
        return;
    }
    let seeds = std::env::var("BALISE_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(3);
    let mut complaints = Vec::new();
    for number in 1..=seeds {
        for role in cast::draw(Seed(number), demo::DAYS) {
            let mut scenario = scenario::parse(&role.scenario).unwrap();
            // One block a minute, as in the demo, from a plant that steps as far as is still exact.
            scenario.step = Span::from_secs(10.0);
            scenario.device.every = Span::from_secs(60.0);
            scenario.duration = Span::from_secs(demo::DAYS * 86_400.0);
            let seed = scenario.seed;
            let job = Job { scenario, file: String::new(), seed, folder: String::new() };
            let record = single(&job, &court, Words::English).unwrap().record;
            for fault in &record.faults {
                let told = matches!(fault.detection, Detection::Detected { .. });
                if !told {
                    complaints.push(format!(
                        "seed {number}, {} {:?}: {:?}",
                        role.sign, fault.event, fault.detection
                    ));
                }
            }
            let failed = record.checks.iter().filter(|check| check.outcome != Outcome::Passed);
            complaints.extend(failed.map(|check| format!("seed {number}, {}: {}", role.sign, check.id)));
            if std::env::var_os("BALISE_SEEDS").is_some() {
                let scores = record.signs[0].scores;
                println!("seed {number} {} {:?} {:?}", role.sign, role.trouble, scores);
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// Says why a test shows nothing, past the test runner's capture.
fn skipped(reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{reason}");
}
