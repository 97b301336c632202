//! What one serial line carried, in counts that only grow.

/// Totals of one line since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkStats {
    /// Bytes received.
    pub bytes_total: u64,
    /// Frames whose checksum fitted.
    pub frames_good_total: u64,
    /// Whole frames whose checksum did not fit.
    pub frames_bad_total: u64,
    /// Frames cut by the start or end of the stream: nobody's error.
    pub frames_partial_total: u64,
    /// Bytes that ended up in no good frame.
    pub bytes_dropped_total: u64,
}
