//! Reads a capture, one record after the other, in the memory of one line.

use super::{CaptureError, Event, HEADER, HEADER_BEFORE, HEADER_STEM, PORT, SENT, STRAY};
use signals::{SimTime, Stamp};
use std::io::{self, BufRead, Read};

/// Longest line: an arrival has at most some thousand bytes.
const LINE_MAX: u64 = 1 << 20;

/// A capture being read.
#[derive(Debug)]
pub struct Reader<R: BufRead> {
    input: R,
    line: Vec<u8>,
    bytes: Vec<u8>,
    port: String,
    lines: u64,
    head: Vec<(String, String)>,
    /// The head was cut off in this line.
    torn_at: Option<u64>,
}

/// One line of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// The link's name.
    pub source: &'a str,
    /// When it happened.
    pub stamp: Stamp,
    /// What happened.
    pub event: Event<'a>,
}

impl<R: BufRead> Reader<R> {
    /// Begins to read; the first line must be a capture's.
    ///
    /// # Errors
    /// [`CaptureError::NotACapture`], [`CaptureError::OtherVersion`], or what the system says.
    pub fn new(input: R) -> Result<Self, CaptureError> {
        let mut reader = Self {
            input,
            line: Vec::new(),
            bytes: Vec::new(),
            port: String::new(),
            lines: 0,
            head: Vec::new(),
            torn_at: None,
        };
        if !reader.next_line()? {
            return Err(CaptureError::NotACapture);
        }
        match str::from_utf8(&reader.line).ok() {
            Some(HEADER | HEADER_BEFORE) => reader.read_head().map(|()| reader),
            Some(line) => match line.strip_prefix(HEADER_STEM) {
                Some(version) => Err(CaptureError::OtherVersion { version: version.trim().to_owned() }),
                None => Err(CaptureError::NotACapture),
            },
            None => Err(CaptureError::NotACapture),
        }
    }

    /// What the head says, word and value, in the order written.
    #[must_use]
    pub fn head(&self) -> &[(String, String)] {
        &self.head
    }

    /// Lines with `@` and the remarks among them.
    fn read_head(&mut self) -> Result<(), CaptureError> {
        while matches!(self.input.fill_buf()?.first(), Some(b'@' | b'#')) {
            match self.next_line() {
                Ok(_) => {}
                Err(CaptureError::Torn { line }) => {
                    self.torn_at = Some(line);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
            let text = String::from_utf8_lossy(&self.line);
            if let Some((word, value)) = text.strip_prefix("@ ").and_then(|told| told.split_once(' ')) {
                self.head.push((word.to_owned(), value.to_owned()));
            }
        }
        Ok(())
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// [`CaptureError`] with the line. After [`CaptureError::Torn`] there is nothing more.
    pub fn read(&mut self) -> Result<Option<Record<'_>>, CaptureError> {
        if let Some(line) = self.torn_at.take() {
            return Err(CaptureError::Torn { line });
        }
        loop {
            if !self.next_line()? {
                return Ok(None);
            }
            if !self.line.is_empty() && !self.line.starts_with(b"#") {
                break;
            }
        }
        let line = self.lines;
        let malformed = |what| CaptureError::Malformed { line, what };
        let text = str::from_utf8(&self.line).map_err(|_| malformed("not text"))?;
        let mut words = text.split(' ');
        let (Some(source), Some(monotonic), Some(wall), Some(event), None) =
            (words.next(), words.next(), words.next(), words.next(), words.next())
        else {
            return Err(malformed("not four words: source, monotonic ns, wall ns, and bytes or an event"));
        };
        let nanos = |word: &str| word.parse().map_err(|_| malformed("a stamp is not a whole number"));
        let stamp =
            Stamp { monotonic: SimTime::from_nanos(nanos(monotonic)?), wall_unix_nanos: nanos(wall)? };
        let event = match event {
            "opened" => Event::Opened,
            "lost" => Event::Lost,
            other => match other.strip_prefix(PORT) {
                Some(port) => {
                    self.port = port.replace("%20", " ").replace("%25", "%");
                    Event::Port(&self.port)
                }
                None => {
                    let (sent, stray) = (other.strip_prefix(SENT), other.strip_prefix(STRAY));
                    unhex(sent.or(stray).unwrap_or(other), &mut self.bytes)
                        .ok_or_else(|| malformed("bytes are not pairs of hex digits"))?;
                    match (sent, stray) {
                        (Some(_), _) => Event::Sent(&self.bytes),
                        (None, Some(_)) => Event::Stray(&self.bytes),
                        (None, None) => Event::Bytes(&self.bytes),
                    }
                }
            },
        };
        Ok(Some(Record { source, stamp, event }))
    }

    /// Fetches a whole line without its end; false when there is none.
    fn next_line(&mut self) -> Result<bool, CaptureError> {
        self.line.clear();
        self.lines += 1;
        self.input.by_ref().take(LINE_MAX).read_until(b'\n', &mut self.line)?;
        match self.line.pop() {
            None => Ok(false),
            Some(b'\n') => Ok(true),
            Some(_) if self.line.len() as u64 + 1 >= LINE_MAX => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "a line is far too long").into())
            }
            Some(_) if self.lines == 1 => Err(CaptureError::NotACapture),
            Some(_) => Err(CaptureError::Torn { line: self.lines }),
        }
    }
}

/// The bytes of pairs of hex digits; `None` for anything else, and for none at all.
pub(super) fn unhex(digits: &str, bytes: &mut Vec<u8>) -> Option<()> {
    bytes.clear();
    let pairs = digits.as_bytes().chunks_exact(2);
    if digits.is_empty() || !pairs.remainder().is_empty() {
        return None;
    }
    for pair in pairs {
        let byte = pair.iter().try_fold(0_u8, |byte, half| {
            char::from(*half).to_digit(16).map(|digit| (byte << 4) | digit as u8)
        })?;
        bytes.push(byte);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a broken test should stop")]

    use super::super::Writer;
    use super::*;

    const STAMP: Stamp = Stamp { monotonic: SimTime::from_nanos(1_500), wall_unix_nanos: -7 };

    fn written() -> Vec<u8> {
        let mut writer = Writer::new(Vec::new()).unwrap();
        writer.head("seed", "7").unwrap();
        writer.remark("one\ntwo").unwrap();
        writer.record("sign-1", STAMP, Event::Port("/dev/my port%")).unwrap();
        writer.record("sign-1", STAMP, Event::Opened).unwrap();
        writer.record("sign-1", STAMP, Event::Bytes(b"\r\nV\t12\xFF\0")).unwrap();
        writer.record("sign-1", STAMP, Event::Bytes(b"")).unwrap();
        writer.record("sign-1", STAMP, Event::Sent(b":154\n")).unwrap();
        writer.record("sign-1", STAMP, Event::Stray(b"\xFF")).unwrap();
        writer.record("sign-1", STAMP, Event::Lost).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn what_was_written_is_read() {
        let bytes = written();
        let mut reader = Reader::new(bytes.as_slice()).unwrap();
        assert_eq!(reader.head(), [("seed".to_owned(), "7".to_owned())]);
        let events = [
            Event::Port("/dev/my port%"),
            Event::Opened,
            Event::Bytes(b"\r\nV\t12\xFF\0"),
            Event::Sent(b":154\n"),
            Event::Stray(b"\xFF"),
            Event::Lost,
        ];
        for event in events {
            let record = reader.read().unwrap();
            assert_eq!(record, Some(Record { source: "sign-1", stamp: STAMP, event }));
        }
        assert_eq!(reader.read().unwrap(), None);
    }

    #[test]
    fn a_capture_cut_anywhere_gives_its_whole_lines_and_then_says_torn() {
        let bytes = written();
        let first_line = HEADER.len() + 1;
        for cut in first_line..bytes.len() {
            let part = bytes.get(..cut).unwrap();
            let mut reader = Reader::new(part).unwrap();
            let mut whole = 0;
            let end = loop {
                match reader.read() {
                    Ok(Some(_)) => whole += 1,
                    end => break end.map(|_| ()),
                }
            };
            let lines = part.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(whole, lines.saturating_sub(4), "cut at {cut}");
            let torn = matches!(end, Err(CaptureError::Torn { .. }));
            assert_eq!(torn, part.last() != Some(&b'\n'), "cut at {cut}");
        }
    }

    fn check_refused(text: &str, expected: &str) {
        let error =
            Reader::new(text.as_bytes()).and_then(|mut reader| reader.read().map(|_| ())).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn errors_name_the_line() {
        check_refused("", "line 1: not a capture, which begins with `balise-capture 2`");
        check_refused("V\t12\n", "line 1: not a capture, which begins with `balise-capture 2`");
        check_refused(
            "balise-capture 3\n",
            "line 1: version 3 of the format, this program reads versions 1 and 2",
        );
        check_refused("balise-capture 1\n# ok\na 1 x 00\n", "line 3: a stamp is not a whole number");
        check_refused("balise-capture 1\na 1 2 0\n", "line 2: bytes are not pairs of hex digits");
        check_refused(
            "balise-capture 1\na 1 2\n",
            "line 2: not four words: source, monotonic ns, wall ns, and bytes or an event",
        );
    }

    #[test]
    fn a_capture_of_the_version_before_is_read() {
        let mut reader =
            Reader::new(b"balise-capture 1\n# x\na/b 1 2 opened\na/b 3 4 0A\n".as_slice()).unwrap();
        assert_eq!(reader.read().unwrap().map(|record| record.event), Some(Event::Opened));
        assert_eq!(reader.read().unwrap().map(|record| record.event), Some(Event::Bytes(b"\n")));
        assert_eq!(reader.read().unwrap(), None);
    }

    #[test]
    fn a_name_that_would_break_the_line_is_refused() {
        let mut writer = Writer::new(Vec::new()).unwrap();
        for name in ["", "a b", "#a", "a\n"] {
            assert!(matches!(writer.record(name, STAMP, Event::Lost), Err(CaptureError::BadName { .. })));
        }
    }
}
