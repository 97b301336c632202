//! Addresses of signs. A label may hold anything printable: slashes, spaces, `..`; its address must lead back to it.

use std::fmt::Write;

use crate::BatteryId;

/// The two labels as they stand in an address, `site/battery`; nothing else encodes to the same.
#[must_use]
pub fn key(id: &BatteryId) -> String {
    format!("{}/{}", part(id.site()), part(id.battery()))
}

/// The sign of two decoded parts of an address.
#[must_use]
pub fn id(site: &str, battery: &str) -> BatteryId {
    let label = |part: &str| part.strip_suffix(';').filter(|rest| leads_up(rest)).unwrap_or(part).to_owned();
    BatteryId::new(&label(site), &label(battery))
}

fn part(label: &str) -> String {
    let mut part = String::with_capacity(label.len());
    for byte in label.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                part.push(char::from(byte))
            }
            // Writing to a string cannot fail.
            _ => drop(write!(part, "%{byte:02X}")),
        }
    }
    if leads_up(label) { part + ";" } else { part }
}

/// A browser takes a part that is nothing but dots, encoded or not, for a way up; one more `;` makes a name of it. What already ends in
/// `;` gets one more too, or two labels would have one address.
fn leads_up(label: &str) -> bool {
    matches!(label.trim_end_matches(';'), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the router makes of an address: two parts, decoded once.
    fn back(key: &str) -> BatteryId {
        let decoded = |part: &str| {
            let mut bytes = Vec::new();
            let mut rest = part.bytes();
            while let Some(byte) = rest.next() {
                let pair: Vec<u8> = if byte == b'%' { rest.by_ref().take(2).collect() } else { Vec::new() };
                let code = std::str::from_utf8(&pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
                bytes.push(code.unwrap_or(byte));
            }
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let (site, battery) = key.split_once('/').unwrap_or_default();
        id(&decoded(site), &decoded(battery))
    }

    proptest! {
        #[test]
        fn an_address_leads_back_to_its_sign(one in "[.;%/a ]{1,6}", two in "[ -~]{1,20}") {
            let id = BatteryId::new(&one, &two);
            prop_assert_eq!(back(&key(&id)), id);
        }

        #[test]
        fn an_address_is_plain_and_names_one_sign_only(one in "[ -~]{0,20}", two in "[ -~]{0,20}") {
            let written = key(&BatteryId::new(&one, &two));
            prop_assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%/;".contains(&byte)));
            prop_assert_eq!(written.matches('/').count(), 1);
        }
    }

    #[test]
    fn dots_do_not_lead_upwards() {
        let up = BatteryId::new("..", "a/b");
        assert_eq!(key(&up), "..;/a%2Fb");
        for label in [".", "..", ".;", "..;", "..;;", "x;", ";", "...", "%2e%2e"] {
            let id = BatteryId::new(label, label);
            let address = key(&id);
            assert_eq!(back(&address), id, "{label}");
            assert!(address.split('/').all(|part| !matches!(part, "." | "..")), "{address}");
        }
    }
}
