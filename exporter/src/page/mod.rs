//! The page a crew sees: fleet, one sign, what changes live, and how it was.
//!
//! ```text
//! board ─┐                       ┌─> /  /sign/SITE/BATTERY     whole documents, readable without a script
//! alerts ├─> Scene ─> Teller ────┼─> /events                   server-sent: what changed, twice a second
//! truth ─┘     └─> History ──────┴─> /history/SITE/BATTERY     curves of an hour, day, week or season
//! ```
//!
//! This side knows HTTP, the ring of history and which Host may ask. It has no sentence of its own: a [`Teller`] makes the documents
//! and the words, in the reader's language. Everything is read-only, needs no other machine, and works offline.

mod archive;
mod asset;
pub mod events;
pub mod feed;
pub mod history;
mod host;
pub mod link;
mod reader;
mod router;
pub mod scene;
mod stream;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::rules::Language;
use crate::{BatteryId, Board};

pub use archive::{Archive, Past};
pub use asset::address_of as asset_address;
pub use events::{Event, EventKind};
pub use feed::{Cells, Live};
pub use history::{Curves, History, Span};
pub use host::Hosts;
pub use scene::{About, ActiveAlert, Alerts, Firing, Moment, Scene, SignNow};

use events::Events;
use feed::{Feed, Joined, Open};

/// Whoever knows the words. Called with what is to be said; gives whole documents, pieces of them, and answers for the charts.
pub trait Teller: Send + Sync {
    /// The fleet's document.
    fn fleet(&self, scene: &Scene, live: &Live, language: Language) -> String;
    /// A sign's document.
    fn sign(&self, scene: &Scene, sign: &SignNow, live: &Live, language: Language) -> String;
    /// A document that says why there is none, and where to go.
    fn refusal(&self, refusal: Refusal, language: Language) -> String;
    /// What is live on the pages of a language.
    fn live(&self, scene: &Scene, language: Language) -> Live;
    /// The answer to a chart, as JSON.
    fn history(&self, asked: &Asked<'_>, language: Language) -> String;
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing is there.
    NoSuchPage,
    /// No sign is called so.
    NoSuchSign,
    /// No span is called so.
    NoSuchSpan,
    /// It was asked for under somebody else's name.
    ForeignHost,
}

/// What a chart asks for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Now.
    pub moment: Moment,
    /// Whose.
    pub sign: &'a SignNow,
    /// How far back.
    pub span: Span,
    /// The points.
    pub curves: &'a Curves,
    /// What happened meanwhile.
    pub events: &'a [Event],
}

/// The page; clones share it.
#[derive(Clone)]
pub struct Page {
    inner: Arc<Inner>,
}

struct Inner {
    board: Board,
    teller: Box<dyn Teller>,
    archive: Option<Box<dyn Archive>>,
    hosts: Hosts,
    /// Tells this run of the program from the one before it: numbers of events begin anew with each.
    run: u64,
    state: Mutex<State>,
    feeds: [Mutex<Feed>; 2],
    streams: Arc<tokio::sync::Semaphore>,
}

#[derive(Debug, Default)]
struct State {
    moment: Moment,
    about: BTreeMap<BatteryId, About>,
    faults: BTreeMap<BatteryId, Vec<String>>,
    alerts: Alerts,
    histories: BTreeMap<BatteryId, History>,
    events: Events,
}

impl Page {
    /// A page of this board, told by `teller` under these names; older curves than its own come from `archive`. `run` names this run
    /// of the program: any number another run is unlikely to have.
    #[must_use]
    pub fn new(
        board: Board,
        teller: Box<dyn Teller>,
        archive: Option<Box<dyn Archive>>,
        hosts: Hosts,
        run: u64,
    ) -> Self {
        let streams = Arc::new(tokio::sync::Semaphore::new(stream::STREAMS_MAX));
        let (state, feeds) = (Mutex::default(), [Mutex::default(), Mutex::default()]);
        Self { inner: Arc::new(Inner { board, teller, archive, hosts, run, state, feeds, streams }) }
    }

    /// Says what the configuration says of a sign.
    pub fn describe(&self, id: &BatteryId, about: About) {
        self.state().about.insert(id.clone(), about);
    }

    /// What is known of alerts now.
    pub fn set_alerts(&self, alerts: Alerts) {
        let mut state = self.state();
        let now = state.moment.run_secs;
        state.events.see_alerts(now, &alerts);
        state.alerts = alerts;
    }

    /// The faults of the simulation that act on a sign now.
    pub fn set_faults(&self, id: &BatteryId, acting: Vec<String>) {
        let mut state = self.state();
        let now = state.moment.run_secs;
        state.events.see_faults(now, id, &acting);
        state.faults.insert(id.clone(), acting);
    }

    /// Somebody was told of a sign's alert at an instant of the run.
    pub fn note_delivery(&self, run_secs: f64, id: &BatteryId, alert: &str) {
        self.state().events.see_delivery(run_secs, id, alert);
    }

    /// It is `moment` now: the rings take the board's rows, and open pages are sent what changed.
    pub fn tick(&self, moment: Moment) {
        {
            let mut state = self.state();
            state.moment = moment;
            for (id, row, _) in self.inner.board.rows() {
                state.histories.entry(id).or_default().note(moment.run_secs, &row);
            }
        }
        for language in Language::ALL {
            let is_idle = self.feed(language).is_idle();
            if !is_idle {
                self.refresh(language);
            }
        }
    }

    /// When it was last ticked.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.state().moment
    }

    /// Everything there is to show.
    #[must_use]
    pub fn scene(&self) -> Scene {
        let state = self.state();
        let sign = |shown: crate::board::Shown| {
            let (about, faults) = (state.about.get(&shown.id), state.faults.get(&shown.id));
            SignNow::of(shown, about, faults.map_or(&[], Vec::as_slice), &state.moment)
        };
        let signs = self.inner.board.shown().into_iter().map(sign).collect();
        Scene { moment: state.moment, signs, alerts: state.alerts.clone() }
    }

    /// Its addresses.
    pub fn router(&self) -> axum::Router {
        router::router(self.clone())
    }

    fn refresh(&self, language: Language) {
        let scene = self.scene();
        let live = self.inner.teller.live(&scene, language);
        self.feed(language).tell(scene.moment, live);
    }

    /// A page opens. One that opens first finds a feed that has rested: it is brought up to now.
    fn join(&self, language: Language, open: &Open, number: Option<u64>) -> Joined {
        let is_idle = self.feed(language).is_idle();
        if is_idle {
            self.refresh(language);
        }
        self.feed(language).join(open, number)
    }

    /// The curves of a span, from memory where it reaches back far enough, else from the archive.
    async fn past(&self, id: &BatteryId, span: Span) -> Past {
        let (moment, ours, events, begins) = {
            let state = self.state();
            let moment = state.moment;
            let history = state.histories.get(id);
            let curves = history.map(|history| history.curves(span, moment.run_secs)).unwrap_or_default();
            let events = state.events.since(id, moment.run_secs - span.secs());
            (moment, curves, events, history.and_then(|history| history.begins(span)))
        };
        let from = moment.run_secs - span.secs();
        let reaches = begins.is_some_and(|begins| begins <= from + 2.0 * span.bucket_secs());
        let ours = Past { curves: ours, events };
        match &self.inner.archive {
            Some(archive) if !reaches => match archive.past(id, span, moment).await {
                Some(theirs) => theirs.joined(ours),
                None => ours,
            },
            _ => ours,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn feed(&self, language: Language) -> MutexGuard<'_, Feed> {
        self.inner.feeds[language as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
