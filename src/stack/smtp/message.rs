//! From the bytes of a mail to its words: headers (RFC 5322), encoded words (RFC 2047), the plain part
//! of a multipart (RFC 2046) and its transfer encoding (RFC 2045). What cannot be decoded stays as sent.

use std::collections::BTreeMap;

/// Parts within parts within parts are looked through this deep.
const DEPTH_MAX: usize = 4;

/// Headers by lower-case name, and the plain text.
pub(super) fn read(bytes: &[u8]) -> (BTreeMap<String, String>, String) {
    let (headers, body) = split(bytes);
    let text = plain(&headers, body, DEPTH_MAX).unwrap_or_default();
    let decoded = headers.into_iter().map(|(name, value)| (name, words(&value))).collect();
    (decoded, text.replace("\r\n", "\n"))
}

/// Headers, unfolded, and what follows the first empty line.
fn split(bytes: &[u8]) -> (BTreeMap<String, String>, &[u8]) {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = match end {
        _ if bytes.starts_with(b"\r\n") => (&bytes[..0], &bytes[2..]),
        Some(end) => (&bytes[..end], &bytes[end + 4..]),
        None => (bytes, &bytes[..0]),
    };
    let head = String::from_utf8_lossy(head).replace("\r\n ", " ").replace("\r\n\t", " ");
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
    };
    (head.split("\r\n").filter_map(header).collect(), body)
}

/// The plain text of a part, looked for in the parts it is made of.
fn plain(headers: &BTreeMap<String, String>, body: &[u8], depth: usize) -> Option<String> {
    let kind = headers.get("content-type").map_or("text/plain", String::as_str);
    if let Some(boundary) = boundary(kind) {
        return parts(body, &boundary).into_iter().take(depth * 16).find_map(|part| {
            let (headers, body) = split(part);
            plain(&headers, body, depth.checked_sub(1)?)
        });
    }
    let encoding = headers.get("content-transfer-encoding").map_or("", String::as_str);
    kind.to_ascii_lowercase().starts_with("text/plain").then(|| {
        let decoded = match encoding.to_ascii_lowercase().as_str() {
            "quoted-printable" => unquoted(body),
            "base64" => base64(body),
            _ => body.to_vec(),
        };
        String::from_utf8_lossy(&decoded).into_owned()
    })
}

/// The boundary of `multipart/…; boundary=…`.
fn boundary(kind: &str) -> Option<String> {
    if !kind.to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let parameter = kind.split(';').find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    Some(parameter.trim_matches('"').to_owned())
}

/// What stands between the boundaries.
fn parts<'b>(body: &'b [u8], boundary: &str) -> Vec<&'b [u8]> {
    let mark = [b"--", boundary.as_bytes()].concat();
    let mut parts = Vec::new();
    let mut begun: Option<usize> = None;
    let mut at = 0_usize;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(&mark) {
            if let Some(begin) = begun {
                // The line end before a boundary belongs to the boundary.
                parts.push(&body[begin..at.saturating_sub(2).max(begin)]);
            }
            begun = Some(at + line.len());
        }
        at += line.len();
    }
    parts
}

/// Text with `=?utf-8?q?…?=` and `=?utf-8?b?…?=` decoded; blanks between two of them vanish.
fn words(text: &str) -> String {
    let mut decoded = String::new();
    let mut last_was_word = false;
    for word in text.split(' ') {
        let meaning = encoded_word(word);
        let joined = last_was_word && meaning.is_some();
        if !decoded.is_empty() && !joined {
            decoded.push(' ');
        }
        last_was_word = meaning.is_some();
        decoded += meaning.as_deref().unwrap_or(word);
    }
    decoded
}

fn encoded_word(word: &str) -> Option<String> {
    let mut fields = word.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
    let (charset, encoding, text) = (fields.next()?, fields.next()?, fields.next()?);
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let bytes = match encoding {
        "q" | "Q" => unquoted(text.replace('_', " ").as_bytes()),
        "b" | "B" => base64(text.as_bytes()),
        _ => return None,
    };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Quoted-printable: `=C3` is a byte, `=` at the end of a line joins it to the next.
fn unquoted(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, more @ ..] = rest {
        rest = more;
        if *first != b'=' {
            decoded.push(*first);
        } else if let Some(joined) = more.strip_prefix(b"\r\n") {
            rest = joined;
        } else if let Some(byte) = more.get(..2).and_then(hexadecimal) {
            decoded.push(byte);
            rest = &more[2..];
        } else {
            decoded.push(b'=');
        }
    }
    decoded
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Base64; anything outside its alphabet is passed over, as RFC 2045 asks.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for sextet in bytes.iter().filter_map(|byte| sextet(*byte)) {
        held = (held << 6 | u32::from(sextet)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            decoded.push((held >> bits) as u8);
        }
    }
    decoded
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As Alertmanager 0.25 sends it.
    const MAIL: &str = "Subject: =?utf-8?q?ALERTE=C2=A0:_batterie_=C3=A0?=\r\n =?utf-8?q?_38_%?=\r\n\
        To: crew@localhost\r\nContent-Type: multipart/alternative;  boundary=b0und\r\nMIME-Version: 1.0\r\n\r\n\
        --b0und\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Type: text/plain; charset=UTF-8\r\n\r\n\
        =C3=80 faire : d=C3=A9neigez=\r\n et 1 =3D 1\r\nfin\r\n--b0und--\r\n";

    #[test]
    fn subject_and_text_come_out_as_a_person_reads_them() {
        let (headers, body) = read(MAIL.as_bytes());
        assert_eq!(headers["subject"], "ALERTE\u{a0}: batterie à 38 %");
        assert_eq!(headers["to"], "crew@localhost");
        assert_eq!(body, "À faire : déneigez et 1 = 1\nfin");
    }

    #[test]
    fn the_plain_part_is_found_behind_another() {
        let mail = "Content-Type: multipart/mixed; boundary=\"x y\"\r\n\r\n--x y\r\nContent-Type: text/html\r\n\r\n\
            <p>\r\n--x y\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nw6k=\r\n--x y--\r\n";
        assert_eq!(read(mail.as_bytes()).1, "é");
    }

    #[test]
    fn a_mail_without_headers_or_encoding_is_its_own_text() {
        assert_eq!(read(b"\r\nhello\r\n").1, "hello\n");
        assert_eq!(read(b"Subject: plain words\r\n\r\nx").0["subject"], "plain words");
        assert_eq!(words("=?utf-8?b?w6k=?= and =?x?q?a?="), "é and =?x?q?a?=");
        assert_eq!(unquoted(b"a=zz=4"), b"a=zz=4");
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            read(&bytes);
            read(&[b"Content-Type: multipart/x; boundary=a\r\n\r\n--a\r\n".as_slice(), &bytes, b"--a"].concat());
        }
    }
}
