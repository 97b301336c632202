//! The bytes of a log, line by line: gzip or plain, from a file or standard input.
//!
//! What cannot be a table of text is refused before anything is read of it: nothing at all, UTF-16, binary.
//! A gzip that ends too early is read up to its cut, and the cut is told: its last line may be half a number.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

/// What the head of a file is judged by, and dialects are told apart on.
const HEAD_BYTES: usize = 64 << 10;
/// A longer line is none of a log's.
const LINE_BYTES_MAX: usize = 1 << 20;
/// Beyond this share of control characters a file is no text.
const CONTROL_SHARE_MAX: f64 = 0.02;

/// Why a file is no log.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system refuses.
    #[error("unreadable")]
    Io(#[from] io::Error),
    /// Not one byte, or only blank lines.
    #[error("empty")]
    Empty,
    /// Two bytes a character.
    #[error("UTF-16")]
    Utf16,
    /// No text.
    #[error("binary")]
    Binary,
    /// A gzip of which nothing could be unpacked.
    #[error("broken gzip")]
    BrokenGzip,
}

/// A file being read.
pub struct Source {
    head: Vec<u8>,
    rest: Box<dyn BufRead>,
    cut: Rc<Cell<bool>>,
    terminator: u8,
    line: u32,
}

/// One line, without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineEnd {
    /// Its number, from 1.
    pub number: u32,
    /// An end of line follows it.
    pub is_whole: bool,
    /// It went on beyond what a line may hold.
    pub is_endless: bool,
}

impl Source {
    /// Opens `path`, `-` for standard input.
    ///
    /// # Errors
    /// Where it cannot be read, or is no text.
    pub fn open(path: &str) -> Result<Self, SourceError> {
        if path == "-" { Self::of(Box::new(io::stdin())) } else { Self::of(Box::new(File::open(path)?)) }
    }

    /// What `input` holds.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn of(mut input: Box<dyn Read>) -> Result<Self, SourceError> {
        let mut magic = Vec::with_capacity(2);
        input.by_ref().take(2).read_to_end(&mut magic)?;
        let is_gzip = magic == [0x1f, 0x8b];
        let whole = Cursor::new(magic).chain(input);
        let cut = Rc::new(Cell::new(false));
        let plain: Box<dyn Read> = if is_gzip {
            Box::new(Tolerant { inner: MultiGzDecoder::new(BufReader::new(whole)), cut: Rc::clone(&cut) })
        } else {
            Box::new(whole)
        };
        let mut plain = BufReader::with_capacity(256 << 10, plain);
        let mut head = Vec::new();
        plain.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        if head.is_empty() && is_gzip && cut.get() {
            return Err(SourceError::BrokenGzip);
        }
        judge(&head)?;
        if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            head.drain(..3);
        }
        let terminator = if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' };
        let rest: Box<dyn BufRead> = Box::new(Cursor::new(head.clone()).chain(plain));
        Ok(Self { head, rest, cut, terminator, line: 0 })
    }

    /// What the file begins with.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// What ends its lines.
    pub const fn terminator(&self) -> u8 {
        self.terminator
    }

    /// The compressed file ended before its end.
    pub fn is_cut(&self) -> bool {
        self.cut.get()
    }

    /// Everything from here on, for whoever reads another format.
    pub fn into_inner(self) -> Box<dyn BufRead> {
        self.rest
    }

    /// Reads the next line into `line`; `None` at the end.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<Option<LineEnd>> {
        line.clear();
        let taken = self.rest.by_ref().take(LINE_BYTES_MAX as u64).read_until(self.terminator, line)?;
        if taken == 0 {
            return Ok(None);
        }
        self.line = self.line.saturating_add(1);
        let is_whole = line.last() == Some(&self.terminator);
        let mut is_endless = false;
        if is_whole {
            line.pop();
        } else if taken == LINE_BYTES_MAX {
            is_endless = true;
            self.skip_line()?;
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(LineEnd { number: self.line, is_whole: is_whole || is_endless, is_endless }))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = self.rest.fill_buf()?;
            if chunk.is_empty() {
                return Ok(());
            }
            let end = chunk.iter().position(|byte| *byte == self.terminator);
            let length = end.map_or(chunk.len(), |at| at + 1);
            self.rest.consume(length);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

fn judge(head: &[u8]) -> Result<(), SourceError> {
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Err(SourceError::Utf16);
    }
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(SourceError::Empty);
    }
    let nulls = head.iter().filter(|byte| **byte == 0).count();
    let of_parity =
        |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count() * 2;
    if nulls * 3 > head.len() && (of_parity(0) < nulls / 4 || of_parity(1) < nulls / 4) {
        return Err(SourceError::Utf16);
    }
    let control =
        head.iter().filter(|byte| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0C)).count();
    if nulls > 0 || control as f64 > CONTROL_SHARE_MAX * head.len() as f64 {
        return Err(SourceError::Binary);
    }
    Ok(())
}

/// A gzip whose early end, or spoilt middle, ends the file instead of the work.
struct Tolerant<R> {
    inner: R,
    cut: Rc<Cell<bool>>,
}

impl<R: Read> Read for Tolerant<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cut.get() {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
                ) =>
            {
                self.cut.set(true);
                Ok(0)
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(bytes: &[u8]) -> Result<Source, SourceError> {
        Source::of(Box::new(Cursor::new(bytes.to_vec())))
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(matches!(opened(b""), Err(SourceError::Empty)));
        assert!(matches!(opened(b"\n \r\n"), Err(SourceError::Empty)));
        assert!(matches!(opened(b"\x7fELF\x02\x01\x01\0\0\0"), Err(SourceError::Binary)));
        assert!(matches!(opened(b"\xff\xfea\0,\0b\0"), Err(SourceError::Utf16)));
        assert!(matches!(opened(b"a\0,\0b\0\n\x001\0,\x002\0"), Err(SourceError::Utf16)));
        assert!(matches!(opened(&[0x1f, 0x8b, 8, 0]), Err(SourceError::BrokenGzip)));
    }

    #[test]
    fn lines_are_counted_and_an_unfinished_one_is_known() -> Result<(), SourceError> {
        let mut source = opened(b"\xEF\xBB\xBFa,b\r\n1,2\n3,4")?;
        let (mut line, mut seen) = (Vec::new(), Vec::new());
        while let Some(end) = source.next_line(&mut line)? {
            seen.push((String::from_utf8_lossy(&line).into_owned(), end.number, end.is_whole));
        }
        let expected =
            [("a,b".to_owned(), 1, true), ("1,2".to_owned(), 2, true), ("3,4".to_owned(), 3, false)];
        assert_eq!(seen, expected);
        Ok(())
    }
}
