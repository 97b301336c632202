//! What Prometheus answers, as values.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Visitor};

use super::AskError;

/// The labels of a series, its name (`__name__`) among them where the expression keeps it.
pub type Labels = BTreeMap<String, String>;

/// A series over a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its labels.
    pub labels: Labels,
    /// Unix milliseconds and value, rising in time.
    pub points: Vec<(i64, f64)>,
}

#[derive(Deserialize)]
struct Answer<D> {
    status: String,
    data: Option<D>,
    error: Option<String>,
}

/// Series over a span.
#[derive(Deserialize)]
pub(super) struct Matrix {
    result: Vec<MatrixLine>,
}

#[derive(Deserialize)]
struct MatrixLine {
    metric: Labels,
    values: Vec<(f64, Number)>,
}

/// Series at an instant.
#[derive(Deserialize)]
pub(super) struct Vector {
    result: Vec<VectorLine>,
}

#[derive(Deserialize)]
struct VectorLine {
    metric: Labels,
    value: (f64, Number),
}

/// A value, which Prometheus writes in quotes. `+Inf` and `NaN` are numbers to it and to Rust alike.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NumberVisitor)
    }
}

/// Reads without a copy of the text: an answer has millions of them.
struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number in quotes")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
        Ok(Number(text.parse().unwrap_or(f64::NAN)))
    }
}

impl Matrix {
    pub(super) fn lines(self) -> impl Iterator<Item = Line> {
        let point = |(secs, Number(value)): (f64, Number)| ((secs * 1e3).round() as i64, value);
        self.result.into_iter().map(move |line| Line {
            labels: line.metric,
            points: line.values.into_iter().map(point).collect(),
        })
    }
}

impl Vector {
    pub(super) fn values(self) -> Vec<(Labels, f64)> {
        self.result.into_iter().map(|line| (line.metric, line.value.1.0)).collect()
    }
}

/// The data of an answer to `expr`, or what kind of refusal it is.
pub(super) fn understood<D: DeserializeOwned>(
    url: &str,
    expr: &str,
    status: u16,
    text: &str,
) -> Result<D, AskError> {
    let answer: Answer<D> = serde_json::from_str(text).map_err(|_| AskError::foreign(url, status, text))?;
    let said = answer.error.unwrap_or_default();
    match (answer.status.as_str(), status, answer.data) {
        ("success", _, Some(data)) => Ok(data),
        ("error", 400, _) => Err(AskError::NotUnderstood { expr: expr.to_owned(), said }),
        ("error", _, _) => Err(AskError::Unanswerable { status, said }),
        _ => Err(AskError::foreign(url, status, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_with_what_is_no_number() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":
            {"__name__":"v","site":"a"},"values":[[1700000000.1,"12.6"],[1700000001,"NaN"],[1700000002,"+Inf"],
            [1700000003,"-0.5"]]}]}}"#;
        let matrix: Matrix = understood("u", "v", 200, text).expect("sound");
        let line = matrix.lines().next().expect("one");
        assert_eq!((line.labels["__name__"].as_str(), line.labels["site"].as_str()), ("v", "a"));
        let told: Vec<(i64, String)> =
            line.points.into_iter().map(|(at, value)| (at - 1_700_000_000_000, value.to_string())).collect();
        let expected = [(100, "12.6"), (1_000, "NaN"), (2_000, "inf"), (3_000, "-0.5")];
        assert_eq!(told, expected.map(|(at, value)| (at, value.to_owned())));
    }

    #[test]
    fn each_kind_of_refusal_is_told_apart() {
        let refused = |status, text: &str| {
            let refused: Result<Matrix, AskError> = understood("http://p", "v{", status, text);
            refused.err().expect("refused")
        };
        let said = |kind: &str| format!(r#"{{"status":"error","errorType":"{kind}","error":"its-words"}}"#);
        let its_words = || "its-words".to_owned();
        let foreign = |status, said: &str| AskError::Foreign {
            url: "http://p".to_owned(),
            status,
            said: said.to_owned(),
        };
        for (error, expected) in [
            (
                refused(400, &said("bad_data")),
                AskError::NotUnderstood { expr: "v{".into(), said: its_words() },
            ),
            (refused(422, &said("execution")), AskError::Unanswerable { status: 422, said: its_words() }),
            (refused(503, &said("timeout")), AskError::Unanswerable { status: 503, said: its_words() }),
            (refused(404, "<html>\n  not here"), foreign(404, "<html> not here")),
            (refused(200, "{}"), foreign(200, "{}")),
        ] {
            assert_eq!(error, expected);
        }
    }
}
