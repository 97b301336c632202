//! `compose/` holds together: docker-compose accepts it, every mounted file is there, every address is a
//! service's, versions are pinned, and nothing starts without its secrets. No container is started here.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use balise::stack::Tools;

/// What docker-compose.yml cannot do without.
const PORT: (&str, &str) = ("BALISE_PORT", "/dev/null");

fn compose() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compose")
}

fn read(path: &str) -> String {
    fs::read_to_string(compose().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn file() -> String {
    read("docker-compose.yml")
}

/// The lines of a section of the first level, without comments.
fn section<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let inside = lines.skip_while(|line| *line != format!("{name}:")).skip(1);
    inside.take_while(|line| line.is_empty() || line.starts_with(' ')).collect()
}

/// Each service with its lines.
fn services(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut services: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in section(text, "services") {
        match line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ') && rest.ends_with(':')) {
            Some(name) => services.push((name.trim_end_matches(':'), Vec::new())),
            None => services.last_mut().unwrap().1.push(line),
        }
    }
    services
}

#[test]
fn docker_compose_accepts_the_file_and_refuses_one_without_a_port() {
    let Some(program) = docker_compose() else {
        balise::speech::tell("skipped: docker-compose not found");
        return;
    };
    let run = |port: Option<(&str, &str)>| {
        let mut command = Command::new(&program);
        command.args(["config", "-q"]).current_dir(compose()).env_remove(PORT.0).envs(port);
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (accepted, said) = run(Some(PORT));
    assert!(accepted, "{said}");
    let (accepted, said) = run(None);
    assert!(!accepted && said.contains(PORT.0), "{said}");
}

/// What `tools/fetch` unpacked, or what is installed.
fn docker_compose() -> Option<PathBuf> {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [fetched].into_iter().chain(std::env::split_paths(&path));
    folders.map(|folder| folder.join("docker-compose")).find(|program| program.exists())
}

#[test]
fn every_file_that_is_mounted_is_there() {
    let text = file();
    let mounted: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- ./").or(line.trim().strip_prefix("file: ./")))
        .map(|mount| mount.split(':').next().unwrap())
        .collect();
    assert!(mounted.len() >= 8, "{mounted:?}");
    for path in mounted {
        // Secrets are made on the machine, never committed; their folder is there.
        let path = if path.starts_with("secrets/") { "secrets" } else { path };
        assert!(compose().join(path).exists(), "{path}");
    }
    assert!(compose().join("monitor/Dockerfile").exists());
}

/// `http://host:port` and `"host:port"` of a file.
fn hosts(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let addresses = lines.flat_map(|line| {
        let of_url = line.split("http://").skip(1);
        let of_target = line.split_once("targets: [\"").map(|(_, rest)| rest);
        of_url.chain(of_target)
    });
    addresses.filter_map(|address| address.split([':', '/', '"']).next()).collect()
}

#[test]
fn every_address_in_a_mounted_file_is_a_service() {
    let text = file();
    let names: BTreeSet<&str> = services(&text).into_iter().map(|(name, _)| name).collect();
    for path in ["prometheus/prometheus-compose.yml", "grafana/provisioning/datasources/balise.yml"] {
        let text = read(path);
        let hosts = hosts(&text);
        assert!(!hosts.is_empty() && hosts.is_subset(&names), "{path}: {hosts:?}");
    }
    // A health check asks its own container; the crew's webhook is for the crew to name.
    let known: BTreeSet<&str> = names.into_iter().chain(["127.0.0.1"]).collect();
    assert!(hosts(&text).is_subset(&known), "{:?}", hosts(&text));
}

#[test]
fn every_image_is_pinned_and_the_same_wherever_it_is_named() {
    let text = file();
    for line in text.lines().filter_map(|line| line.trim().strip_prefix("image: ")) {
        let (name, version) = line.split_once(':').unwrap();
        let is_pinned =
            version.trim_start_matches('v').split('.').filter(|part| part.parse::<u32>().is_ok()).count()
                == 3;
        assert!(is_pinned, "{name}:{version}");
    }
    let dockerfile = read("monitor/Dockerfile");
    for line in dockerfile.lines().filter(|line| line.starts_with("FROM ")) {
        assert!(line.contains(':') && !line.contains("latest"), "{line}");
    }
    // The toolchain is the one the workspace asks for.
    let workspace = fs::read_to_string(compose().join("../Cargo.toml")).unwrap();
    let rust = workspace.split("rust-version = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(dockerfile.contains(&format!("FROM rust:{rust}.")), "{rust}");
}

#[test]
fn every_service_is_without_root_and_privileges_healthy_and_waits_for_the_secrets() {
    let text = file();
    let common = text.split("\nservices:").next().unwrap();
    for line in ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"] {
        assert!(common.contains(line), "{line}");
    }
    let services = services(&text);
    assert_eq!(services.len(), 6);
    for (name, lines) in services {
        let has = |wanted: &str| lines.iter().any(|line| line.trim().starts_with(wanted));
        assert!(lines.iter().any(|line| line.starts_with("    user: \"") && !line.contains("\"0")), "{name}");
        if name == "secrets" {
            assert!(has("read_only: true") && has("cap_drop: [ALL]"));
            continue;
        }
        assert!(has("<<: *hardened") && has("healthcheck:"), "{name}");
        assert!(has("secrets: { condition: service_completed_successfully }"), "{name}");
        // Reached from this machine only.
        let published = lines.iter().filter(|line| line.trim().starts_with("ports:"));
        assert!(published.clone().all(|line| line.contains("[\"127.0.0.1:")), "{name}");
    }
}

/// The check that runs before anything else, as the shell would run it.
#[test]
fn a_missing_or_empty_secret_stops_everything() {
    let text = file();
    let script: Vec<&str> = text.lines().skip_while(|line| line.trim() != "- |").skip(1).collect();
    let script: Vec<&str> = script.into_iter().take_while(|line| line.starts_with("        ")).collect();
    let folder = tempfile::tempdir().unwrap();
    let script =
        script.join("\n").replace("$$", "$").replace("/run/secrets", &folder.path().display().to_string());
    let run = || Command::new("sh").arg("-c").arg(&script).output().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    assert!(String::from_utf8_lossy(&run().stderr).contains("grafana-admin-password is missing"));
    put("grafana-admin-password", "");
    put("grafana-secret-key", "k");
    assert!(!run().status.success());
    put("grafana-admin-password", "p");
    assert!(run().status.success());
    fs::remove_file(folder.path().join("grafana-secret-key")).unwrap();
    assert!(String::from_utf8_lossy(&run().stderr).contains("grafana-secret-key is missing"));
}

#[test]
fn the_services_read_what_the_field_reads() {
    let text = read("monitor/monitor.toml");
    let config = balise::config::parse(&text).unwrap();
    assert_eq!((config.listen.port(), config.batteries.len()), (9187, 1));
    // The same rule files in both of Prometheus' configurations.
    let rules = |path: &str| {
        read(path).lines().filter(|line| line.contains("- rules/")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rules("prometheus/prometheus.yml"), rules("prometheus/prometheus-compose.yml"));
    let Some(promtool) = Tools::find().promtool else {
        balise::speech::tell("skipped: promtool not found");
        return;
    };
    let file = compose().join("prometheus/prometheus-compose.yml");
    let output = Command::new(promtool).args(["check", "config", "--lint-fatal"]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The words after `- ` of a list in a service's lines.
fn list<'t>(lines: &[&'t str], key: &str) -> Vec<&'t str> {
    let head = format!("    {key}:");
    let inside = lines.iter().skip_while(|line| ***line != head).skip(1);
    inside.map_while(|line| line.strip_prefix("      - ")).collect()
}

/// Its command line is one that the program takes, and its health is the age of the file it is told to keep new.
#[test]
fn late_data_is_judged_by_a_service_whose_health_is_its_last_look() {
    let text = file();
    let (_, lines) = services(&text).into_iter().find(|(name, _)| *name == "late").unwrap();
    let command = list(&lines, "command");
    let given = balise::cli::command(balise::words::Words::English)
        .try_get_matches_from([&["balise"], &command[..]].concat())
        .unwrap();
    let (name, given) = given.subcommand().unwrap();
    let alive = given.get_one::<String>("alive").unwrap();
    assert!(name == "late" && given.get_flag("watch"));
    assert!(lines.iter().any(|line| line.contains(&format!("stat -c %Y {alive}"))), "{alive}");
    let folder = Path::new(alive).parent().unwrap().display().to_string();
    assert!(lines.iter().any(|line| line.contains(&format!("tmpfs: [\"{folder}:uid=10001"))), "{folder}");
    // The monitor's own image: built once.
    let image = |name: &str| {
        let (_, lines) = services(&text).into_iter().find(|(other, _)| *other == name).unwrap();
        lines.into_iter().find(|line| line.contains("image: ")).unwrap()
    };
    assert_eq!(image("late"), image("monitor"));
}

/// What `tests/outages.rs` and `tests/late.rs` show holds for programs started like these.
#[test]
fn prometheus_and_alertmanager_are_started_so_that_a_kill_or_a_gap_loses_no_alert() {
    let text = file();
    for argument in [
        "--web.enable-remote-write-receiver",
        "--rules.alert.for-grace-period=1m",
        "--data.maintenance-interval=1m",
    ] {
        assert!(text.contains(&format!("      - {argument}\n")), "{argument}");
    }
    for path in ["prometheus/prometheus.yml", "prometheus/prometheus-compose.yml"] {
        let text = read(path);
        assert!(text.contains("    out_of_order_time_window: 7d\n"), "{path}");
        // The alerts that are raised late name their region the same way (`src/late/tell.rs`).
        assert!(text.contains("      regex: \";([^-]+)(-.*)?\"\n"), "{path}");
    }
}

#[test]
fn grafana_finds_the_dashboards_and_sources_it_is_told_of() {
    let text = file();
    let sources = read("grafana/provisioning/datasources/balise.yml");
    for wanted in [exporter::grafana::DATASOURCE_UID, exporter::grafana::DATASOURCE_NAME] {
        assert!(sources.contains(&format!(": {wanted}\n")), "{wanted}");
    }
    let mount = "./grafana/dashboards:/var/lib/balise/dashboards:ro";
    assert!(text.contains(mount));
    for line in read("grafana/provisioning/dashboards/balise.yml").lines() {
        if let Some(path) = line.trim().strip_prefix("path: /var/lib/balise/") {
            assert!(compose().join("grafana").join(path).is_dir(), "{path}");
        }
    }
    let home = text.split("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: /var/lib/balise/").nth(1).unwrap();
    assert!(compose().join("grafana").join(home.lines().next().unwrap()).exists());
}
