//! What the page says: documents, live pieces and answers to charts, in French and English. `exporter::page` serves them.
//!
//! ```text
//! Scene ─┬─ state   what it means to a crew          fleet.html  sign.html  refusal.html
//!        ├─ todo    what to do there, and by when         └── page.html ──> documents
//!        ├─ cells   every live piece, in words  ──────────────> documents, open pages
//!        └─ curves  answers to charts
//! prometheus ── alerts, archive          truth file ── truth          demo ── deliveries
//! ```

pub mod advice;
mod alerts;
mod archive;
mod cells;
mod curves;
mod document;
mod keeper;
mod prometheus;
pub mod state;
mod tail;
mod todo;
mod truth;
pub mod when;

use std::collections::BTreeMap;

use exporter::BatteryId;
use exporter::page::{Asked, Live, Refusal, Scene, SignNow, Teller};
use exporter::rules::Language;
use jiff::tz::TimeZone;

use crate::foresight::STANDING_DEFAULT;
use crate::outlook::sun::Standing;
use crate::words::Words;

pub use keeper::{Settings, Simulation, keep, open};
pub use prometheus::Prometheus;

use document::Documents;

/// Says everything the page says.
#[derive(Debug)]
pub struct Pages {
    zone: TimeZone,
    standings: BTreeMap<BatteryId, Standing>,
    documents: [Documents; 2],
}

impl Pages {
    /// A teller for readers in this zone, of signs whose panels stand there.
    ///
    /// # Errors
    /// Where a template of ours is not sound.
    pub fn new(zone: TimeZone, standings: BTreeMap<BatteryId, Standing>) -> Result<Self, minijinja::Error> {
        let documents = [Documents::new(Words::French)?, Documents::new(Words::English)?];
        Ok(Self { zone, standings, documents })
    }

    fn of(&self, language: Language) -> &Documents {
        &self.documents[language as usize]
    }
}

impl Teller for Pages {
    fn fleet(&self, scene: &Scene, live: &Live, language: Language) -> String {
        self.of(language).fleet(scene, live, &self.zone)
    }

    fn sign(&self, scene: &Scene, sign: &SignNow, live: &Live, language: Language) -> String {
        self.of(language).sign(scene, sign, live, &self.zone)
    }

    fn refusal(&self, refusal: Refusal, language: Language) -> String {
        self.of(language).refusal(refusal, &self.zone)
    }

    fn live(&self, scene: &Scene, language: Language) -> Live {
        cells::live(scene, &self.zone, Words::of(language))
    }

    fn history(&self, asked: &Asked<'_>, language: Language) -> String {
        let standing = self.standings.get(&asked.sign.id).unwrap_or(&STANDING_DEFAULT);
        curves::answer(asked, standing, &self.zone, Words::of(language))
    }
}
