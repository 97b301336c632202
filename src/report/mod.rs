//! What a run leaves behind: results.json, junit.xml, trace.csv, report.html.
