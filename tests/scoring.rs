//! Honest scoring as a user meets it: cuts that are the same for any number of threads, and a quiet `--json`.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use program::{check, run};

const RECORD: &str = "fixtures/data/leadacid_12v_17ah_bboxx/unitA_dis_3.04A.csv.gz";
const PROFILE: &str = "fixtures/profiles/leadacid_12v_17ah_bboxx.toml";

fn cut<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    let start = ["evaluate", "--data", RECORD, "--battery", PROFILE, "--cuts", "2", "--seed", "3"];
    start.into_iter().chain(rest.iter().copied()).collect()
}

#[test]
fn cuts_are_json_alone_and_the_same_on_every_run_and_number_of_threads() {
    let one = check(&cut(&["--json", "--jobs", "1"]), 0);
    assert_eq!(one, check(&cut(&["--json", "--jobs", "2"]), 0));
    let json: serde_json::Value = serde_json::from_str(&one).unwrap();
    let trials = json["sets"][0]["files"][0]["trials"].as_array().unwrap();
    assert_eq!(trials.len(), 2 * 8);
    for method in ["estimator", "coulomb_counter", "assume_full", "rest_lookup", "notebook_filter"] {
        assert!(trials.iter().all(|trial| trial["methods"][method]["rmse"].is_number()), "{method}");
    }
}

#[test]
fn a_matrix_of_a_missing_folder_is_exit_three() {
    let output = run(&["evaluate", "--matrix", "no/such/folder", "--battery", "agm_12v"]);
    assert_eq!(output.status.code(), Some(3));
}
