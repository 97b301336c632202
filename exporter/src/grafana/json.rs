//! A dashboard as Grafana reads it: the classic model, schema version 42.

use serde_json::{Map, Value, json};

use super::model::{Choice, Column, Dashboard, Panel, View, Worst};
use super::query::{Legend, Query};
use super::shown::Shown;
use super::{Say, metric_key};

/// The version of the classic model that Grafana 11 to 13 write.
pub const SCHEMA_VERSION: u32 = 42;
/// The provisioned data source's identity; the variable `datasource` starts with it.
pub const DATASOURCE_UID: &str = "prometheus";
/// Its name, by which the alert list knows it.
pub const DATASOURCE_NAME: &str = "Prometheus";

impl Dashboard {
    /// Its identity in Grafana in the language of `code`, part of its address: `balise-fleet-fr`.
    #[must_use]
    pub fn uid(&self, code: &str) -> String {
        format!("balise-{}-{code}", self.key)
    }

    /// The dashboard in the language of `code`, whose sentences `say` gives.
    #[must_use]
    pub fn json(&self, code: &str, say: Say<'_>) -> Value {
        json!({
            "uid": self.uid(code),
            "title": say(&format!("grafana-{}", self.key)),
            "description": say(&format!("grafana-{}-about", self.key)),
            "tags": ["balise", tag(code)],
            "schemaVersion": SCHEMA_VERSION,
            "editable": false,
            "graphTooltip": 1,
            "timezone": "browser",
            "refresh": "1m",
            "time": { "from": self.from, "to": "now" },
            "links": [self.link(code, say)],
            "templating": { "list": self.variables(say) },
            "annotations": { "list": [self.alerts(say)] },
            "panels": self.panels(code, say),
        })
    }

    /// The way to the other dashboards of the same language.
    fn link(&self, code: &str, say: Say<'_>) -> Value {
        json!({
            "type": "dashboards", "title": say("grafana-others"), "icon": "external link", "tooltip": "",
            "tags": [tag(code)], "asDropdown": true, "targetBlank": false, "includeVars": true, "keepTime": true,
        })
    }

    fn variables(&self, say: Say<'_>) -> Vec<Value> {
        let datasource = json!({
            "type": "datasource", "name": "datasource", "label": say("grafana-label-datasource"),
            "query": "prometheus", "current": { "text": DATASOURCE_NAME, "value": DATASOURCE_UID },
        });
        let variable = |name: &str, query: &str, more: Value| {
            let mut variable = json!({
                "type": "query", "name": name, "label": say(&format!("grafana-label-{name}")),
                "datasource": source(), "query": query, "refresh": 2, "sort": 1,
            });
            merge(&mut variable, more);
            variable
        };
        let up = self.choice.up();
        let sites = &format!("label_values({up}, site)");
        match self.choice {
            Choice::Sites => {
                let all = json!({
                    "multi": true, "includeAll": true, "allValue": ".*",
                    "current": { "text": "All", "value": "$__all" },
                });
                vec![datasource, variable("site", sites, all)]
            }
            Choice::Battery | Choice::Collected => {
                let batteries = &format!("label_values({up}{{site=\"$site\"}}, battery)");
                vec![
                    datasource,
                    variable("site", sites, json!({})),
                    variable("battery", batteries, json!({})),
                ]
            }
        }
    }

    /// Firing alerts, marked on every chart.
    fn alerts(&self, say: Say<'_>) -> Value {
        let choice = match self.choice {
            Choice::Sites => "site=~\"$site\"",
            Choice::Battery | Choice::Collected => "site=\"$site\",battery=\"$battery\"",
        };
        json!({
            "name": say("grafana-annotation-alerts"), "enable": true, "iconColor": "red", "datasource": source(),
            "expr": format!("ALERTS{{alertstate=\"firing\",{choice}}}"),
            "step": "60s", "titleFormat": "{{alertname}}", "textFormat": "{{site}} {{battery}}",
            "tagKeys": "severity",
        })
    }

    /// The panels with their places, line by line.
    fn panels(&self, code: &str, say: Say<'_>) -> Vec<Value> {
        let (mut panels, mut top) = (Vec::new(), 0);
        for line in &self.lines {
            let mut left = 0;
            for panel in &line.panels {
                let place = json!({ "x": left, "y": top, "w": panel.width, "h": line.height });
                panels.push(panel.json(panels.len() + 1, &place, code, say));
                left += panel.width;
            }
            top += line.height;
        }
        panels
    }
}

impl Choice {
    /// The series that tell which batteries there are.
    const fn up(self) -> &'static str {
        match self {
            Self::Sites | Self::Battery => "balise_battery_up",
            Self::Collected => "balise_collected_up",
        }
    }
}

impl Panel {
    fn json(&self, id: usize, place: &Value, code: &str, say: Say<'_>) -> Value {
        let targets: Vec<Value> =
            self.queries.iter().enumerate().map(|(index, query)| self.target(index, query, say)).collect();
        let mut panel = json!({
            "id": id, "gridPos": place, "type": self.type_name(), "datasource": source(),
            "title": say(&format!("grafana-panel-{}", self.key)),
            "description": self.description(say),
            "targets": targets,
            "options": self.options(say),
            "fieldConfig": { "defaults": self.defaults(say), "overrides": self.overrides(code, say) },
        });
        if let View::Table(columns) = &self.view {
            panel["transformations"] = transformations(columns, say);
        }
        panel
    }

    const fn type_name(&self) -> &'static str {
        match self.view {
            View::Number => "stat",
            View::Lines | View::Band => "timeseries",
            View::States => "state-timeline",
            View::Table(_) => "table",
            View::AlertList => "alertlist",
        }
    }

    /// What the metrics mean, each sentence on a line of its own.
    fn description(&self, say: Say<'_>) -> String {
        if self.about.is_empty() {
            return say(&format!("grafana-about-{}", self.key));
        }
        let sentences: Vec<String> = self.about.iter().map(|metric| say(&metric_key(metric))).collect();
        sentences.join("\n\n")
    }

    fn target(&self, index: usize, query: &Query, say: Say<'_>) -> Value {
        let now = matches!(self.view, View::Number | View::Table(_));
        let legend = match query.legend {
            Legend::Labels(labels) => labels.to_owned(),
            Legend::Said(key) => say(&format!("grafana-series-{key}")),
        };
        let mut target = json!({
            "refId": ref_id(index), "datasource": source(), "expr": query.expr, "editorMode": "code",
            "legendFormat": legend, "instant": now, "range": !now,
        });
        if matches!(self.view, View::Table(_)) {
            target["format"] = json!("table");
        }
        target
    }

    fn options(&self, say: Say<'_>) -> Value {
        let legend = json!({ "displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": [] });
        let tooltip = json!({ "mode": "multi", "sort": "none" });
        match &self.view {
            View::Number => json!({
                "graphMode": "none", "colorMode": "value", "justifyMode": "auto", "textMode": "value",
                "wideLayout": true, "showPercentChange": false, "percentChangeColorMode": "standard",
                "orientation": "auto", "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
            }),
            View::Lines | View::Band => json!({ "legend": legend, "tooltip": tooltip }),
            View::States => json!({
                "showValue": "auto", "rowHeight": 0.8, "mergeValues": true, "legend": legend, "tooltip": tooltip,
            }),
            View::Table(columns) => {
                let sorted = columns.iter().find_map(|column| column.worst.map(|end| (column, end)));
                let sort_by: Vec<Value> = sorted
                    .iter()
                    .map(|(column, end)| json!({ "displayName": title(column, say), "desc": *end == Worst::High }))
                    .collect();
                json!({ "frameIndex": 0, "showHeader": true, "cellHeight": "sm", "sortBy": sort_by })
            }
            View::AlertList => json!({
                "viewMode": "list", "groupMode": "default", "groupBy": [], "maxItems": 20, "sortOrder": 3,
                "dashboardAlerts": false, "alertName": "", "alertInstanceLabelFilter": "",
                "datasource": DATASOURCE_NAME,
                "stateFilter":
                    { "firing": true, "pending": true, "noData": false, "normal": false, "error": true },
            }),
        }
    }

    fn defaults(&self, say: Say<'_>) -> Value {
        let mut defaults = unit(&self.shown);
        match self.view {
            View::Lines | View::Band => {
                defaults["custom"] = json!({
                    "drawStyle": "line", "lineWidth": 1, "fillOpacity": 0, "showPoints": "never",
                    // A gap is a device that was silent: it is not bridged.
                    "spanNulls": false,
                });
            }
            View::States => {
                let texts: Map<String, Value> = (0..=6_usize)
                    .map(|code| {
                        let text = say(&format!("grafana-finding-{code}"));
                        let color = if code == 0 { "green" } else { "orange" };
                        (code.to_string(), json!({ "text": text, "color": color, "index": code }))
                    })
                    .collect();
                defaults["mappings"] = json!([{ "type": "value", "options": texts }]);
                defaults["custom"] = json!({ "fillOpacity": 70, "lineWidth": 0 });
            }
            View::Table(_) => defaults["custom"] = json!({ "align": "auto", "inspect": false }),
            View::Number | View::AlertList => {}
        }
        defaults
    }

    fn overrides(&self, code: &str, say: Say<'_>) -> Vec<Value> {
        match &self.view {
            View::Band => {
                let (low, high) = (say("grafana-series-low"), say("grafana-series-high"));
                let hidden = json!({ "id": "custom.lineWidth", "value": 0 });
                let filled = json!({ "id": "custom.fillBelowTo", "value": low });
                let opacity = json!({ "id": "custom.fillOpacity", "value": 15 });
                vec![by_name(&low, std::slice::from_ref(&hidden)), by_name(&high, &[hidden, filled, opacity])]
            }
            View::Table(columns) => {
                let mut overrides: Vec<Value> =
                    columns.iter().map(|column| column_override(column, say)).collect();
                // From a battery's name to its own page.
                let url = format!(
                    "/d/balise-battery-{code}?var-site=${{__data.fields[0]}}&var-battery=${{__value.text}}"
                );
                let link =
                    json!({ "id": "links", "value": [{ "title": say("grafana-battery"), "url": url }] });
                overrides.push(by_name(&say("grafana-label-battery"), &[link]));
                overrides
            }
            _ => Vec::new(),
        }
    }
}

fn column_override(column: &Column, say: Say<'_>) -> Value {
    let mut properties = vec![json!({ "id": "unit", "value": column.shown.unit })];
    if let Some(decimals) = column.shown.decimals {
        properties.push(json!({ "id": "decimals", "value": decimals }));
    }
    by_name(&title(column, say), &properties)
}

/// Labels that become columns, in this order.
const LABELS: [&str; 5] = ["site", "battery", "alertname", "severity", "chemistry"];

/// One row a battery out of one frame a query: merged by their labels, named by the columns.
fn transformations(columns: &[Column], say: Say<'_>) -> Value {
    let mut names = Map::new();
    for label in LABELS {
        names.insert(label.to_owned(), json!(say(&format!("grafana-label-{label}"))));
    }
    let value = |index| match columns.len() {
        1 => "Value".to_owned(),
        _ => format!("Value #{}", ref_id(index)),
    };
    for (index, column) in columns.iter().enumerate() {
        names.insert(value(index), json!(title(column, say)));
    }
    let mut order = Map::new();
    let fields = LABELS.map(str::to_owned).into_iter().chain((0..columns.len()).map(value));
    for (index, field) in fields.enumerate() {
        order.insert(field, json!(index));
    }
    json!([
        { "id": "merge", "options": {} },
        { "id": "organize", "options":
            { "excludeByName": { "Time": true }, "indexByName": order, "renameByName": names } },
    ])
}

fn title(column: &Column, say: Say<'_>) -> String {
    say(&format!("grafana-series-{}", column.key))
}

fn unit(shown: &Shown) -> Value {
    let mut defaults = json!({ "unit": shown.unit });
    if let Some(decimals) = shown.decimals {
        defaults["decimals"] = json!(decimals);
    }
    defaults
}

fn by_name(name: &str, properties: &[Value]) -> Value {
    json!({ "matcher": { "id": "byName", "options": name }, "properties": properties })
}

/// The data source the reader chose.
fn source() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

fn tag(code: &str) -> String {
    format!("balise-{code}")
}

/// `A`, `B`, … as Grafana names queries.
fn ref_id(index: usize) -> String {
    char::from(b'A' + u8::try_from(index % 26).unwrap_or_default()).to_string()
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
