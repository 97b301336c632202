//! What the page costs: each figure is printed, none is judged here, since a busy machine proves nothing.
//!
//! `cargo test --release --test page_figures -- --ignored --nocapture --test-threads 1`; `BALISE_MINUTES` lengthens the heap's run.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

#[path = "page/browser.rs"]
mod browser;
#[path = "page/stage.rs"]
mod stage;

use std::time::{Duration, Instant, SystemTime};

use browser::{Browser, Setup};
use exporter::Row;
use serde_json::{Value, json};
use stage::{Stage, row, signs};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const IS_LIVE: &str = "document.documentElement.dataset.event";

fn wall_millis() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64() * 1e3
}

/// Median, 95 % quantile and greatest.
fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [values.len() / 2, values.len() * 95 / 100, values.len() - 1].map(|index| values[index])
}

#[tokio::test]
#[ignore = "prints figures"]
async fn first_paint_and_bytes() {
    let stage = Stage::serve(&signs(48)).await;
    stage.remember(24.0);
    stage.raise();
    for path in ["/", "/sign/A20-km54/PMV-102"] {
        let Some(browser) = Browser::start(Setup::default()).await else { return };
        browser.goto("about:blank").await;
        browser.goto(&stage.url(path)).await;
        browser.until(IS_LIVE).await;
        if path != "/" {
            browser.until("document.querySelectorAll('.chart canvas').length >= 6").await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let paint =
            browser.eval("performance.getEntriesByName('first-contentful-paint')[0]?.startTime").await;
        let bytes =
            "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))";
        let bytes = browser.eval(&format!("{bytes}.filter((it) => !it.name.includes('/events')).reduce((sum, it) => sum + it.transferSize, 0)")).await;
        println!("{path}: first paint after {paint} ms, {bytes} bytes in all, 48 signs");
        browser.end().await;
    }
}

#[tokio::test]
#[ignore = "prints figures"]
async fn from_a_new_value_to_the_pixel() {
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = Stage::serve(&signs(50)).await;
    browser.goto(&stage.url("/")).await;
    browser.until(IS_LIVE).await;
    let live = stage.live(0.0001);
    browser
        .eval("(() => { const part = document.querySelector('[data-key$=\"PMV-101\"] [data-part=soc]'); window.seen = {}; new MutationObserver(() => { const text = part.textContent.slice(0, 2); requestAnimationFrame(() => requestAnimationFrame(() => { window.seen[text] ??= Date.now(); })); }).observe(part, { childList: true, characterData: true, subtree: true }); })()")
        .await;
    let mut waits = Vec::new();
    for turn in 0..40 {
        tokio::time::sleep(Duration::from_millis(137 + turn * 11)).await;
        let percent = 30 + turn;
        let published = wall_millis();
        stage.board.publish(&stage.ids[0], &Row { soc_ratio: Some(percent as f64 / 100.0), ..row(0, 0.0) });
        browser.until(&format!("window.seen['{percent}']")).await;
        waits.push(browser.eval(&format!("window.seen['{percent}']")).await.as_f64().unwrap() - published);
    }
    let [median, late, most] = spread(waits);
    println!("new value to pixel: median {median:.0} ms, 95 % {late:.0} ms, most {most:.0} ms of 40");
    live.abort();
    browser.end().await;
}

#[tokio::test]
#[ignore = "prints figures"]
async fn five_hundred_signs_scroll() {
    let Some(browser) = Browser::start(Setup::phone()).await else { return };
    let stage = Stage::serve(&signs(500)).await;
    browser.goto(&stage.url("/")).await;
    browser.until(IS_LIVE).await;
    let live = stage.live(1.0);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let script = "const done = arguments[arguments.length - 1]; const tasks = []; let frames = 0;\
        new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration))).observe({ type: 'longtask' });\
        const began = performance.now(); const step = () => { frames++; window.scrollBy(0, 90);\
        if (window.innerHeight + window.scrollY >= document.body.scrollHeight - 2) window.scrollTo(0, 0);\
        performance.now() - began < 10000 ? requestAnimationFrame(step) : done([tasks, frames, document.body.scrollHeight]); }; step();";
    let found = browser.client.execute_async(script, Vec::new()).await.unwrap();
    let tasks = found[0].as_array().unwrap();
    let longest = tasks.iter().filter_map(Value::as_f64).fold(0.0, f64::max);
    println!(
        "500 signs at 1 Hz, 10 s of scrolling: {} tasks over 50 ms, longest {longest:.0} ms, {} frames, {} px high",
        tasks.len(),
        found[1],
        found[2]
    );
    live.abort();
    browser.end().await;
}

#[tokio::test]
#[ignore = "prints figures"]
async fn the_heap_of_a_page_that_stays_open() {
    let minutes: f64 = std::env::var("BALISE_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(3.0);
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = Stage::serve(&signs(50)).await;
    for path in ["/", "/sign/A20-km54/PMV-102?span=hour"] {
        browser.goto(&stage.url(path)).await;
        browser.until(IS_LIVE).await;
        let live = stage.live(1.0);
        let heap = async || {
            browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
            browser.cdp("Runtime.getHeapUsage", json!({})).await["usedSize"].as_f64().unwrap() / 1e6
        };
        tokio::time::sleep(Duration::from_secs(20)).await;
        let before = heap().await;
        tokio::time::sleep(Duration::from_secs_f64(minutes * 60.0)).await;
        let after = heap().await;
        println!(
            "{path}: 50 signs at 1 Hz for {minutes} min: heap {before:.2} MB, then {after:.2} MB, grown by {:.2} MB",
            after - before
        );
        live.abort();
    }
    browser.end().await;
}

/// Processor time of the calling thread, s.
fn thread_cpu_secs() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let ticks: Vec<f64> =
        after_name.split_whitespace().skip(11).take(2).map(|it| it.parse().unwrap()).collect();
    (ticks[0] + ticks[1]) / 100.0
}

#[test]
#[ignore = "prints figures"]
fn a_hundred_open_pages() {
    const SECS: u64 = 30;
    let (told, address) = std::sync::mpsc::channel();
    let (begin, begun) = std::sync::mpsc::channel::<()>();
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let stage = Stage::serve(&signs(50)).await;
            told.send(stage.address).unwrap();
            let live = stage.live(1.0);
            let measure = async |secs: u64| {
                let (cpu, began) = (thread_cpu_secs(), Instant::now());
                tokio::time::sleep(Duration::from_secs(secs)).await;
                (thread_cpu_secs() - cpu) / began.elapsed().as_secs_f64() * 100.0
            };
            let alone = measure(10).await;
            while begun.try_recv().is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let open = measure(SECS).await;
            live.abort();
            (alone, open)
        })
    });
    let address = address.recv().unwrap();
    std::thread::sleep(Duration::from_secs(11));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bytes = runtime.block_on(async move {
        let mut pages = Vec::new();
        for index in 0..100 {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let language = if index % 2 == 0 { "fr" } else { "en" };
            let request =
                format!("GET /events HTTP/1.1\r\nHost: localhost\r\nAccept-Language: {language}\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            pages.push(tokio::spawn(async move {
                let (mut bytes, mut buffer) = (0, vec![0; 65_536]);
                let until = tokio::time::Instant::now() + Duration::from_secs(SECS + 2);
                while let Ok(Ok(read)) = tokio::time::timeout_at(until, stream.read(&mut buffer)).await {
                    if read == 0 {
                        break;
                    }
                    bytes += read;
                }
                bytes
            }));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        begin.send(()).unwrap();
        let mut bytes = 0;
        for page in pages {
            bytes += page.await.unwrap();
        }
        bytes
    });
    let (alone, open) = server.join().unwrap();
    println!(
        "50 signs at 1 Hz: {alone:.1} % of a core with no page open, {open:.1} % with 100 open in both languages; {:.1} kB/s to each",
        bytes as f64 / 100.0 / SECS as f64 / 1000.0
    );
}
