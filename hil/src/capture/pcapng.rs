//! A capture as pcapng, for Wireshark and its relatives.
//!
//! ```text
//! section | interface per source: RTAC serial, nanoseconds, name = source | enhanced packets
//! packet  = [monotonic s, µs: u32 big-endian] [event] [control lines 0] [0, 0] [bytes …]
//! event   = 1 sent to the device, 2 received, 0 opened or lost (the packet's comment says which, and the port)
//! ```
//!
//! The packet's time is the wall's, its flags say inbound (from the device) or outbound. Wireshark shows
//! the bytes under "RTAC Serial" and can be told to read them as Modbus RTU (Decode As, "RTAC Serial").
//! The blocks are the crate `pcap-file`'s, which writes packet times in nanoseconds.
//!
//! Reference: IETF draft-ietf-opsawg-pcapng; LINKTYPE_RTAC_SERIAL (250) of the tcpdump group's list.

use super::{CaptureError, Event, Reader, Record};
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, Endianness, PcapError};
use std::borrow::Cow;
use std::io::{self, BufRead, Write};
use std::time::Duration;

/// Times are in units of 10^-9 s.
const NANOSECONDS: u8 = 9;
/// The direction in a packet's flags.
const INBOUND: u32 = 1;
const OUTBOUND: u32 = 2;

const STATUS_CHANGE: u8 = 0;
const SENT: u8 = 1;
const RECEIVED: u8 = 2;

/// Longest text of an option: its length is 16 bits, and a multiple of four is kept free of padding.
const TEXT_MAX: usize = 65_000;

/// Writes what is left of a capture; how many packets it came to.
///
/// # Errors
/// [`CaptureError`]; after [`CaptureError::Torn`] everything before the tear is written.
pub fn write_pcapng<R: BufRead>(reader: &mut Reader<R>, out: &mut impl Write) -> Result<u64, CaptureError> {
    let mut writer = PcapNgWriter::with_section_header(out, section(reader.head())).map_err(refused)?;
    let mut sources: Vec<String> = Vec::new();
    let mut packets = 0;
    while let Some(record) = reader.read()? {
        let known = sources.iter().position(|source| source == record.source);
        let index = match known {
            Some(index) => index,
            None => {
                writer.write_pcapng_block(interface(record.source)).map_err(refused)?;
                sources.push(record.source.to_owned());
                sources.len() - 1
            }
        };
        writer.write_pcapng_block(packet(index as u32, &record)).map_err(refused)?;
        packets += 1;
    }
    Ok(packets)
}

fn section(head: &[(String, String)]) -> SectionHeaderBlock<'static> {
    let about: Vec<String> = head.iter().map(|(word, value)| format!("{word} {value}")).collect();
    let comment = (!about.is_empty()).then(|| SectionHeaderOption::Comment(text(about.join("\n"))));
    let program = concat!("balise ", env!("CARGO_PKG_VERSION"));
    let program = SectionHeaderOption::UserApplication(Cow::Borrowed(program));
    SectionHeaderBlock {
        endianness: Endianness::Little,
        options: comment.into_iter().chain([program]).collect(),
        ..SectionHeaderBlock::default()
    }
}

fn interface(source: &str) -> InterfaceDescriptionBlock<'_> {
    InterfaceDescriptionBlock {
        linktype: DataLink::RTAC_SERIAL,
        // No packet is cut.
        snaplen: 0,
        options: vec![
            InterfaceDescriptionOption::IfName(Cow::Borrowed(source)),
            InterfaceDescriptionOption::IfTsResol(NANOSECONDS),
        ],
    }
}

fn packet(interface_id: u32, record: &Record<'_>) -> EnhancedPacketBlock<'static> {
    let (event, bytes, comment, flags): (u8, &[u8], Option<String>, u32) = match record.event {
        Event::Port(port) => (STATUS_CHANGE, &[], Some(format!("port {port}")), 0),
        Event::Opened => (STATUS_CHANGE, &[], Some("opened".to_owned()), 0),
        Event::Lost => (STATUS_CHANGE, &[], Some("lost".to_owned()), 0),
        Event::Bytes(bytes) => (RECEIVED, bytes, None, INBOUND),
        Event::Stray(bytes) => (RECEIVED, bytes, Some("stray".to_owned()), INBOUND),
        Event::Sent(bytes) => (SENT, bytes, None, OUTBOUND),
    };
    let monotonic = record.stamp.monotonic.as_nanos();
    let (secs, rest) = (monotonic.div_euclid(1_000_000_000), monotonic.rem_euclid(1_000_000_000));
    let mut data = Vec::with_capacity(bytes.len() + 12);
    data.extend_from_slice(&(secs as u32).to_be_bytes());
    data.extend_from_slice(&((rest / 1000) as u32).to_be_bytes());
    data.extend_from_slice(&[event, 0, 0, 0]);
    data.extend_from_slice(bytes);
    let comment = comment.map(|comment| EnhancedPacketOption::Comment(text(comment)));
    EnhancedPacketBlock {
        interface_id,
        // Before 1970 there is no time in this format.
        timestamp: Duration::from_nanos(u64::try_from(record.stamp.wall_unix_nanos).unwrap_or(0)),
        original_len: data.len() as u32,
        data: Cow::Owned(data),
        options: comment.into_iter().chain([EnhancedPacketOption::Flags(flags)]).collect(),
    }
}

/// Longer than an option can be is cut.
fn text(mut text: String) -> Cow<'static, str> {
    let end = text.floor_char_boundary(TEXT_MAX);
    text.truncate(end);
    Cow::Owned(text)
}

/// Only the system says no: interfaces are written before their packets.
fn refused(error: PcapError) -> CaptureError {
    match error {
        PcapError::IoError(error) => error.into(),
        other => io::Error::other(other).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPTURE: &[u8] = b"balise-capture 2\n@ seed 7\na/b 1500000000 1700000000123456789 opened\n\
        a/b 1500000001 1700000000123456790 >010203\nc/d 2500009999 1700000000123456791 0D0A\n";

    /// The blocks as an independent reader walks them: kind and body, each length said twice.
    fn blocks(mut file: &[u8]) -> Vec<(u32, Vec<u8>)> {
        let word =
            |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        let mut blocks = Vec::new();
        while !file.is_empty() {
            let length = word(&file[4..8]) as usize;
            assert_eq!(length % 4, 0);
            assert_eq!(word(&file[length - 4..length]) as usize, length);
            blocks.push((word(&file[..4]), file[8..length - 4].to_vec()));
            file = &file[length..];
        }
        blocks
    }

    fn exported(capture: &[u8]) -> (Vec<u8>, Result<u64, CaptureError>) {
        let mut out = Vec::new();
        let packets = Reader::new(capture).and_then(|mut reader| write_pcapng(&mut reader, &mut out));
        (out, packets)
    }

    #[test]
    fn every_byte_is_there_with_time_and_direction() {
        let (out, packets) = exported(CAPTURE);
        assert_eq!(packets.ok(), Some(3));
        let blocks = blocks(&out);
        let kinds: Vec<u32> = blocks.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [0x0A0D_0D0A, 1, 6, 6, 1, 6]);
        assert_eq!(blocks[1].1[..2], [250, 0]);
        let sent = &blocks[3].1;
        let wall = 1_700_000_000_123_456_790_u64;
        assert_eq!(sent[4..8], ((wall >> 32) as u32).to_le_bytes());
        assert_eq!(sent[8..12], (wall as u32).to_le_bytes());
        assert_eq!(sent[20..35], [0, 0, 0, 1, 0, 7, 0xA1, 0x20, SENT, 0, 0, 0, 1, 2, 3]);
        assert_eq!(sent[36..44], [2, 0, 4, 0, 2, 0, 0, 0], "outbound");
        let received = &blocks[5].1;
        assert_eq!((received[0], received[12], received[28]), (1, 14, RECEIVED));
        assert_eq!(received[32..34], *b"\r\n");
    }

    #[test]
    fn a_cut_capture_is_exported_up_to_the_cut() {
        let (out, packets) = exported(&CAPTURE[..CAPTURE.len() - 3]);
        assert!(matches!(packets, Err(CaptureError::Torn { line: 5 })));
        assert_eq!(blocks(&out).len(), 4);
    }
}
