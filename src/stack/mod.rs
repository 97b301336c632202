//! The real Prometheus and Alertmanager, and the sinks that receive what they deliver.
