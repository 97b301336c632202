//! What the two programs of a run read. The rules and the mail's wording are those of the field; the
//! intervals are as short as the programs allow.
//!
//! Each receiver has a route of its own: within one group a receiver that refuses would hold up what the
//! others get, for as long as Alertmanager tries it again (10 s).

use std::net::SocketAddr;

use super::Plan;

/// Names of the files within the folder of a run.
pub(super) const PROMETHEUS: &str = "prometheus.yml";
pub(super) const RULES: &str = "rules.yml";
pub(super) const ALERTMANAGER: &str = "alertmanager.yml";
pub(super) const TEMPLATE: &str = "balise.tmpl";

/// Prometheus' configuration.
pub(super) fn prometheus(plan: &Plan, alertmanager: SocketAddr) -> String {
    let targets: Vec<String> = plan.scrape_targets.iter().map(SocketAddr::to_string).collect();
    format!(
        "global:
  scrape_interval: {scrape}ms
  evaluation_interval: {evaluation}ms
rule_files:
  - {RULES}
alerting:
  alertmanagers:
    - static_configs:
        - targets: [{alertmanager:?}]
scrape_configs:
  - job_name: balise
    static_configs:
      - targets: {targets:?}
",
        scrape = plan.scrape_interval.as_millis(),
        evaluation = plan.evaluation_interval.as_millis(),
        alertmanager = alertmanager.to_string(),
    )
}

/// Alertmanager's configuration: every alert for itself, at once, to both receivers.
pub(super) fn alertmanager(plan: &Plan) -> String {
    let webhook = format!("http://{}/", plan.webhook);
    format!(
        "global:
  smtp_smarthost: {smtp:?}
  smtp_from: balise@localhost
  smtp_hello: localhost
  smtp_require_tls: false
templates:
  - {TEMPLATE}
route:
  receiver: webhook
  group_by: ['...']
  group_wait: 0s
  group_interval: 100ms
  repeat_interval: 24h
  routes:
    - receiver: webhook
      continue: true
    - receiver: mail
receivers:
  - name: webhook
    webhook_configs:
      - url: {webhook:?}
        send_resolved: true
  - name: mail
    email_configs:
      - to: {to}
        send_resolved: true
        html: ''
        text: '{{{{ template \"balise.mail\" . }}}}'
        headers:
          Subject: '{{{{ template \"balise.subject\" . }}}}'
",
        smtp = plan.smtp.to_string(),
        to = serde_json::Value::from(plan.mail_to.as_str()),
    )
}
