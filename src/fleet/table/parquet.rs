//! The table as Apache Parquet: one row group a stretch, uncompressed, with dictionaries for what repeats. The format's
//! version is in the key `balise_fleet` of the file's metadata.

use std::fs::File;
use std::io;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::{COLUMNS, Depot, Look, place};
use crate::fleet::faults_at;
use crate::fleet::looks::Row;

/// A Parquet file being written.
pub(super) struct Parquet {
    writer: SerializedFileWriter<File>,
}

impl Parquet {
    /// Begins the file.
    pub fn new(file: File) -> io::Result<Self> {
        let version = KeyValue::new("balise_fleet".to_owned(), "1".to_owned());
        let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![version])).build();
        let schema = Arc::new(schema().map_err(io::Error::other)?);
        let writer =
            SerializedFileWriter::new(file, schema, Arc::new(properties)).map_err(io::Error::other)?;
        Ok(Self { writer })
    }

    /// Adds rows as one group.
    pub fn add(&mut self, depots: &[Depot], looks: &[Look]) -> io::Result<()> {
        group(&mut self.writer, depots, looks).map_err(io::Error::other)
    }

    /// Ends the file.
    pub fn finish(self) -> io::Result<()> {
        self.writer.close().map(drop).map_err(io::Error::other)
    }
}

fn schema() -> parquet::errors::Result<Type> {
    let columns = COLUMNS.iter().map(|name| {
        let (physical, logical) = match *name {
            "scenario" | "site" | "stage" | "faults" => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            "seed" | "sign" => (Physical::INT64, None),
            _ => (Physical::DOUBLE, None),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    });
    let columns = columns.collect::<parquet::errors::Result<Vec<_>>>()?;
    Type::group_type_builder("truth").with_fields(columns).build()
}

fn group(
    writer: &mut SerializedFileWriter<File>,
    depots: &[Depot],
    looks: &[Look],
) -> parquet::errors::Result<()> {
    let mut group = writer.next_row_group()?;
    let places: Vec<(&Depot, usize)> = looks.iter().map(|look| place(depots, look.sign)).collect();
    let text =
        |of: &dyn Fn(usize) -> String| (0..looks.len()).map(|k| ByteArray::from(of(k).as_str())).collect();
    let whole = |of: &dyn Fn(usize) -> i64| (0..looks.len()).map(of).collect::<Vec<i64>>();
    let number = |of: fn(&Row) -> f64| looks.iter().map(|look| of(&look.row)).collect::<Vec<f64>>();
    let words = |values: Vec<ByteArray>, group: &mut _| column::<ByteArrayType>(group, &values);
    words(text(&|k| places[k].0.story.clone()), &mut group)?;
    column::<Int64Type>(&mut group, &whole(&|k| places[k].0.seed as i64))?;
    words(text(&|k| places[k].0.site.clone()), &mut group)?;
    column::<Int64Type>(&mut group, &whole(&|k| places[k].1 as i64))?;
    let times: Vec<f64> = looks.iter().map(|look| look.at.as_secs()).collect();
    column::<DoubleType>(&mut group, &times)?;
    let numbers: [fn(&Row) -> f64; 8] = [
        |row| row.soc,
        |row| row.volts,
        |row| row.amps,
        |row| row.celsius,
        |row| row.air_celsius,
        |row| row.pv_watts,
        |row| row.load_watts,
        |row| row.unpowered_secs,
    ];
    for of in numbers {
        column::<DoubleType>(&mut group, &number(of))?;
    }
    words(text(&|k| looks[k].row.stage.name().to_owned()), &mut group)?;
    words(text(&|k| faults_at(places[k].0, looks[k].at)), &mut group)?;
    group.close().map(drop)
}

/// Writes the next column.
fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
) -> parquet::errors::Result<()> {
    let Some(mut column) = group.next_column()? else { return Ok(()) };
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}
