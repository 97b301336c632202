//! The committed dashboards against Grafana's own schema and the rules of the house.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::*;
use crate::{catalogue, recording};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const LANGUAGES: [&str; 2] = ["fr", "en"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every dashboard with keys for words.
fn made() -> Vec<Value> {
    let keyed = |dashboard: Dashboard| LANGUAGES.map(|code| dashboard.json(code, &|key| format!("«{key}»")));
    standard().into_iter().flat_map(keyed).collect()
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The schema with another root.
fn schema(definition: &str) -> Result<jsonschema::Validator, Box<dyn std::error::Error>> {
    let path = root().join("fixtures/grafana/grafana.schema.json");
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    schema["$ref"] = json!(format!("#/definitions/{definition}"));
    Ok(jsonschema::validator_for(&schema).map_err(|error| error.to_string())?)
}

/// What the schema finds wrong.
fn faults(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_dashboard_is_what_grafanas_schema_allows() -> Outcome {
    let validator = schema("dashboard.Dashboard")?;
    for dashboard in made() {
        assert_eq!(faults(&validator, &dashboard), Vec::<String>::new(), "{}", text(&dashboard, "/uid"));
    }
    Ok(())
}

#[test]
fn every_query_and_option_is_what_grafanas_schema_allows() -> Outcome {
    let query = schema("prometheus.Dataquery")?;
    let unit = schema("units.Unit")?;
    let views = [
        ("timeseries", schema("timeseries.Options")?, schema("timeseries.FieldConfig")?),
        ("state-timeline", schema("statetimeline.Options")?, schema("statetimeline.FieldConfig")?),
        ("table", schema("table.Options")?, schema("table.FieldConfig")?),
    ];
    let stat = schema("stat.Options")?;
    for dashboard in made() {
        for panel in list(&dashboard, "/panels") {
            let mut found = Vec::new();
            found.extend(list(panel, "/targets").iter().flat_map(|target| faults(&query, target)));
            found.extend(faults(&unit, &panel["fieldConfig"]["defaults"]["unit"]));
            let name = text(panel, "/type");
            for (_, options, fields) in views.iter().filter(|(view, ..)| *view == name) {
                found.extend(faults(options, &panel["options"]));
                found.extend(faults(fields, &panel["fieldConfig"]["defaults"]["custom"]));
            }
            if name == "stat" {
                found.extend(faults(&stat, &panel["options"]));
            }
            assert_eq!(found, Vec::<String>::new(), "{} {}", text(&dashboard, "/uid"), text(panel, "/title"));
        }
    }
    Ok(())
}

type Change = fn(&mut Value);

#[test]
fn the_schema_notices_what_old_dashboards_get_wrong() -> Outcome {
    let validator = schema("dashboard.Dashboard")?;
    let good = made().swap_remove(0);
    let changes: [(&str, Change); 4] = [
        ("rows", |dashboard| dashboard["rows"] = json!([])),
        ("no schema version", |dashboard| {
            dashboard.as_object_mut().map(|fields| fields.remove("schemaVersion"));
        }),
        ("a panel without a type", |dashboard| dashboard["panels"][0] = json!({ "id": 1 })),
        ("a variable that is none", |dashboard| {
            dashboard["templating"]["list"][0]["type"] = json!("nothing")
        }),
    ];
    for (name, change) in changes {
        let mut bad = good.clone();
        change(&mut bad);
        assert!(!faults(&validator, &bad).is_empty(), "{name}");
    }
    Ok(())
}

#[test]
fn identities_are_unique_and_short_enough_for_grafana() {
    let mut uids = BTreeSet::new();
    for dashboard in made() {
        let uid = text(&dashboard, "/uid").to_owned();
        assert!((8..=40).contains(&uid.len()), "{uid}");
        assert_eq!(dashboard["schemaVersion"], json!(SCHEMA_VERSION));
        let ids: BTreeSet<u64> =
            list(&dashboard, "/panels").iter().filter_map(|panel| panel["id"].as_u64()).collect();
        assert_eq!(ids.len(), list(&dashboard, "/panels").len(), "{uid}");
        for panel in list(&dashboard, "/panels") {
            let names: BTreeSet<&str> =
                list(panel, "/targets").iter().map(|target| text(target, "/refId")).collect();
            assert_eq!(names.len(), list(panel, "/targets").len(), "{uid}");
        }
        assert!(uids.insert(uid));
    }
}

#[test]
fn no_two_panels_lie_over_each_other_and_none_leaves_the_grid() {
    for dashboard in made() {
        let mut taken = BTreeSet::new();
        for panel in list(&dashboard, "/panels") {
            let [x, y, w, h] =
                ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap_or_default());
            assert!(w > 0 && h > 0 && x + w <= 24, "{}", text(panel, "/title"));
            for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
                assert!(taken.insert(cell), "{} {}", text(&dashboard, "/uid"), text(panel, "/title"));
            }
        }
        // Whole lines: nothing is left ragged.
        let bottom = taken.iter().map(|(_, y)| y + 1).max().unwrap_or_default();
        assert_eq!(taken.len() as u64, 24 * bottom, "{}", text(&dashboard, "/uid"));
    }
}

#[test]
fn every_panel_is_of_a_living_type_and_has_a_unit_and_a_description() {
    for dashboard in made() {
        for panel in list(&dashboard, "/panels") {
            let title = text(panel, "/title");
            let living = ["stat", "timeseries", "state-timeline", "table", "alertlist"];
            assert!(living.contains(&text(panel, "/type")), "{title}");
            assert!(!text(panel, "/description").is_empty(), "{title}");
            assert!(!text(panel, "/fieldConfig/defaults/unit").is_empty(), "{title}");
            assert!(text(panel, "/type") == "alertlist" || !list(panel, "/targets").is_empty(), "{title}");
        }
    }
}

/// Every query of a dashboard: of panels, variables and annotations.
fn queries(dashboard: &Value) -> Vec<String> {
    let targets = list(dashboard, "/panels").iter().flat_map(|panel| list(panel, "/targets"));
    let annotations = list(dashboard, "/annotations/list").iter();
    let variables = list(dashboard, "/templating/list").iter().map(|variable| text(variable, "/query"));
    let expressions = targets.chain(annotations).map(|asks| text(asks, "/expr"));
    expressions.chain(variables.filter(|query| *query != "prometheus")).map(str::to_owned).collect()
}

#[test]
fn the_data_source_is_the_readers_choice_everywhere() {
    for dashboard in made() {
        let written = dashboard.to_string();
        assert_eq!(
            written.matches("\"uid\":").count(),
            written.matches("\"uid\":\"${datasource}\"").count() + 1
        );
        let first = &dashboard["templating"]["list"][0];
        assert_eq!((text(first, "/type"), text(first, "/current/value")), ("datasource", DATASOURCE_UID));
    }
}

/// What Prometheus and Alertmanager tell of themselves.
const FOREIGN: [&str; 10] = [
    "ALERTS",
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "prometheus_tsdb_head_series",
    "prometheus_rule_group_iterations_missed_total",
    "prometheus_rule_group_last_duration_seconds",
    "prometheus_rule_evaluation_failures_total",
    "alertmanager_notifications_total",
    "alertmanager_notifications_failed_total",
];

#[test]
fn every_metric_a_query_names_exists() {
    let recorded = recording::standard().into_iter().flat_map(|group| group.rules).map(|rule| rule.name);
    let known: BTreeSet<String> = catalogue::all()
        .map(|metric| metric.name.to_owned())
        .chain(recorded)
        .chain(FOREIGN.map(str::to_owned))
        .collect();
    let word = |character: char| !(character.is_ascii_alphanumeric() || "_:".contains(character));
    let is_metric = |word: &&str| {
        ["balise_", "prometheus_", "alertmanager_", "scrape_"].iter().any(|prefix| word.contains(prefix))
    };
    for query in made().iter().flat_map(queries) {
        let mut named = query.split(word).filter(is_metric).peekable();
        let is_foreign =
            query.contains("ALERTS{") || query.contains("up{job=") || query.starts_with("vector(");
        assert!(named.peek().is_some() || is_foreign, "{query}");
        for name in named {
            assert!(known.contains(name), "{name} in {query}");
        }
    }
}

/// What the monitor itself does not serve is what nobody would miss on a dashboard until it is needed.
#[test]
fn what_is_collected_late_scored_or_true_is_shown_somewhere() {
    let asked: Vec<String> = made().iter().flat_map(queries).collect();
    let word = |character: char| !(character.is_ascii_alphanumeric() || "_:".contains(character));
    let named: BTreeSet<&str> = asked.iter().flat_map(|query| query.split(word)).collect();
    for metric in catalogue::all() {
        let prefixes = ["balise_collected_", "balise_late_", "balise_alert_", "balise_truth_"];
        let is_meant = prefixes.iter().any(|prefix| metric.name.starts_with(prefix));
        assert!(!is_meant || named.contains(metric.name), "{}", metric.name);
    }
}

#[test]
fn a_rate_is_taken_over_grafanas_own_window() {
    for query in made().iter().flat_map(queries) {
        assert!(!query.contains("rate(") || query.contains("[$__rate_interval]"), "{query}");
    }
}
