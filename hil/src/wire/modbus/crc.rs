//! CRC-16 of Modbus: polynomial 0xA001 reflected, starting from 0xFFFF.

const TABLE: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u16;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0xA001 } else { value >> 1 };
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
};

/// The CRC; its low byte is sent first.
#[must_use]
pub fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| (crc >> 8) ^ TABLE[usize::from((crc as u8) ^ byte)])
}

/// The last two bytes are the CRC of those before.
pub(super) fn fits(frame: &[u8]) -> bool {
    let Some((body, sent)) = frame.split_last_chunk::<2>() else { return false };
    crc(body).to_le_bytes() == *sent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_real_devices_fit() {
        assert!(fits(&[0x01, 0x03, 0x00, 0x0A, 0x00, 0x01, 0xA4, 0x08]));
        assert!(fits(&[0xFF, 0xC1, 0x01, 0xD1, 0xA0]));
        assert!(!fits(&[0xFF, 0xC1, 0x02, 0xD1, 0xA0]));
        assert!(!fits(&[0xFF]));
    }
}
