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
    let label = |part: &str| part.strip_suffix(';').filter(|rest| is_dots(rest)).unwrap_or(part).to_owned();
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
    // A browser takes a part that is nothing but dots, encoded or not, for a way up.
    if is_dots(&part) { part + ";" } else { part }
}

fn is_dots(part: &str) -> bool {
    matches!(part, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
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
        assert_eq!(id("..;", "a/b"), up);
        assert_eq!(id("x;", "b").site(), "x;");
    }
}
