//! The live table behind `/metrics`: the latest row of each battery.
//!
//! The page is made from the table at each scrape, so that a series exists exactly while its value
//! does: nothing registered lives on by itself. A battery that falls silent keeps `…_up 0`, its info,
//! counters and the stamp of its last frame, and loses every value. NaN and infinities are never
//! printed: `soc < 0.4` is never true of a NaN, so a NaN would be an alert silently missed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus::TextEncoder;
use prometheus::proto::{Counter, Gauge, LabelPair, Metric as Sample, MetricFamily, MetricType};

use crate::buffer::{self, Buffer};
use crate::catalogue::{self, COLUMNS, Kind, Metric, Row};
use crate::collected::{COLLECTED, COLLECTED_AT, COLLECTED_UP};
use crate::identity::{BatteryId, Info, clean};
use crate::rules::SignState;

/// A handle on the table; clones share it.
#[derive(Debug, Clone)]
pub struct Board {
    version: Arc<str>,
    table: Arc<Mutex<Table>>,
    reload: Arc<Mutex<Option<bool>>>,
    buffer: Arc<Mutex<Option<Buffer>>>,
    scrapes: Arc<AtomicU64>,
    naming: Naming,
}

/// A battery as the board has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its labels.
    pub id: BatteryId,
    /// Its latest numbers.
    pub row: Row,
    /// Its device sends.
    pub up: bool,
    /// What does not change about it.
    pub info: Info,
    /// What its sign is doing.
    pub state: Option<SignState>,
}

/// Whose numbers they are, which decides under what names they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    Live,
    Collected,
}

type Table = BTreeMap<BatteryId, Entry>;

#[derive(Debug, Clone, Default)]
struct Entry {
    row: Row,
    up: bool,
    info: Info,
    state: Option<SignState>,
}

impl Board {
    /// An empty table of the program's `version`.
    #[must_use]
    pub fn new(version: &str) -> Self {
        Self {
            version: clean(version).into(),
            table: Arc::default(),
            reload: Arc::default(),
            buffer: Arc::default(),
            scrapes: Arc::default(),
            naming: Naming::Live,
        }
    }

    /// The same for estimates of [collected](crate::collected) readings, under names of their own.
    #[must_use]
    pub fn of_collected(version: &str) -> Self {
        Self { naming: Naming::Collected, ..Self::new(version) }
    }

    /// Somebody came for the page.
    pub fn note_scrape(&self) {
        self.scrapes.fetch_add(1, Ordering::Relaxed);
    }

    /// How often somebody came for the page.
    #[must_use]
    pub fn scrapes_total(&self) -> u64 {
        self.scrapes.load(Ordering::Relaxed)
    }

    /// Says what is known of a battery for good. Until its first row it counts as silent.
    pub fn describe(&self, id: &BatteryId, info: Info) {
        self.lock().entry(id.clone()).or_default().info = info;
    }

    /// Says what a sign is doing; `None` where nobody knows.
    pub fn set_state(&self, id: &BatteryId, state: Option<SignState>) {
        self.lock().entry(id.clone()).or_default().state = state;
    }

    /// Says whether the file of signs, where there is one, was last read without complaint.
    pub fn set_reload(&self, successful: bool) {
        *self.reload.lock().unwrap_or_else(PoisonError::into_inner) = Some(successful);
    }

    /// Says what waits to be sent, where anything ever is.
    pub fn set_buffer(&self, buffer: Buffer) {
        *self.buffer.lock().unwrap_or_else(PoisonError::into_inner) = Some(buffer);
    }

    /// Sets the latest row of a battery that sends. A counter the row leaves out keeps its value.
    pub fn publish(&self, id: &BatteryId, row: &Row) {
        let mut table = self.lock();
        let entry = table.entry(id.clone()).or_default();
        entry.row.replace_with(row);
        entry.up = true;
    }

    /// Changes single values without saying that the device sends: line counters, the truth.
    pub fn amend(&self, id: &BatteryId, change: impl FnOnce(&mut Row)) {
        change(&mut self.lock().entry(id.clone()).or_default().row);
    }

    /// The battery's device has fallen silent.
    pub fn silence(&self, id: &BatteryId) {
        let mut table = self.lock();
        let entry = table.entry(id.clone()).or_default();
        entry.row.forget_live();
        entry.up = false;
    }

    /// Every battery with its latest row, and whether it sends.
    #[must_use]
    pub fn rows(&self) -> Vec<(BatteryId, Row, bool)> {
        self.lock().iter().map(|(id, entry)| (id.clone(), entry.row, entry.up)).collect()
    }

    /// Every battery with all that is said of it, by label.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown> {
        let shown = |(id, entry): (&BatteryId, &Entry)| Shown {
            id: id.clone(),
            row: entry.row,
            up: entry.up,
            info: entry.info.clone(),
            state: entry.state,
        };
        self.lock().iter().map(shown).collect()
    }

    /// The page, in Prometheus' text format 0.0.4. It ends before the first family the encoder refuses,
    /// which [`families`](Self::families) never hands it.
    #[must_use]
    pub fn render(&self) -> String {
        let mut page = String::new();
        if let Err(error) = TextEncoder::new().encode_utf8(&self.families(), &mut page) {
            tracing::error!(%error, "a metric could not be written");
        }
        page
    }

    /// The page as metric families, for any encoder; families without a series are left out.
    #[must_use]
    pub fn families(&self) -> Vec<MetricFamily> {
        let table = self.lock().clone();
        let build = sample(&catalogue::BUILD_INFO, vec![pair("version", &self.version)], 1.0);
        let mut families = vec![family(&catalogue::BUILD_INFO, vec![build])];
        families.extend(match self.naming {
            Naming::Live => self.live(&table),
            Naming::Collected => collected(&table),
        });
        families.retain(|family| !family.get_metric().is_empty());
        families
    }

    fn live(&self, table: &Table) -> Vec<MetricFamily> {
        let of = |metric: &Metric, samples: Vec<Sample>| family(metric, samples);
        let mut families = Vec::new();
        let reload = *self.reload.lock().unwrap_or_else(PoisonError::into_inner);
        let told =
            |successful| sample(&catalogue::RELOAD_SUCCESSFUL, Vec::new(), f64::from(u8::from(successful)));
        families.push(of(&catalogue::RELOAD_SUCCESSFUL, reload.map(told).into_iter().collect()));
        families.extend(self.buffered());
        families.push(of(&catalogue::SIGN_STATE, table.iter().filter_map(state_sample).collect()));
        families.push(of(&catalogue::INFO, table.iter().map(info_sample).collect()));
        families.push(up(&catalogue::UP, table));
        families.extend(COLUMNS.iter().map(|column| values(&column.metric, column.get, table)));
        families
    }

    fn buffered(&self) -> Vec<MetricFamily> {
        let Some(buffer) = *self.buffer.lock().unwrap_or_else(PoisonError::into_inner) else {
            return Vec::new();
        };
        let of = |(metric, get): &buffer::Column| {
            family(metric, get(&buffer).map(|value| sample(metric, Vec::new(), value)).into_iter().collect())
        };
        buffer::COLUMNS.iter().map(of).collect()
    }

    /// A panic elsewhere cannot leave a row half written that matters: the next one replaces it.
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn collected(table: &Table) -> Vec<MetricFamily> {
    let at = |row: &Row| row.last_frame_timestamp_seconds;
    let mut families = vec![up(&COLLECTED_UP, table), values(&COLLECTED_AT, at, table)];
    families.extend(COLLECTED.iter().map(|column| values(&column.metric, column.get, table)));
    families
}

fn up(metric: &Metric, table: &Table) -> MetricFamily {
    let shown =
        |(id, entry): (&BatteryId, &Entry)| sample(metric, battery_labels(id), f64::from(u8::from(entry.up)));
    family(metric, table.iter().map(shown).collect())
}

/// One field of every battery that has it.
fn values(metric: &Metric, get: fn(&Row) -> Option<f64>, table: &Table) -> MetricFamily {
    let shown = |(id, entry): (&BatteryId, &Entry)| {
        let value = get(&entry.row).filter(|value| value.is_finite())?;
        Some(sample(metric, battery_labels(id), value))
    };
    family(metric, table.iter().filter_map(shown).collect())
}

fn family(metric: &Metric, samples: Vec<Sample>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(metric.name.to_owned());
    family.set_help(metric.help.to_owned());
    family.set_field_type(match metric.kind {
        Kind::Gauge => MetricType::GAUGE,
        Kind::Counter => MetricType::COUNTER,
    });
    family.set_metric(samples);
    family
}

fn sample(metric: &Metric, labels: Vec<LabelPair>, value: f64) -> Sample {
    let mut sample = Sample::from_label(labels);
    // Adding 0 turns -0 into 0, which every reader of the format prints alike.
    let value = value + 0.0;
    match metric.kind {
        Kind::Gauge => {
            let mut gauge = Gauge::default();
            gauge.set_value(value);
            sample.set_gauge(gauge);
        }
        Kind::Counter => {
            let mut counter = Counter::default();
            counter.set_value(value);
            sample.set_counter(counter);
        }
    }
    sample
}

fn info_sample((id, entry): (&BatteryId, &Entry)) -> Sample {
    let mut labels = battery_labels(id);
    labels.push(pair("chemistry", entry.info.chemistry()));
    labels.push(pair("device", entry.info.device()));
    sample(&catalogue::INFO, labels, 1.0)
}

fn state_sample((id, entry): (&BatteryId, &Entry)) -> Option<Sample> {
    let mut labels = battery_labels(id);
    labels.push(pair("state", entry.state?.name()));
    Some(sample(&catalogue::SIGN_STATE, labels, 1.0))
}

fn battery_labels(id: &BatteryId) -> Vec<LabelPair> {
    vec![pair("site", id.site()), pair("battery", id.battery())]
}

fn pair(name: &str, value: &str) -> LabelPair {
    let mut pair = LabelPair::default();
    pair.set_name(name.to_owned());
    pair.set_value(value.to_owned());
    pair
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn battery() -> BatteryId {
        BatteryId::new("QC-138-01", "main")
    }

    fn full_row(value: f64) -> Row {
        let mut row = Row::default();
        for column in COLUMNS {
            *(column.slot)(&mut row) = Some(value);
        }
        row
    }

    fn published(row: &Row) -> Board {
        let board = Board::new("0.1.0");
        board.publish(&battery(), row);
        board
    }

    #[test]
    fn a_value_appears_under_its_name_and_labels() {
        let board = published(&Row { soc_ratio: Some(0.625), ..Row::default() });
        let line = "balise_battery_soc_ratio{site=\"QC-138-01\",battery=\"main\"} 0.625\n";
        assert!(board.render().contains(line), "{}", board.render());
    }

    #[test]
    fn a_silent_battery_loses_its_values_and_keeps_the_rest() {
        let board = published(&full_row(1.5));
        board.silence(&battery());
        let page = board.render();
        for column in COLUMNS {
            let kept = page.contains(&format!("\n{}{{", column.metric.name));
            assert_eq!(kept, column.lifetime == catalogue::Lifetime::Kept, "{}", column.metric.name);
        }
        assert!(page.contains("balise_battery_up{site=\"QC-138-01\",battery=\"main\"} 0\n"));
        assert!(page.contains("balise_battery_info{site="));
        board.publish(&battery(), &full_row(2.5));
        assert!(board.render().contains("balise_battery_up{site=\"QC-138-01\",battery=\"main\"} 1\n"));
    }

    #[test]
    fn what_was_estimated_of_collected_readings_shares_no_name_with_what_is_live() {
        let board = Board::of_collected("0.1.0");
        board.publish(&battery(), &full_row(0.5));
        let page = board.render();
        let names = |page: &str| -> BTreeSet<String> {
            let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
            types.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
        };
        let live = names(&published(&full_row(0.5)).render());
        let shared: Vec<_> = names(&page).intersection(&live).cloned().collect();
        assert_eq!(shared, ["balise_build_info"]);
        assert!(page.contains("balise_collected_soc_ratio{site=\"QC-138-01\",battery=\"main\"} 0.5\n"));
        board.silence(&battery());
        let page = board.render();
        assert!(page.contains("balise_collected_up{site=\"QC-138-01\",battery=\"main\"} 0\n"));
        assert!(!page.contains("balise_collected_soc_ratio") && page.contains("balise_collected_timestamp"));
    }

    #[test]
    fn a_battery_never_heard_of_is_shown_as_silent() {
        let board = Board::new("0.1.0");
        board.describe(&battery(), Info::new("agm", "vedirect-bmv"));
        let page = board.render();
        assert!(page.contains("balise_battery_up{site=\"QC-138-01\",battery=\"main\"} 0\n"));
        assert!(page.contains("chemistry=\"agm\",device=\"vedirect-bmv\"} 1\n"));
    }

    #[test]
    fn a_signs_state_and_a_refused_file_are_told() {
        let board = published(&Row::default());
        assert!(!board.render().contains("balise_sign_state") && !board.render().contains("balise_reload"));
        board.set_state(&battery(), Some(SignState::Parked));
        board.set_reload(false);
        let page = board.render();
        let line = "balise_sign_state{site=\"QC-138-01\",battery=\"main\",state=\"parked\"} 1\n";
        assert!(page.contains(line) && page.contains("\nbalise_reload_successful 0\n"), "{page}");
    }

    #[test]
    fn what_waits_is_told_where_anything_is_to_be_sent() {
        let board = published(&Row::default());
        assert!(!board.render().contains("balise_buffer"));
        board.set_buffer(Buffer { rows: 3, oldest_unix_secs: Some(1.5e9), ..Buffer::default() });
        let page = board.render();
        for line in [
            "# TYPE balise_buffer_rows gauge\nbalise_buffer_rows 3\n",
            "balise_buffer_oldest_row_timestamp_seconds 1500000000\n",
            "# TYPE balise_buffer_rows_dropped_total counter\nbalise_buffer_rows_dropped_total 0\n",
        ] {
            assert!(page.contains(line), "{line}: {page}");
        }
        assert!(!page.contains("balise_buffer_delivered"), "{page}");
    }

    proptest! {
        #[test]
        fn whatever_is_published_no_line_is_broken_or_not_a_number(
            site in any::<String>(),
            name in any::<String>(),
            value in any::<f64>(),
        ) {
            let board = Board::new("0.1.0");
            let id = BatteryId::new(&site, &name);
            board.describe(&id, Info::new(&name, &site));
            board.publish(&id, &full_row(value));
            for line in board.render().lines().filter(|line| !line.starts_with('#')) {
                let (series, number) = line.rsplit_once(' ').unwrap_or_default();
                prop_assert!(series.ends_with('}'), "{}", line);
                prop_assert!(number.parse::<f64>().is_ok_and(f64::is_finite), "{}", line);
            }
        }
    }
}
