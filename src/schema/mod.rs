//! `balise schema`: the JSON Schema of each file that a person writes, for editors and programs.
//!
//! The schemas are committed under `schemas/`, and a test holds them to the committed examples: each validates, and
//! none does with a key of nobody's. What a schema cannot say (that a fault fits its device) the commands themselves
//! check, with line and advice.

use fluent_templates::fluent_bundle::FluentValue;

use crate::failure::{Exit, Failure};
use crate::speech;
use crate::words::Words;

/// Each format's name and schema.
pub const SCHEMAS: &[(&str, &str)] = &[
    ("alerts", include_str!("../../schemas/alerts.schema.json")),
    ("budgets", include_str!("../../schemas/budgets.schema.json")),
    ("clean", include_str!("../../schemas/clean.schema.json")),
    ("due", include_str!("../../schemas/due.schema.json")),
    ("monitor", include_str!("../../schemas/monitor.schema.json")),
    ("population", include_str!("../../schemas/population.schema.json")),
    ("profile", include_str!("../../schemas/profile.schema.json")),
    ("rig", include_str!("../../schemas/rig.schema.json")),
    ("scenario", include_str!("../../schemas/scenario.schema.json")),
    ("signs", include_str!("../../schemas/signs.schema.json")),
];

/// Prints the schema called `name`, or the names of all.
///
/// # Errors
/// Exit 2 where there is none of the name.
pub fn print(name: Option<&str>, words: Words) -> Result<Exit, Failure> {
    let names = || SCHEMAS.iter().map(|(name, _)| *name);
    let Some(name) = name else {
        speech::print(&(names().collect::<Vec<_>>().join("\n") + "\n"), words)?;
        return Ok(Exit::Ok);
    };
    let Some((_, schema)) = SCHEMAS.iter().find(|(known, _)| *known == name) else {
        let blanks = [
            ("name", FluentValue::from(name)),
            ("known", FluentValue::from(names().collect::<Vec<_>>().join(", "))),
        ];
        return Err(Failure::new(Exit::Usage, words.tell("schema-unknown", &blanks)));
    };
    speech::print(schema, words)?;
    Ok(Exit::Ok)
}
