//! The TEXT block being received: its bytes, and where its fields lie in them.
//!
//! The specification allows 22 fields with labels of 8 and values of 32 characters, 990 bytes; the
//! bounds here are wider, and a block past them is no block.

/// Most bytes a block may have.
const BYTES_MAX: usize = 1536;
/// Most fields a block may have, without its checksum.
const FIELDS_MAX: usize = 32;

/// Where one field lies: `label TAB value`.
#[derive(Debug, Clone, Copy, Default)]
struct Field {
    start: u16,
    tab: u16,
    end: u16,
}

/// The bytes since the block's first CR, and its fields so far.
#[derive(Debug, Clone)]
pub(super) struct Block {
    bytes: Vec<u8>,
    fields: [Field; FIELDS_MAX],
    count: usize,
    start: usize,
    tab: usize,
    malformed: bool,
}

/// A whole block that fitted, seen as text.
#[derive(Debug, Clone, Copy)]
pub(in crate::wire) struct Text<'a> {
    text: &'a str,
    fields: &'a [Field],
}

impl Block {
    pub(super) fn new() -> Self {
        let bytes = Vec::with_capacity(BYTES_MAX);
        Self { bytes, fields: [Field::default(); FIELDS_MAX], count: 0, start: 0, tab: 0, malformed: false }
    }

    /// Starts over with the CR LF that opens a block.
    pub(super) fn open(&mut self) {
        self.bytes.clear();
        self.bytes.extend_from_slice(b"\r\n");
        self.count = 0;
        self.malformed = false;
        self.start = 2;
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= BYTES_MAX
    }

    /// Nothing of the line that is being received has come yet.
    pub(super) fn at_line_start(&self) -> bool {
        self.start == self.bytes.len()
    }

    /// A whole printable line, `label TAB value CR LF` with the TAB at `tab`; its length, or 0 where it
    /// is not for this way: the checksum, and what would overfill the block.
    pub(super) fn take_field(&mut self, line: &[u8], tab: usize) -> usize {
        if self.bytes.len() + line.len() >= BYTES_MAX || line.get(..tab) == Some(b"Checksum") {
            return 0;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(line);
        self.start = self.bytes.len();
        self.note_field(start, start + tab, self.start - 2);
        line.len()
    }

    /// A character of a label or a value; what cannot be printed spoils the block.
    pub(super) fn character(&mut self, byte: u8) {
        self.malformed |= !(0x20..0x7F).contains(&byte);
        self.bytes.push(byte);
    }

    /// A CR or LF between fields.
    pub(super) fn separator(&mut self, byte: u8) {
        self.bytes.push(byte);
        self.start = self.bytes.len();
    }

    /// A byte where it cannot stand.
    pub(super) fn misplaced(&mut self, byte: u8) {
        self.malformed = true;
        self.bytes.push(byte);
    }

    /// The TAB after a label; true when the label was `Checksum`.
    pub(super) fn label_ends(&mut self) -> bool {
        self.tab = self.bytes.len();
        self.bytes.push(b'\t');
        self.bytes.get(self.start..self.tab) == Some(b"Checksum")
    }

    /// The CR after a value.
    pub(super) fn value_ends(&mut self) {
        self.note_field(self.start, self.tab, self.bytes.len());
        self.bytes.push(b'\r');
    }

    fn note_field(&mut self, start: usize, tab: usize, end: usize) {
        match self.fields.get_mut(self.count) {
            // A block is shorter than 64 KiB.
            Some(slot) => *slot = Field { start: start as u16, tab: tab as u16, end: end as u16 },
            None => self.malformed = true,
        }
        self.count += 1;
    }

    /// The checksum byte; true when the block is good.
    pub(super) fn close(&mut self, checksum: u8) -> bool {
        self.bytes.push(checksum);
        let sum = self.bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        sum == 0 && !self.malformed
    }

    /// The block as text, once it is good (its checksum byte left out).
    pub(super) fn text(&self) -> Text<'_> {
        let printable = self.bytes.get(..self.bytes.len().saturating_sub(1)).unwrap_or_default();
        let text = std::str::from_utf8(printable).unwrap_or_default();
        Text { text, fields: self.fields.get(..self.count).unwrap_or_default() }
    }
}

impl<'a> Text<'a> {
    /// Labels and values in the order sent, without the checksum.
    pub(super) fn fields(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let Self { text, fields } = self;
        fields.iter().filter_map(move |field| {
            let label = text.get(usize::from(field.start)..usize::from(field.tab))?;
            let value = text.get(usize::from(field.tab) + 1..usize::from(field.end))?;
            Some((label, value))
        })
    }
}
