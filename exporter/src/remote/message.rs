//! The message of remote write 1.0: `WriteRequest { repeated TimeSeries { repeated Label, repeated Sample } }` in
//! protobuf, as one snappy block. Milliseconds since 1970; values in the metric's own unit.

use std::collections::BTreeMap;

use prost::Message;

/// One series: its labels, `__name__` among them, and its samples as (milliseconds since 1970, value).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Every label by its name. A map, because the receiver wants them sorted and none twice.
    pub labels: BTreeMap<String, String>,
    /// Samples in any order.
    pub samples: Vec<(i64, f64)>,
}

impl Series {
    /// A series of the metric `name` with these labels.
    pub fn new<'l>(
        name: &str,
        labels: impl IntoIterator<Item = (&'l str, &'l str)>,
        samples: Vec<(i64, f64)>,
    ) -> Self {
        let mut all: BTreeMap<String, String> =
            labels.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        all.insert("__name__".to_owned(), name.to_owned());
        Self { labels: all, samples }
    }
}

/// The value that ends a series: Prometheus forgets it at once instead of after five minutes. A NaN of its own,
/// which arithmetic must not touch.
#[must_use]
pub const fn stale() -> f64 {
    f64::from_bits(0x7ff0_0000_0000_0002)
}

#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

/// The body of one request. A label without a value is no label to Prometheus and is left out; samples of a series
/// are put in order of time, of two at one time the later one stands.
#[must_use]
pub fn encode(series: &[Series]) -> Vec<u8> {
    let request = WriteRequest { timeseries: series.iter().map(timeseries).collect() };
    let plain = request.encode_to_vec();
    // Fails only beyond 4 GiB, which `RemoteWriter` never puts into one request.
    snap::raw::Encoder::new().compress_vec(&plain).unwrap_or_default()
}

fn timeseries(series: &Series) -> TimeSeries {
    let labels = series.labels.iter().filter(|(_, value)| !value.is_empty());
    let by_time: BTreeMap<i64, f64> = series.samples.iter().copied().collect();
    TimeSeries {
        labels: labels.map(|(name, value)| Label { name: name.clone(), value: value.clone() }).collect(),
        samples: by_time.into_iter().map(|(timestamp, value)| Sample { value, timestamp }).collect(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    fn decoded(body: &[u8]) -> WriteRequest {
        WriteRequest::decode(&*snap::raw::Decoder::new().decompress_vec(body).unwrap()).unwrap()
    }

    #[test]
    fn the_bytes_are_those_of_the_specification() {
        let series = Series::new("up", [("job", "b")], vec![(1_000, 1.0)]);
        let plain = snap::raw::Decoder::new().decompress_vec(&encode(&[series])).unwrap();
        let mut expected = vec![0x0a, 43];
        expected.extend(b"\x0a\x0e\x0a\x08__name__\x12\x02up");
        expected.extend(b"\x0a\x08\x0a\x03job\x12\x01b");
        // Sample: field 1 as a double, field 2 as a varint.
        expected.extend(b"\x12\x0c\x09");
        expected.extend(1.0f64.to_le_bytes());
        expected.extend(b"\x10\xe8\x07");
        expected[1] = u8::try_from(expected.len() - 2).unwrap();
        assert_eq!(plain, expected);
    }

    #[test]
    fn labels_are_sorted_and_samples_are_in_order_of_time() {
        let series = Series::new(
            "balise_battery_soc_ratio",
            [("site", "QC-1"), ("battery", "main"), ("empty", "")],
            vec![(2_000, 0.5), (1_000, 0.6), (2_000, 0.4)],
        );
        let request = decoded(&encode(&[series]));
        let names: Vec<_> = request.timeseries[0].labels.iter().map(|label| label.name.as_str()).collect();
        assert_eq!(names, ["__name__", "battery", "site"]);
        let samples: Vec<_> =
            request.timeseries[0].samples.iter().map(|sample| (sample.timestamp, sample.value)).collect();
        assert_eq!(samples, [(1_000, 0.6), (2_000, 0.4)]);
    }

    #[test]
    fn the_stale_marker_arrives_bit_by_bit() {
        let request = decoded(&encode(&[Series::new("a", [], vec![(-1, stale())])]));
        let sample = request.timeseries[0].samples[0];
        assert_eq!((sample.timestamp, sample.value.to_bits()), (-1, 0x7ff0_0000_0000_0002));
    }
}
