//! `docs/faults.md` is the catalogue of faults, written from it. `BALISE_RENEW=1` writes it anew.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use program::root;
use signals::FaultKind;
use signals::fault::{Growth, Scope};

const HEAD: &str = "# Faults

What a scenario can make go wrong, by `[[fault]]` tables. Every fault has `kind` and `hours = [from, until]` of the run. Where a
kind has a number, its key is required. `ramp_hours` lets it grow to that number from nothing (a resistance across a
cell from endless, a multiple from 1); a kind marked \u{201c}at once\u{201d} has no half of it. `daily_hours = [7, 10]` limits a
fault of panel or load to those hours of the local solar day. Places are counted from 1: `string`, `unit` of the string, `cell` of
the unit (six make 12 V of lead-acid, four of lithium); a unit's fault that names no place befalls every unit, a
string's or a cell's the first. A fault on a part the site lacks is refused.

Each fault is a label in the truth: in `trace.csv` and the truth file as `kind=severity` while it acts, in `results.json` with
onset, ramp, severity and place. What each one did stands in `faults.jsonl` beside the results: when it began and ended, and, for
faults of the line, every byte, frame or sending it struck, with its offset in all that the device has sent. The same seed
writes the same log. What a collector must do with each fault of the line, and does, is in `hil/tests/line_faults.rs`.

| kind | part | number | place | what it is |
| --- | --- | --- | --- | --- |
";

fn row(kind: FaultKind) -> String {
    let number = kind.severity().map_or_else(
        || "\u{2013}".to_owned(),
        |it| {
            let sudden = if it.growth == Growth::Sudden { ", at once" } else { "" };
            format!("`{}` {} to {}{sudden}", it.key, it.low, it.high)
        },
    );
    let place = match kind.scope() {
        Scope::Site => "\u{2013}",
        Scope::String => "string",
        Scope::Unit => "string, unit",
        Scope::Cell => "string, unit, cell",
    };
    format!("| `{}` | {} | {number} | {place} | {} |\n", kind.name(), kind.part_name(), kind.meaning().trim())
}

#[test]
fn the_page_of_faults_is_current() {
    let fresh = HEAD.to_owned() + &FaultKind::ALL.iter().map(|kind| row(*kind)).collect::<String>();
    let committed = root().join("docs/faults.md");
    if std::env::var_os("BALISE_RENEW").is_some() {
        std::fs::write(&committed, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(committed).unwrap_or_default();
    assert!(kept == fresh, "docs/faults.md is stale: renew with BALISE_RENEW=1");
}
