//! The shape of the house, enforced: dependencies point one way, and the pure rooms touch no clock,
//! file, port, thread or entropy.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each crate with those of ours it may depend on.
const EDGES: [(&str, &[&str]); 5] = [
    ("signals", &[]),
    ("sim", &["signals"]),
    ("hil", &["signals"]),
    ("estimator", &["signals"]),
    ("exporter", &["signals"]),
];

/// Where time and chance are arguments.
const PURE: [&str; 15] = [
    "signals/src",
    "sim/src",
    "estimator/src",
    "hil/src/wire",
    "hil/src/device",
    "hil/src/bus",
    "hil/src/bench",
    "hil/src/link/faults",
    "hil/src/link/paced.rs",
    "hil/src/port/bond.rs",
    "hil/src/port/keeper.rs",
    "hil/src/port/life.rs",
    "hil/src/port/listed.rs",
    "hil/src/port/probe.rs",
    "hil/src/port/proof.rs",
];

/// What a pure room may not name: clocks, files, ports, threads, entropy, hash order.
const IMPURE: [&str; 17] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::thread",
    "std::time",
    "std::env",
    "std::process",
    "Instant",
    "SystemTime",
    "tokio",
    "nix::",
    "thread_rng",
    "rand::rng()",
    "OsRng",
    "SysRng",
    "HashMap",
    "HashSet",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_owned()];
    }
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let ours: BTreeSet<&str> = EDGES.iter().map(|(name, _)| *name).chain(["balise"]).collect();
    for (name, allowed) in EDGES {
        let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        let table: toml::Table = manifest.parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = table.get(section).and_then(toml::Value::as_table) else { continue };
            for dependency in dependencies.keys().filter(|dependency| ours.contains(dependency.as_str())) {
                assert!(
                    allowed.contains(&dependency.as_str()),
                    "{name} must not know {dependency} ({section})"
                );
            }
        }
    }
}

#[test]
fn every_crate_is_in_the_list_of_edges() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let members: BTreeSet<&str> =
        manifest["workspace"]["members"].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect();
    assert_eq!(members, EDGES.iter().map(|(name, _)| *name).collect());
}

#[test]
fn pure_rooms_touch_no_clock_file_port_thread_or_entropy() {
    for room in PURE {
        for source in sources(&root().join(room)) {
            let text = fs::read_to_string(&source).unwrap();
            // Tests at the bottom may use what they like; comments may name what is absent.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                let line = line.split("//").next().unwrap_or_default();
                for impure in IMPURE {
                    let place = source.strip_prefix(root()).unwrap_or(&source).display();
                    assert!(!line.contains(impure), "{place}:{}: `{impure}` in a pure room", number + 1);
                }
            }
        }
    }
}

#[test]
fn the_code_names_no_place_of_one_machine() {
    let rooms = ["src", "signals/src", "sim/src", "hil/src", "estimator/src", "exporter/src", "tests"];
    let places = [["/ho", "me/"].concat(), ["/wo", "rk/"].concat()];
    for source in rooms.iter().flat_map(|room| sources(&root().join(room))) {
        let text = fs::read_to_string(&source).unwrap();
        for (number, line) in text.lines().enumerate() {
            let named = places.iter().any(|place| line.contains(place));
            assert!(!named, "{}:{}: a path of one machine", source.display(), number + 1);
        }
    }
}
