//! Debian's chromium, driven through chromedriver. Where either is not to be had the test says `skipped: …` and shows nothing.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![allow(dead_code, reason = "no test uses all of it")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

/// Far beyond what a busy machine of two cores was seen to need.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one window.
pub struct Browser {
    pub client: Client,
    driver: Child,
    _profile: TempDir,
}

/// How a browser is set up.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub width: u32,
    pub height: u32,
    pub language: &'static str,
    pub is_dark: bool,
    pub has_scripts: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self { width: 1280, height: 900, language: "fr-CA", is_dark: false, has_scripts: true }
    }
}

impl Setup {
    pub fn phone() -> Self {
        Self { width: 360, height: 740, ..Self::default() }
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    [fetched]
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(name))
        .find(|it| it.is_file())
}

/// Something this test cannot be had without is not there.
pub fn skipped(what: &str) {
    println!("skipped: {what} not found (tools/fetch unpacks it)");
}

impl Browser {
    /// Starts one, or says what is missing.
    pub async fn start(setup: Setup) -> Option<Self> {
        let (Some(chromium), Some(chromedriver)) = (program("chromium"), program("chromedriver")) else {
            skipped("chromium or chromedriver");
            return None;
        };
        let mut driver = Command::new(chromedriver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = port_of(&mut driver);
        let profile = tempfile::tempdir().unwrap();
        let mut arguments = vec![
            "--headless=new".to_owned(),
            // Tests may run as root, which the sandbox refuses; they load pages of ours only.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--no-first-run".to_owned(),
            "--no-proxy-server".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--force-color-profile=srgb".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={},{}", setup.width.max(500), setup.height),
            format!("--lang={}", setup.language),
        ];
        if setup.is_dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let options = json!({
            "binary": chromium,
            "args": arguments,
            "prefs": { "intl.accept_languages": setup.language },
        });
        let capabilities = json!({ "goog:chromeOptions": options });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().unwrap().clone());
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await.unwrap();
        let browser = Self { client, driver, _profile: profile };
        let metrics = json!({
            "width": setup.width, "height": setup.height, "deviceScaleFactor": 1, "mobile": setup.width < 500,
        });
        browser.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": !setup.has_scripts })).await;
        if setup.is_dark {
            let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
            browser.cdp("Emulation.setEmulatedMedia", dark).await;
        }
        Some(browser)
    }

    /// A command of the browser's own protocol.
    pub async fn cdp(&self, method: &str, params: Value) -> Value {
        self.client.issue_cmd(Cdp { method: method.to_owned(), params }).await.unwrap()
    }

    /// The value of an expression on the page.
    pub async fn eval(&self, expression: &str) -> Value {
        self.client.execute(&format!("return {expression}"), Vec::new()).await.unwrap()
    }

    /// The text of the first element.
    pub async fn text(&self, selector: &str) -> String {
        let text = self.eval(&format!("document.querySelector({selector:?})?.innerText ?? ''")).await;
        text.as_str().unwrap_or_default().replace('\u{a0}', " ")
    }

    /// Waits until an expression holds; gives how long that took.
    pub async fn until(&self, expression: &str) -> Duration {
        let began = Instant::now();
        loop {
            // While a page is being loaded there is nothing to ask.
            let holds = self.client.execute(&format!("return Boolean({expression})"), Vec::new()).await;
            if holds.is_ok_and(|holds| holds == json!(true)) {
                return began.elapsed();
            }
            assert!(began.elapsed() < PATIENCE, "{expression}: not within {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// The whole page as a picture.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{name}.png"));
        // What is out of sight is not laid out: the window grows to the page first.
        let size = self.eval("[innerWidth, Math.ceil(document.body.getBoundingClientRect().height)]").await;
        let metrics = json!({ "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        // A busy machine paints what came into sight late.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let shot = self.cdp("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        std::fs::write(&path, base64(shot["data"].as_str().unwrap())).unwrap();
        println!("picture: {}", path.display());
        path
    }

    /// What axe-core finds: rule and place of each barrier. `None` where axe-core is not there.
    pub async fn barriers(&self) -> Option<Vec<String>> {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/axe/axe.min.js");
        let Ok(source) = std::fs::read_to_string(axe) else {
            skipped("axe-core");
            return None;
        };
        // The page's policy forbids foreign scripts; the driver's own run outside it.
        self.client.execute(&source, Vec::new()).await.unwrap();
        let run = "const done = arguments[arguments.length - 1]; axe.run(document, { resultTypes: ['violations'] })\
                   .then((found) => done(found.violations.flatMap(({ id, nodes }) =>\
                   nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary))))\
                   .catch((error) => done(['axe: ' + error]));";
        let found = self.client.execute_async(run, Vec::new()).await.unwrap();
        Some(found.as_array().unwrap().iter().map(|it| it.as_str().unwrap_or_default().to_owned()).collect())
    }

    pub async fn end(mut self) {
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    // It says twice on which port: first the one asked for, which is none, then the one it has.
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        line.split("successfully on port ").nth(1)?.trim().trim_end_matches('.').parse().ok()
    });
    // Its output must go on being read, or it would wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    port.unwrap()
}

#[derive(Debug)]
struct Cdp {
    method: String,
    params: Value,
}

impl WebDriverCompatibleCommand for Cdp {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.method, "params": self.params }).to_string()))
    }
}

/// Base 64, which only pictures come in.
pub fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for letter in text.bytes().filter_map(|byte| LETTERS.iter().position(|known| *known == byte)) {
        bits = (bits << 6) | letter as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}
