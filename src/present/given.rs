//! What a deck is made of: the folders, sorted by kind, and the writer.

use super::folder::Folder;
use super::found::{AlertScores, Found, Load, Nights, Rig, Run, RunLine, Scoring, Study};
use super::talk::Talk;

/// A folder with what it holds.
pub type Of<'a, T> = (&'a Folder, &'a T);

/// The folders and the writer.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The folders, in the order they were named.
    pub folders: &'a [Folder],
    /// How it is written.
    pub talk: Talk,
}

impl<'a> Given<'a> {
    fn each<T>(&self, pick: impl Fn(&'a Found) -> Option<&'a T>) -> Vec<Of<'a, T>> {
        self.folders.iter().filter_map(|folder| Some((folder, pick(&folder.found)?))).collect()
    }

    /// Trials on measured data.
    #[must_use]
    pub fn scorings(&self) -> Vec<Of<'a, Scoring>> {
        self.each(|found| if let Found::Scoring(it) = found { Some(it) } else { None })
    }

    /// Every model that was tried.
    #[must_use]
    pub fn studies(&self) -> Vec<Of<'a, Study>> {
        self.each(|found| if let Found::Study(it) = found { Some(it) } else { None })
    }

    /// How good the look ahead is.
    #[must_use]
    pub fn nights(&self) -> Vec<Of<'a, Nights>> {
        self.each(|found| if let Found::Nights(it) = found { Some(it) } else { None })
    }

    /// Alerts over populations.
    #[must_use]
    pub fn alerts(&self) -> Vec<Of<'a, AlertScores>> {
        self.each(|found| if let Found::Alerts(it) = found { Some(it) } else { None })
    }

    /// Single runs.
    #[must_use]
    pub fn runs(&self) -> Vec<Of<'a, Run>> {
        self.each(|found| if let Found::Run(it) = found { Some(it.as_ref()) } else { None })
    }

    /// Several runs in one folder.
    #[must_use]
    pub fn run_lists(&self) -> Vec<Of<'a, Vec<RunLine>>> {
        self.each(|found| if let Found::Runs(it) = found { Some(it) } else { None })
    }

    /// Benches.
    #[must_use]
    pub fn rigs(&self) -> Vec<Of<'a, Rig>> {
        self.each(|found| if let Found::Rig(it) = found { Some(it) } else { None })
    }

    /// What a monitor carries.
    #[must_use]
    pub fn loads(&self) -> Vec<Of<'a, Load>> {
        self.each(|found| if let Found::Load(it) = found { Some(it) } else { None })
    }
}
