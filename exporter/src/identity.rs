//! Who a row belongs to, in label values that can harm nobody.
//!
//! One raw `"` in a label value made Prometheus 2.42 refuse a page of 1,000 series: a device that sends a
//! hostile name would blind the whole gateway. Label values are therefore at most 64 printable ASCII
//! characters without quotes and backslashes, from the moment an identity exists.

use std::fmt;

/// Longest label value.
const CHARACTERS_MAX: usize = 64;

/// One battery: the site it stands at and its name there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatteryId {
    site: String,
    battery: String,
}

/// What does not change about a battery; labels of `balise_battery_info`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Info {
    chemistry: String,
    device: String,
}

impl BatteryId {
    /// The battery called `battery` at `site`, both cleaned.
    #[must_use]
    pub fn new(site: &str, battery: &str) -> Self {
        Self { site: clean(site), battery: clean(battery) }
    }

    /// The site.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The battery's name at its site.
    #[must_use]
    pub fn battery(&self) -> &str {
        &self.battery
    }
}

impl fmt::Display for BatteryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.site, self.battery)
    }
}

impl Info {
    /// A battery of this chemistry read through this kind of device, both cleaned.
    #[must_use]
    pub fn new(chemistry: &str, device: &str) -> Self {
        Self { chemistry: clean(chemistry), device: clean(device) }
    }

    /// Cell chemistry.
    #[must_use]
    pub fn chemistry(&self) -> &str {
        &self.chemistry
    }

    /// Kind of the device that reads the battery.
    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }
}

/// `text` as a label value: each character outside printable ASCII, each quote and each backslash
/// becomes `_`; nothing at all becomes `_` too, since an empty label is no label to Prometheus.
#[must_use]
pub fn clean(text: &str) -> String {
    let harmless = |character: char| match character {
        '"' | '\'' | '\\' => '_',
        ' '..='~' => character,
        _ => '_',
    };
    let cleaned: String = text.trim().chars().take(CHARACTERS_MAX).map(harmless).collect();
    if cleaned.is_empty() { "_".to_owned() } else { cleaned }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_string_becomes_a_short_printable_label(text in any::<String>()) {
            let cleaned = clean(&text);
            prop_assert!((1..=CHARACTERS_MAX).contains(&cleaned.len()));
            prop_assert!(cleaned.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert!(!cleaned.contains(['"', '\'', '\\']));
        }

        #[test]
        fn cleaning_twice_changes_nothing(text in "\\PC{0,70}") {
            let cleaned = clean(&text);
            prop_assert_eq!(clean(&cleaned), cleaned.trim_end());
        }
    }

    #[test]
    fn an_ordinary_name_stays_as_it_is() {
        assert_eq!(BatteryId::new("QC-138-01", "main").to_string(), "QC-138-01/main");
    }
}
