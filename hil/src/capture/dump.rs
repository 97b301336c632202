//! A file of bytes from anywhere: raw, or a hex dump with remarks.
//!
//! In a dump a line `<<< 0D 0A …` came from the device, `>>> …` went to it, and `#` begins a remark.
//! Anything else is taken as raw bytes.

use super::reader::unhex;
use super::{CaptureError, Event, Reader};
use std::borrow::Cow;
use std::io::{BufRead, Write};

/// A dump with a line that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: not `<<<` or `>>>` with pairs of hex digits, and not a remark")]
pub struct DumpError {
    /// Line number, from 1.
    pub line: usize,
}

/// A line of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpLine {
    /// The device sent it, `<<<`; else the host, `>>>`.
    pub from_device: bool,
    /// What was sent.
    pub bytes: Vec<u8>,
}

/// The bytes the device sent and, `with_requests`, those it was sent, in the order of the file.
///
/// # Errors
/// [`DumpError`] when the file is a dump and one of its lines is not.
pub fn read_dump(file: &[u8], with_requests: bool) -> Result<Cow<'_, [u8]>, DumpError> {
    let Some(lines) = dump_lines(file)? else { return Ok(Cow::Borrowed(file)) };
    let wanted = lines.into_iter().filter(|line| line.from_device || with_requests);
    Ok(Cow::Owned(wanted.flat_map(|line| line.bytes).collect()))
}

/// The lines of a dump, or `None` of a file of raw bytes.
///
/// # Errors
/// [`DumpError`] when the file is a dump and one of its lines is not.
pub fn dump_lines(file: &[u8]) -> Result<Option<Vec<DumpLine>>, DumpError> {
    let Some(text) = str::from_utf8(file).ok().filter(|text| is_dump(text)) else { return Ok(None) };
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let error = DumpError { line: index + 1 };
        let (from_device, digits) = match (line.strip_prefix("<<<"), line.strip_prefix(">>>")) {
            (Some(digits), _) => (true, digits),
            (None, Some(digits)) => (false, digits),
            (None, None) => return Err(error),
        };
        let digits = digits.split('#').next().unwrap_or_default();
        let digits: String = digits.chars().filter(|character| !character.is_whitespace()).collect();
        let mut bytes = Vec::new();
        unhex(&digits, &mut bytes).ok_or(error)?;
        lines.push(DumpLine { from_device, bytes });
    }
    Ok(Some(lines))
}

/// Writes a capture as a dump: each arrival with a remark of when and where before it. How many lines of
/// bytes it came to.
///
/// # Errors
/// [`CaptureError`]; after [`CaptureError::Torn`] everything before the tear is written.
pub fn write_dump<R: BufRead>(reader: &mut Reader<R>, out: &mut impl Write) -> Result<u64, CaptureError> {
    for (word, value) in reader.head() {
        writeln!(out, "# {word} {value}")?;
    }
    let mut lines = 0;
    while let Some(record) = reader.read()? {
        let nanos = record.stamp.monotonic.as_nanos();
        let (secs, rest) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
        write!(out, "# {secs}.{rest:09} s {}", record.source)?;
        let (mark, bytes) = match record.event {
            Event::Port(port) => {
                writeln!(out, " on {port}")?;
                continue;
            }
            Event::Opened => {
                writeln!(out, " opened")?;
                continue;
            }
            Event::Lost => {
                writeln!(out, " lost")?;
                continue;
            }
            Event::Bytes(bytes) => ("<<<", bytes),
            Event::Stray(bytes) => {
                write!(out, " stray")?;
                ("<<<", bytes)
            }
            Event::Sent(bytes) => (">>>", bytes),
        };
        write!(out, "\n{mark}")?;
        for byte in bytes {
            write!(out, " {byte:02X}")?;
        }
        writeln!(out)?;
        lines += 1;
    }
    Ok(lines)
}

/// The first line that is no remark says what the file is.
fn is_dump(text: &str) -> bool {
    let said = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    said.is_some_and(|line| line.starts_with("<<<") || line.starts_with(">>>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_gives_what_the_device_sent() {
        let dump = b"# a pack\n>>> DD A5 03\n<<< DD 03 00\n\n<<< 0d0A # the end\n";
        assert_eq!(read_dump(dump, false), Ok(Cow::Owned(b"\xDD\x03\x00\r\n".to_vec())));
        assert_eq!(read_dump(dump, true), Ok(Cow::Owned(b"\xDD\xA5\x03\xDD\x03\x00\r\n".to_vec())));
        assert_eq!(read_dump(b"<<< DD\nnonsense\n", false), Err(DumpError { line: 2 }));
        assert_eq!(read_dump(b"# x\n<<< D\n", false), Err(DumpError { line: 2 }));
    }

    #[test]
    fn a_capture_written_as_a_dump_reads_as_the_same_bytes() {
        let capture = b"balise-capture 2\n@ seed 7\na/b 1500000000 0 port=/dev/x\na/b 1500000000 0 >0102\n\
            a/b 1500000007 0 0D0A\na/b 1500000008 0 ~FF\na/b 2000000000 0 lost\n";
        let mut dump = Vec::new();
        let lines = Reader::new(capture.as_slice()).and_then(|mut reader| write_dump(&mut reader, &mut dump));
        assert_eq!(lines.ok(), Some(3));
        assert!(dump.starts_with(b"# seed 7\n# 1.500000000 s a/b on /dev/x\n"));
        assert_eq!(read_dump(&dump, true), Ok(Cow::Owned(b"\x01\x02\r\n\xFF".to_vec())));
    }

    #[test]
    fn anything_else_is_raw() {
        for raw in [b"\r\nV\t12065\r\n".as_slice(), b"# frames\n:4AAAAFD\n", b"\xFF<<< DD\n", b""] {
            assert_eq!(read_dump(raw, false), Ok(Cow::Borrowed(raw)));
        }
    }
}
