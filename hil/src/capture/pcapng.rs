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
//!
//! Reference: IETF draft-ietf-opsawg-pcapng; LINKTYPE_RTAC_SERIAL (250) of the tcpdump group's list.

use super::{CaptureError, Event, Reader, Record};
use std::io::{BufRead, Write};

const SECTION: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;
const RTAC_SERIAL: u16 = 250;

const COMMENT: u16 = 1;
const USER_APPLICATION: u16 = 4;
const INTERFACE_NAME: u16 = 2;
const TIME_RESOLUTION: u16 = 9;
const PACKET_FLAGS: u16 = 2;
const NANOSECONDS: u8 = 9;
const INBOUND: u32 = 1;
const OUTBOUND: u32 = 2;

const STATUS_CHANGE: u8 = 0;
const SENT: u8 = 1;
const RECEIVED: u8 = 2;

/// Writes what is left of a capture; how many packets it came to.
///
/// # Errors
/// [`CaptureError`]; after [`CaptureError::Torn`] everything before the tear is written.
pub fn write_pcapng<R: BufRead>(reader: &mut Reader<R>, out: &mut impl Write) -> Result<u64, CaptureError> {
    let about: Vec<String> = reader.head().iter().map(|(word, value)| format!("{word} {value}")).collect();
    out.write_all(&section(&about.join("\n")))?;
    let mut sources: Vec<String> = Vec::new();
    let mut packets = 0;
    while let Some(record) = reader.read()? {
        let known = sources.iter().position(|source| source == record.source);
        let interface = match known {
            Some(index) => index,
            None => {
                out.write_all(&interface(record.source))?;
                sources.push(record.source.to_owned());
                sources.len() - 1
            }
        };
        out.write_all(&packet(interface as u32, &record))?;
        packets += 1;
    }
    Ok(packets)
}

fn section(about: &str) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend_from_slice(&0x1A2B_3C4D_u32.to_le_bytes());
    body.extend_from_slice(&[1, 0, 0, 0]);
    body.extend_from_slice(&(-1_i64).to_le_bytes());
    if !about.is_empty() {
        option(&mut body, COMMENT, about.as_bytes());
    }
    option(&mut body, USER_APPLICATION, concat!("balise ", env!("CARGO_PKG_VERSION")).as_bytes());
    end_of_options(&mut body);
    block(SECTION, &body)
}

fn interface(source: &str) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend_from_slice(&RTAC_SERIAL.to_le_bytes());
    body.extend_from_slice(&[0; 6]);
    option(&mut body, INTERFACE_NAME, source.as_bytes());
    option(&mut body, TIME_RESOLUTION, &[NANOSECONDS]);
    end_of_options(&mut body);
    block(INTERFACE, &body)
}

fn packet(interface: u32, record: &Record<'_>) -> Vec<u8> {
    let (event, bytes, comment, flags): (u8, &[u8], Option<String>, u32) = match record.event {
        Event::Port(port) => (STATUS_CHANGE, &[], Some(format!("port {port}")), 0),
        Event::Opened => (STATUS_CHANGE, &[], Some("opened".to_owned()), 0),
        Event::Lost => (STATUS_CHANGE, &[], Some("lost".to_owned()), 0),
        Event::Bytes(bytes) => (RECEIVED, bytes, None, INBOUND),
        Event::Sent(bytes) => (SENT, bytes, None, OUTBOUND),
    };
    let monotonic = record.stamp.monotonic.as_nanos();
    let (secs, rest) = (monotonic.div_euclid(1_000_000_000), monotonic.rem_euclid(1_000_000_000));
    let mut data = Vec::with_capacity(bytes.len() + 12);
    data.extend_from_slice(&(secs as u32).to_be_bytes());
    data.extend_from_slice(&((rest / 1000) as u32).to_be_bytes());
    data.extend_from_slice(&[event, 0, 0, 0]);
    data.extend_from_slice(bytes);

    // Before 1970 there is no time in this format.
    let wall = u64::try_from(record.stamp.wall_unix_nanos).unwrap_or(0);
    let mut body = Vec::with_capacity(data.len() + 48);
    for word in [interface, (wall >> 32) as u32, wall as u32, data.len() as u32, data.len() as u32] {
        body.extend_from_slice(&word.to_le_bytes());
    }
    body.extend_from_slice(&data);
    pad(&mut body);
    if let Some(comment) = comment {
        option(&mut body, COMMENT, comment.as_bytes());
    }
    option(&mut body, PACKET_FLAGS, &flags.to_le_bytes());
    end_of_options(&mut body);
    block(PACKET, &body)
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = body.len() as u32 + 12;
    [&kind.to_le_bytes(), &length.to_le_bytes(), body, &length.to_le_bytes()].concat()
}

/// Longer than a length can say is cut.
fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = value.get(..usize::from(u16::MAX)).unwrap_or(value);
    body.extend_from_slice(&code.to_le_bytes());
    body.extend_from_slice(&(value.len() as u16).to_le_bytes());
    body.extend_from_slice(value);
    pad(body);
}

fn end_of_options(body: &mut Vec<u8>) {
    body.extend_from_slice(&[0; 4]);
}

/// Everything stands on a boundary of four bytes.
fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
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
        assert_eq!(kinds, [SECTION, INTERFACE, PACKET, PACKET, INTERFACE, PACKET]);
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
