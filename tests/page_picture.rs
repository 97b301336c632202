//! The picture in the README is of the page as it is: taken from a real demonstration by `tools/picture`, and current as long as what it
//! shows is made from the same files.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

#[path = "page/browser.rs"]
mod browser;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use browser::{Browser, Setup};
use serde_json::json;
use sha2::{Digest, Sha256};

const BYTES_MAX: u64 = 300_000;
/// The seed of the week that is shown.
const SEED: u64 = 7;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file that decides how the page looks, in order.
fn inputs() -> Vec<PathBuf> {
    let of = |folder: &str, kind: &str| -> Vec<PathBuf> {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|extension| extension == kind)).collect()
    };
    let mut inputs =
        [of("exporter/assets", "css"), of("exporter/assets", "js"), of("src/page", "html")].concat();
    inputs.extend(["locales/fr/page.ftl", "src/demo/cast.rs"].map(|path| root().join(path)));
    inputs.sort();
    inputs
}

fn mark() -> String {
    let mut hash = Sha256::new();
    for path in inputs() {
        hash.update(path.file_name().unwrap().as_encoded_bytes());
        hash.update(fs::read(path).unwrap());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_picture_in_the_readme_is_of_the_page_as_it_is() {
    let picture = root().join("docs/page.png");
    let size = fs::metadata(&picture).unwrap().len();
    assert!((10_000..=BYTES_MAX).contains(&size), "{size} bytes");
    assert_eq!(&fs::read(&picture).unwrap()[..8], b"\x89PNG\r\n\x1a\n");
    let taken_of = fs::read_to_string(root().join("docs/page.png.inputs")).unwrap();
    assert_eq!(taken_of.trim(), mark(), "the page has changed since: tools/picture takes it anew");
}

/// The address of the sign under snow.
fn snowed(out: &Path) -> String {
    let stories = fs::read_dir(out.join("signs")).unwrap().map(|entry| entry.unwrap().path());
    let story = stories
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| fs::read_to_string(path).unwrap())
        .find(|story| story.contains("panel-snow"))
        .unwrap();
    let story: toml::Table = story.parse().unwrap();
    format!("{}/{}", story["site"].as_str().unwrap(), story["sign"].as_str().unwrap())
}

struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = nix::sys::signal::kill(
            nix::unistd::Pid::from_raw(self.0.id().cast_signed()),
            nix::sys::signal::Signal::SIGINT,
        );
        let _ = self.0.wait();
    }
}

#[tokio::test]
#[ignore = "takes the picture: tools/picture"]
async fn take_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("demo");
    let mut child = Command::new(env!("CARGO_BIN_EXE_balise"))
        .args(["demo", "--seed", &SEED.to_string(), "--out", out.to_str().unwrap()])
        .env("BALISE_LANG", "en")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let demo = Demo(child);
    let url = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.split("Watch it at ").nth(1).map(str::to_owned));
    let url = url.unwrap().split_whitespace().next().unwrap().trim_end_matches('/').to_owned();
    std::thread::spawn(move || lines.for_each(drop));
    let setup = Setup { width: 1180, height: 1000, ..Setup::default() };
    let Some(browser) = Browser::start(setup).await else { return };
    browser.goto(&format!("{url}/sign/{}?span=week", snowed(&out))).await;
    browser.until("document.querySelectorAll('.chart canvas').length >= 6").await;
    // Once the alert was raised and delivered, and its story is well under way; else as far as the week has come.
    let began = Instant::now();
    let told = "[...document.querySelectorAll('#events li')].some((it) => /pas de recharge.*livrée/.test(it.textContent))";
    while began.elapsed() < Duration::from_secs(125) && browser.eval(told).await != json!(true) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    tokio::time::sleep(Duration::from_secs(25)).await;
    // Down to the end of the third chart.
    let bottom = "document.querySelectorAll('.chart')[2].getBoundingClientRect().bottom + scrollY";
    let clip = json!({ "x": 0, "y": 0, "width": 1180, "height": browser.eval(bottom).await, "scale": 1 });
    let shot =
        browser.cdp("Page.captureScreenshot", json!({ "captureBeyondViewport": true, "clip": clip })).await;
    fs::write(root().join("docs/page.png"), browser::base64(shot["data"].as_str().unwrap())).unwrap();
    fs::write(root().join("docs/page.png.inputs"), mark() + "\n").unwrap();
    browser.end().await;
    drop(demo);
}
