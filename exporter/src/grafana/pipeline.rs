//! The way from the device to the chart: lines, frames, scrapes, rules. Trouble here makes everything
//! else on the other pages old or missing.

use super::model::{Choice, Column, Dashboard, Line, Panel, View, Worst};
use super::query::{Query, SITES, at_sites, beside, by_battery, count, recorded};
use super::shown::Shown;

const GOOD: &str = "balise_link_frames_good_total";
const BAD: &str = "balise_link_frames_bad_total";
const SAVED: &str = "balise_state_saved_timestamp_seconds";
const LATE_FROM: &str = "balise_late_from_timestamp_seconds";
const LATE_UNTIL: &str = "balise_late_until_timestamp_seconds";
const BUFFERED: &str = "balise_buffer_rows";
const BUFFERED_OLDEST: &str = "balise_buffer_oldest_row_timestamp_seconds";
const BUFFERED_DELIVERED: &str = "balise_buffer_delivered_timestamp_seconds";
const BUFFER_LOSSES: [&str; 3] = [
    "balise_buffer_rows_dropped_total",
    "balise_buffer_rows_damaged_total",
    "balise_buffer_samples_refused_total",
];
/// State is saved each minute.
const UNSAVED_SECS: u32 = 900;

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 4, panels: numbers() },
        Line { height: 8, panels: vec![frames(), bad_share(), dropped()] },
        Line { height: 8, panels: vec![scrape_time(), samples(), rule_time()] },
        Line { height: 8, panels: vec![late(), unsaved()] },
        Line { height: 8, panels: vec![buffered(), buffered_since(), buffer_losses()] },
        Line { height: 10, panels: vec![losses(), versions()] },
    ];
    Dashboard { key: "pipeline", from: "now-24h", choice: Choice::Sites, lines }
}

fn numbers() -> Vec<Panel> {
    let number = |key, about: &[&'static str], expr: String| {
        Panel::of(key, View::Number, about, vec![Query::said("value", expr)]).shown(Shown::COUNT).wide(4)
    };
    let saved = at_sites(SAVED);
    let open = at_sites("balise_link_open");
    vec![
        number("monitors-down", &[], count("up{job=\"balise\"} == 0")),
        number("lines-closed", &["balise_link_open"], count(&format!("{open} == 0"))),
        number("files-refused", &["balise_reload_successful"], count("balise_reload_successful == 0")),
        number("unsaved-count", &[SAVED], count(&format!("time() - {saved} > {UNSAVED_SECS}"))),
        number("series", &[], "sum(prometheus_tsdb_head_series)".to_owned()),
        number(
            "rules-missed",
            &[],
            "sum(increase(prometheus_rule_group_iterations_missed_total[1h]))".to_owned(),
        ),
    ]
}

/// The rate of a counter, all lines of the chosen sites.
fn rate(counter: &str) -> String {
    format!("sum({})", recorded(&format!("site:balise_link_{counter}:rate_5m"), SITES))
}

fn frames() -> Panel {
    let counters = [("good", "frames_good"), ("bad", "frames_bad"), ("partial", "frames_partial")];
    let queries = counters.map(|(key, counter)| Query::said(key, rate(counter))).to_vec();
    let about = [GOOD, BAD, "balise_link_frames_partial_total"];
    Panel::of("frames", View::Lines, &about, queries).shown(Shown::PER_SECOND)
}

fn bad_share() -> Panel {
    let [good, bad] =
        ["good", "bad"].map(|kind| recorded(&format!("site:balise_link_frames_{kind}:rate_5m"), SITES));
    let query = Query::by("{{site}}", format!("topk(20, {bad} / ({good} + {bad} > 0))"));
    Panel::of("bad-share", View::Lines, &[BAD, GOOD], vec![query]).shown(Shown::POINTS)
}

fn dropped() -> Panel {
    let counters = [("received", "bytes"), ("dropped", "bytes_dropped")];
    let queries = counters.map(|(key, counter)| Query::said(key, rate(counter))).to_vec();
    let about = ["balise_link_bytes_total", "balise_link_bytes_dropped_total"];
    Panel::of("bytes", View::Lines, &about, queries).shown(Shown::BYTES_PER_SECOND)
}

fn scrape_time() -> Panel {
    let expr = "max by (job) (scrape_duration_seconds)".to_owned();
    Panel::of("scrape-time", View::Lines, &[], vec![Query::by("{{job}}", expr)]).shown(Shown::SECONDS)
}

fn samples() -> Panel {
    let expr = "sum by (job) (scrape_samples_scraped)".to_owned();
    Panel::of("samples", View::Lines, &[], vec![Query::by("{{job}}", expr)])
}

fn rule_time() -> Panel {
    // The label is a path and a name; the name is enough.
    let named = "label_replace(prometheus_rule_group_last_duration_seconds, \"group\", \"$1\", \"rule_group\", \".*;(.*)\")";
    let expr = format!("max by (group) ({named})");
    Panel::of("rule-time", View::Lines, &[], vec![Query::by("{{group}}", expr)]).shown(Shown::SECONDS)
}

/// How much a monitor delivered late: said once, by remote write, hence the last value of an hour.
fn late() -> Panel {
    let last = |edge: &str| format!("last_over_time({edge}[1h])");
    let expr = format!("max by (instance) ({} - {})", last(LATE_UNTIL), last(LATE_FROM));
    let query = Query::by("{{instance}}", expr);
    Panel::of("late", View::Lines, &[LATE_FROM, LATE_UNTIL], vec![query]).shown(Shown::SECONDS).wide(12)
}

/// What a monitor behind a router has not been able to send.
fn buffered() -> Panel {
    let expr = format!("max by (instance) ({BUFFERED})");
    Panel::of("buffered", View::Lines, &[BUFFERED], vec![Query::by("{{instance}}", expr)])
}

/// How old the oldest of it is, and how long ago any of it went.
fn buffered_since() -> Panel {
    let ago = |metric: &str| format!("time() - max by (instance) ({metric})");
    let queries = vec![
        Query::said("buffered-oldest", format!("max({})", ago(BUFFERED_OLDEST))),
        Query::said("buffered-delivered", format!("max({})", ago(BUFFERED_DELIVERED))),
    ];
    Panel::of("buffered-since", View::Lines, &[BUFFERED_OLDEST, BUFFERED_DELIVERED], queries)
}

/// What will never come.
fn buffer_losses() -> Panel {
    let [dropped, damaged, refused] = BUFFER_LOSSES;
    let of_day = |counter: &str| format!("sum(increase({counter}[1d]))");
    let queries = vec![
        Query::said("buffer-dropped", of_day(dropped)),
        Query::said("buffer-damaged", of_day(damaged)),
        Query::said("buffer-refused", of_day(refused)),
    ];
    Panel::of("buffer-losses", View::Lines, &BUFFER_LOSSES, queries)
}

fn unsaved() -> Panel {
    let worst = format!("topk(100, time() - {})", at_sites(SAVED));
    let columns = vec![Column::new("saved-ago", Shown::SECONDS).worst(Worst::High)];
    let queries = vec![Query::said("saved-ago", by_battery(&worst))];
    Panel::of("unsaved", View::Table(columns), &[SAVED], queries).shown(Shown::SECONDS).wide(12)
}

fn losses() -> Panel {
    let worst = format!("topk(100, increase({}[1d]))", at_sites("balise_link_losses_total"));
    let heard = at_sites("balise_battery_last_frame_timestamp_seconds");
    let columns = vec![
        Column::new("losses-day", Shown::COUNT).worst(Worst::High),
        Column::new("link-open", Shown::COUNT),
        Column::new("last-heard", Shown::SECONDS),
    ];
    let queries = vec![
        Query::said("losses-day", by_battery(&worst)),
        Query::said("link-open", beside(&at_sites("balise_link_open"), &worst)),
        Query::said("last-heard", beside(&format!("(time() - {heard})"), &worst)),
    ];
    let about =
        ["balise_link_losses_total", "balise_link_open", "balise_battery_last_frame_timestamp_seconds"];
    Panel::of("losses", View::Table(columns), &about, queries).wide(16)
}

fn versions() -> Panel {
    let expr = "count by (version) (balise_build_info)".to_owned();
    let columns = vec![Column::new("monitors", Shown::COUNT)];
    Panel::of("versions", View::Table(columns), &["balise_build_info"], vec![Query::said("monitors", expr)])
}
