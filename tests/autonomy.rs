//! How good the look ahead is: simulated signs with hidden parameters, real bytes through the watch, a forecast each dusk
//! and what then became of the sign. `docs/autonomy.md` shows the tables.
//!
//! ```text
//! BALISE_SEEDS=80 cargo test --release --test autonomy -- --nocapture
//! ```
//!
//! Signs `1..` are reported on; whoever tunes uses `BALISE_FIRST_SEED=100001`.

use balise::evaluate::nights::{Asked, nights};
use balise::words::Words;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_forecast_of_the_nights_to_come_beats_the_base_rate() {
    let (seed, signs) = (number("BALISE_FIRST_SEED", 1), number("BALISE_SEEDS", 12));
    let found = nights(&Asked { seed, signs, jobs: Some(2), out: None }, Words::English);
    let found = found.map_err(|failure| failure.message);
    println!("{}", found.as_ref().map_or_else(Clone::clone, |found| found.table(Words::English)));
    let skills = found.map(|found| found.skills());
    assert!(skills.as_ref().is_ok_and(|skills| skills.iter().all(|skill| *skill > 0.4)), "{skills:?}");
}
