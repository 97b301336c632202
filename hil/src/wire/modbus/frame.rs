//! Requests and answers as bytes.

use super::crc::{crc, fits};

/// What a host asks, where it is something a device here answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Registers: 3 holding, 4 input; 1 and 2 ask for bits.
    Read {
        /// Function, 1 to 4.
        function: u8,
        /// First register.
        start: u16,
        /// How many.
        count: u16,
    },
    /// Function 6, or 5 for a bit: one value.
    WriteOne {
        /// 5 or 6.
        function: u8,
        /// Which register.
        register: u16,
        /// The value.
        value: u16,
    },
    /// Function 16: several registers.
    WriteMany {
        /// First register.
        start: u16,
        /// The values.
        values: Vec<u16>,
    },
    /// Any other function.
    Other {
        /// Which.
        function: u8,
    },
}

/// Why a device refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exception {
    /// 1: it does not know the function.
    IllegalFunction,
    /// 2: it has no such register, or not so many in one go.
    IllegalAddress,
    /// 3: the value cannot be.
    IllegalValue,
}

/// Registers that a frame may carry.
const READ_MAX: u16 = 125;

/// The request that `bytes` begin with: address, what is asked, and its length.
///
/// # Errors
/// The number of bytes to drop, 0 where more must come.
pub fn asked(bytes: &[u8]) -> Result<(u8, Request, usize), usize> {
    let (Some(&address), Some(&function)) = (bytes.first(), bytes.get(1)) else { return Err(0) };
    let length = match function {
        1..=6 | 0x41 => 8,
        15 | 16 => match bytes.get(6) {
            Some(count) => 9 + usize::from(*count),
            None => return Err(0),
        },
        0x2B => 7,
        0x11 | 0x07 => 4,
        _ => return Err(1),
    };
    let Some(frame) = bytes.get(..length) else { return Err(0) };
    if !fits(frame) {
        return Err(1);
    }
    let word = |at: usize| u16::from_be_bytes([frame[at], frame[at + 1]]);
    let request = match function {
        1..=4 => Request::Read { function, start: word(2), count: word(4) },
        5 | 6 => Request::WriteOne { function, register: word(2), value: word(4) },
        16 => {
            let values = frame[7..length - 2].chunks_exact(2);
            let values = values.map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            Request::WriteMany { start: word(2), values }
        }
        _ => Request::Other { function },
    };
    Ok((address, request, length))
}

/// What a host sends to read registers.
#[must_use]
pub fn read_request(address: u8, function: u8, start: u16, count: u16) -> Vec<u8> {
    let ([s, t], [c, d]) = (start.to_be_bytes(), count.min(READ_MAX).to_be_bytes());
    closed(vec![address, function, s, t, c, d])
}

/// The answer with registers.
#[must_use]
pub fn answer_registers(address: u8, function: u8, registers: &[u16]) -> Vec<u8> {
    let mut frame = vec![address, function, (2 * registers.len()) as u8];
    frame.extend(registers.iter().flat_map(|register| register.to_be_bytes()));
    closed(frame)
}

/// The answer with up to eight bits of function 2.
#[must_use]
pub fn answer_bits(address: u8, bits: u8) -> Vec<u8> {
    closed(vec![address, 2, 1, bits])
}

/// The answer to a write: what was written, or where and how much.
#[must_use]
pub fn answer_write(address: u8, function: u8, register: u16, value: u16) -> Vec<u8> {
    let ([r, s], [v, w]) = (register.to_be_bytes(), value.to_be_bytes());
    closed(vec![address, function, r, s, v, w])
}

/// The answer that refuses.
#[must_use]
pub fn answer_exception(address: u8, function: u8, exception: Exception) -> Vec<u8> {
    let code = match exception {
        Exception::IllegalFunction => 1,
        Exception::IllegalAddress => 2,
        Exception::IllegalValue => 3,
    };
    closed(vec![address, function | 0x80, code])
}

fn closed(mut frame: Vec<u8>) -> Vec<u8> {
    frame.extend_from_slice(&crc(&frame).to_le_bytes());
    frame
}
