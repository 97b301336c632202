//! What waits to be sent, on disk: messages in the order of their time, bounded, each with its checksum.
//!
//! ```text
//! 000000000007.spool:  "balise_spool 1\n"  then, per message, u32 length, u32 CRC-32 (both little-endian), bytes
//! ```
//!
//! A power cut costs the message under way. A damaged message is counted and left out; since its length may be the
//! damage, so is the rest of its file. Where the bound is reached the oldest file goes, and is counted: what is newest
//! matters most to whoever has to act. Sizes in octets.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const HEADER: &[u8] = b"balise_spool 1\n";
/// A file is closed once it is longer.
const FILE_BYTES: u64 = 256 * 1024;
/// A message's length and checksum.
const RECORD_HEAD: usize = 8;
/// No message is longer; a length beyond it is damage.
const MESSAGE_BYTES_MAX: u32 = 64 << 20;

/// Messages on disk.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    bytes_max: u64,
    /// The closed files, oldest first.
    closed: Vec<Kept>,
    /// The file that grows.
    open: Option<(Kept, File)>,
    next: u64,
    dropped_total: u64,
    damaged_total: u64,
}

/// A file of the spool.
#[derive(Debug, Clone, Copy)]
struct Kept {
    number: u64,
    size: u64,
    /// Messages that were put into it.
    messages: u64,
}

/// The messages of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    number: u64,
    /// The messages, oldest first.
    pub messages: Vec<Vec<u8>>,
    /// Nothing of the file is damaged.
    is_whole: bool,
}

impl Spool {
    /// The spool in `folder`, which is made where it is missing; what an earlier run left is sent too.
    pub fn open(folder: &Path, bytes_max: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut closed = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".spool")?.parse::<u64>().ok());
            if let Some(number) = number {
                let mut file = File::open(entry.path())?;
                closed.push(Kept { number, size: entry.metadata()?.len(), messages: count(&mut file) });
            }
        }
        closed.sort_unstable_by_key(|kept| kept.number);
        let next = closed.last().map_or(0, |kept| kept.number + 1);
        let folder = folder.to_owned();
        Ok(Self { folder, bytes_max, closed, open: None, next, dropped_total: 0, damaged_total: 0 })
    }

    /// Adds a message, on disk when this returns.
    pub fn push(&mut self, message: &[u8]) -> io::Result<()> {
        let (mut kept, mut file) = match self.open.take() {
            Some(open) => open,
            None => self.begin()?,
        };
        let mut record = Vec::with_capacity(message.len() + RECORD_HEAD);
        record.extend(u32::try_from(message.len()).map_err(io::Error::other)?.to_le_bytes());
        record.extend(crc32fast::hash(message).to_le_bytes());
        record.extend(message);
        let written = file.write_all(&record).and_then(|()| file.sync_data());
        kept.size += record.len() as u64;
        kept.messages += u64::from(written.is_ok());
        // After a refusal the file may hold half a message: the next one goes into a file of its own.
        if written.is_err() || kept.size > FILE_BYTES {
            self.closed.push(kept);
        } else {
            self.open = Some((kept, file));
        }
        written?;
        self.keep_within_bounds();
        Ok(())
    }

    fn begin(&mut self) -> io::Result<(Kept, File)> {
        let number = self.next;
        self.next += 1;
        let mut file = OpenOptions::new().create_new(true).append(true).open(self.path(number))?;
        file.write_all(HEADER)?;
        // Without this the file's name itself may be lost with the power, and every message in it.
        File::open(&self.folder)?.sync_all()?;
        Ok((Kept { number, size: HEADER.len() as u64, messages: 0 }, file))
    }

    fn keep_within_bounds(&mut self) {
        while self.bytes() > self.bytes_max && !self.closed.is_empty() {
            let oldest = self.closed.remove(0);
            self.dropped_total += oldest.messages;
            // One that cannot be removed is found again at the next start.
            let _ = fs::remove_file(self.path(oldest.number));
        }
    }

    /// The oldest messages, those of one file; `None` where nothing waits. They wait on until [`Spool::remove`].
    pub fn oldest(&mut self) -> io::Result<Option<Batch>> {
        if self.closed.is_empty()
            && let Some((kept, _)) = self.open.take()
        {
            self.closed.push(kept);
        }
        let Some(&Kept { number, .. }) = self.closed.first() else { return Ok(None) };
        let bytes = match fs::read(self.path(number)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let (messages, is_whole) = read(&bytes);
        Ok(Some(Batch { number, messages, is_whole }))
    }

    /// These messages need not wait any more. Those that its file lost to damage are counted now, once.
    pub fn remove(&mut self, batch: &Batch) -> io::Result<()> {
        let was = self.closed.iter().position(|kept| kept.number == batch.number);
        if let Some(kept) = was.map(|place| self.closed.remove(place)) {
            let lost = kept.messages.saturating_sub(batch.messages.len() as u64);
            self.damaged_total += lost.max(u64::from(!batch.is_whole));
        }
        match fs::remove_file(self.path(batch.number)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> u64 {
        let open = self.open.as_ref().map(|(kept, _)| kept);
        self.closed.iter().chain(open).map(|kept| kept.messages).sum()
    }

    /// How much waits.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let open = self.open.as_ref().map(|(kept, _)| kept);
        self.closed.iter().chain(open).map(|kept| kept.size).sum()
    }

    /// Nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.closed.is_empty() && self.open.is_none()
    }

    /// How many messages were thrown away because too much waited.
    #[must_use]
    pub const fn dropped_total(&self) -> u64 {
        self.dropped_total
    }

    /// How many messages were damaged or cut, as far as that can be told: at least one a damaged file.
    #[must_use]
    pub const fn damaged_total(&self) -> u64 {
        self.damaged_total
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:012}.spool"))
    }
}

/// How many messages a file has by their lengths alone: enough to say how many wait, in little time.
fn count(file: &mut File) -> u64 {
    let mut header = [0; HEADER.len()];
    if file.read_exact(&mut header).is_err() || header != *HEADER {
        return 0;
    }
    let mut messages = 0;
    let mut head = [0; RECORD_HEAD];
    while file.read_exact(&mut head).is_ok() {
        messages += 1;
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        if file.seek(SeekFrom::Current(i64::from(length))).is_err() {
            break;
        }
    }
    messages
}

/// The whole messages at the start of a file, and whether nothing follows them.
fn read(bytes: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut messages = Vec::new();
    let Some(mut rest) = bytes.strip_prefix(HEADER) else { return (messages, false) };
    while !rest.is_empty() {
        let Some((message, after)) = first(rest) else { return (messages, false) };
        messages.push(message.to_vec());
        rest = after;
    }
    (messages, true)
}

fn first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    let (message, rest) = rest.split_at_checked(length.min(MESSAGE_BYTES_MAX) as usize)?;
    (crc32fast::hash(message) == u32::from_le_bytes(*checksum)).then_some((message, rest))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn emptied(spool: &mut Spool) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        while let Some(batch) = spool.oldest().unwrap() {
            all.extend(batch.messages.clone());
            spool.remove(&batch).unwrap();
        }
        all
    }

    #[test]
    fn what_waits_comes_out_in_its_order_even_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path(), 1 << 20).unwrap();
        spool.push(b"one").unwrap();
        spool.push(b"").unwrap();
        let mut spool = Spool::open(folder.path(), 1 << 20).unwrap();
        spool.push(b"three").unwrap();
        assert_eq!(emptied(&mut spool), [&b"one"[..], b"", b"three"]);
        assert!(spool.is_empty() && fs::read_dir(folder.path()).unwrap().next().is_none());
        spool.push(b"four").unwrap();
        assert_eq!((emptied(&mut spool), spool.damaged_total()), (vec![b"four".to_vec()], 0));
    }

    #[test]
    fn beyond_its_bound_the_oldest_goes_and_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path(), 1 << 20).unwrap();
        for number in 0..100_u8 {
            spool.push(&vec![number; 30_000]).unwrap();
        }
        assert!(spool.bytes() <= 1 << 20 && spool.dropped_total() > 40);
        assert_eq!(spool.dropped_total() + spool.len(), 100, "each is kept or counted");
        let left: Vec<u8> = emptied(&mut spool).iter().map(|message| message[0]).collect();
        assert!(left.len() > 20 && left.is_sorted() && left.last() == Some(&99), "{left:?}");
    }

    #[test]
    fn what_was_not_sent_waits_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path(), 1 << 20).unwrap();
        spool.push(b"one").unwrap();
        let first = spool.oldest().unwrap();
        spool.push(b"two").unwrap();
        assert_eq!(spool.oldest().unwrap(), first);
        assert_eq!(emptied(&mut spool), [b"one", b"two"]);
    }

    #[test]
    fn how_many_wait_is_known_after_a_restart_and_how_many_a_cut_cost() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path(), 1 << 20).unwrap();
        for _ in 0..5 {
            spool.push(&[7; 100]).unwrap();
        }
        assert_eq!(spool.len(), 5);
        let path = spool.path(0);
        let mut bytes = fs::read(&path).unwrap();
        let second = HEADER.len() + RECORD_HEAD + 100 + RECORD_HEAD;
        bytes[second] ^= 1;
        fs::write(&path, bytes).unwrap();
        let mut spool = Spool::open(folder.path(), 1 << 20).unwrap();
        assert_eq!(spool.len(), 5);
        // Asked for again and again, counted once.
        assert_eq!(spool.oldest().unwrap().unwrap().messages.len(), 1);
        assert_eq!((emptied(&mut spool).len(), spool.damaged_total(), spool.len()), (1, 4, 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Whatever a disk does to a file, what comes out was put in, in order, from the start.
        #[test]
        fn a_damaged_or_cut_file_gives_its_sound_beginning(at in 0_usize..120, flip in any::<u8>(), cut in any::<bool>()) {
            let folder = tempfile::tempdir().unwrap();
            let mut spool = Spool::open(folder.path(), 1 << 20).unwrap();
            let messages: Vec<Vec<u8>> = (0..5).map(|number| vec![number; 13]).collect();
            for message in &messages {
                spool.push(message).unwrap();
            }
            let path = spool.path(0);
            let mut bytes = fs::read(&path).unwrap();
            if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
            let is_same = bytes == fs::read(&path).unwrap();
            fs::write(&path, &bytes).unwrap();
            let out = emptied(&mut spool);
            prop_assert!(messages.starts_with(&out), "{out:?}");
            prop_assert!(is_same == (out.len() == 5) || cut, "{out:?}");
        }
    }
}
