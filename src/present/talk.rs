//! How the deck writes: numbers, lengths of time, names of alerts, methods and folders, in the reader's language.

use exporter::rules::Language;
use fluent_templates::fluent_bundle::FluentValue;

use super::folder::Folder;
use crate::alerts;
use crate::report::{quantity, typeset};
use crate::words::Words;

/// A dash where nothing was measured.
pub const UNKNOWN: &str = "–";

/// The writer.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    /// The reader's language.
    pub words: Words,
}

impl Talk {
    /// A sentence without blanks.
    #[must_use]
    pub fn say(self, key: &str) -> String {
        self.set(&self.words.say(key))
    }

    /// A sentence whose blanks are texts.
    #[must_use]
    pub fn tell(self, key: &str, blanks: &[(&'static str, &str)]) -> String {
        let blanks: Vec<(&'static str, FluentValue<'_>)> =
            blanks.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        self.set(&self.words.tell(key, &blanks))
    }

    /// A sentence with a count that decides between one and many, and further texts.
    #[must_use]
    pub fn count(self, key: &str, count: usize, blanks: &[(&'static str, &str)]) -> String {
        let mut all = vec![("count", FluentValue::from(count))];
        all.extend(blanks.iter().map(|(name, value)| (*name, FluentValue::from(*value))));
        self.set(&self.words.tell(key, &all))
    }

    /// French marks stay with their words: no line begins with a colon or ends in an opening quotation mark.
    fn set(self, sentence: &str) -> String {
        if self.words == Words::English {
            return sentence.to_owned();
        }
        let marks = [" :", " ;", " ?", " !", " »", " %"];
        let kept = marks
            .iter()
            .fold(sentence.to_owned(), |text, mark| text.replace(mark, &mark.replace(' ', "\u{a0}")));
        kept.replace("« ", "«\u{a0}")
    }

    /// A ratio in per cent.
    #[must_use]
    pub fn percent(self, ratio: f64, digits: usize) -> String {
        typeset(&self.words.percent(ratio, digits))
    }

    /// The same, or a dash.
    #[must_use]
    pub fn percent_or(self, ratio: Option<f64>, digits: usize) -> String {
        ratio.map_or_else(|| UNKNOWN.to_owned(), |ratio| self.percent(ratio, digits))
    }

    /// A number.
    #[must_use]
    pub fn number(self, value: f64, digits: usize) -> String {
        typeset(&self.words.number(value, digits))
    }

    /// The same, or a dash.
    #[must_use]
    pub fn number_or(self, value: Option<f64>, digits: usize) -> String {
        value.map_or_else(|| UNKNOWN.to_owned(), |value| self.number(value, digits))
    }

    /// A number with a unit.
    #[must_use]
    pub fn quantity(self, value: Option<f64>, unit: &str) -> String {
        quantity(value, unit, self.words)
    }

    /// A length of time in the largest unit that fits.
    #[must_use]
    pub fn span(self, secs: f64) -> String {
        let (value, unit) = match secs.abs() {
            long if long >= 172_800.0 => (secs / 86_400.0, self.say("present-days")),
            long if long >= 3600.0 => (secs / 3600.0, "h".to_owned()),
            long if long >= 60.0 => (secs / 60.0, "min".to_owned()),
            long if long >= 1.0 => (secs, "s".to_owned()),
            _ => (secs * 1000.0, "ms".to_owned()),
        };
        let digits = if value.abs() >= 10.0 || (value - value.round()).abs() < 0.05 { 0 } else { 1 };
        format!("{}\u{a0}{unit}", self.number(value, digits))
    }

    /// One figure, or from the least to the most.
    #[must_use]
    pub fn range(self, values: &[f64], write: impl Fn(f64) -> String) -> Option<String> {
        let low = values.iter().copied().reduce(f64::min)?;
        let high = values.iter().copied().reduce(f64::max)?;
        let (first, last) = (write(low), write(high));
        if first == last {
            return Some(first);
        }
        // “1,5 – 3,2 %”: the unit once.
        let first = match (first.split_once('\u{a0}'), last.split_once('\u{a0}')) {
            (Some((number, unit)), Some((_, same))) if unit == same => number.to_owned(),
            _ => first,
        };
        // A word joiner: browsers break after a dash even before a no-break space.
        Some(format!("{first}\u{a0}–\u{2060}\u{a0}{last}"))
    }

    /// An alert as the crew reads it; its own name where it is none of ours.
    #[must_use]
    pub fn alert(self, name: &str) -> String {
        let language = match self.words {
            Words::French => Language::French,
            Words::English => Language::English,
        };
        let rule = alerts::standard().rules.iter().find(|rule| rule.name == name);
        rule.map_or_else(|| name.to_owned(), |rule| rule.texts(language).name.clone())
    }

    /// The same in quotation marks.
    #[must_use]
    pub fn quoted(self, name: &str) -> String {
        self.tell("present-quoted", &[("text", &self.alert(name))])
    }

    /// A sentence for a name from a file, where there is one; else the name itself.
    #[must_use]
    pub fn known(self, prefix: &str, name: &str) -> String {
        let key = format!("{prefix}{}", name.replace('_', "-"));
        let said = self.words.say(&key);
        if said.contains(&key) { name.to_owned() } else { said }
    }

    /// A few things after each other, an “and” before the last.
    #[must_use]
    pub fn list(self, all: &[String]) -> String {
        match all {
            [] => String::new(),
            [one] => one.clone(),
            [others @ .., last] => {
                self.tell("present-list", &[("others", &others.join(", ")), ("last", last)])
            }
        }
    }
}

/// Of many things the first few, and how many more there are.
const FEW: usize = 4;

impl Talk {
    /// As [`Talk::list`], cut where it would fill a slide.
    #[must_use]
    pub fn few(self, all: &[String]) -> String {
        if all.len() <= FEW {
            return self.list(all);
        }
        let mut shown = all[..FEW - 1].to_vec();
        shown.push(self.count("present-more", all.len() + 1 - FEW, &[]));
        self.list(&shown)
    }
}

/// The names of folders, each once.
#[must_use]
pub fn names<'a>(folders: impl IntoIterator<Item = &'a Folder>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for folder in folders {
        if !names.contains(&folder.name) {
            names.push(folder.name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRENCH: Talk = Talk { words: Words::French };
    const ENGLISH: Talk = Talk { words: Words::English };

    #[test]
    fn numbers_are_written_as_the_reader_does() {
        assert_eq!(FRENCH.percent(0.124, 1), "12,4\u{a0}%");
        assert_eq!(FRENCH.span(-2400.0), "\u{2212}40\u{a0}min");
        assert_eq!(ENGLISH.span(5400.0), "1.5\u{a0}h");
        let write = |value| FRENCH.percent(value, 1);
        assert_eq!(
            FRENCH.range(&[0.032, 0.015], write),
            Some("1,5\u{a0}–\u{2060}\u{a0}3,2\u{a0}%".to_owned())
        );
        assert_eq!(FRENCH.range(&[0.032], write), Some("3,2\u{a0}%".to_owned()));
        assert_eq!(FRENCH.range(&[], write), None);
    }

    #[test]
    fn an_alert_is_called_as_the_crew_calls_it_and_a_strange_one_by_its_name() {
        assert_eq!(FRENCH.alert("BaliseBatteryLow"), "batterie basse");
        assert_eq!(ENGLISH.alert("BaliseBatteryLow"), "battery low");
        assert_eq!(FRENCH.alert("Autre"), "Autre");
    }

    #[test]
    fn a_name_without_a_sentence_stands_for_itself() {
        assert_eq!(ENGLISH.known("present-method-", "coulomb_counter"), "coulomb counter");
        assert_eq!(ENGLISH.known("present-method-", "something_new"), "something_new");
    }
}
