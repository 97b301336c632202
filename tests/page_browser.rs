//! The page in a real browser, on loopback. Skipped by name where chromium is not to be had.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

#[path = "page/browser.rs"]
mod browser;
#[path = "page/stage.rs"]
mod stage;

use std::time::Duration;

use browser::{Browser, PATIENCE, Setup};
use exporter::Row;
use exporter::page::Alerts;
use serde_json::json;
use stage::{NOON, Stage, listen, park, row, signs};

const FLEET_IS_LIVE: &str = "document.documentElement.dataset.event";

async fn furnished(count: usize) -> Stage {
    let stage = Stage::serve(&signs(count)).await;
    stage.remember(24.0);
    stage.raise();
    stage.tick(30.0);
    park(&stage, 5);
    stage
}

#[tokio::test]
async fn a_new_value_reaches_the_open_page() {
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = Stage::serve(&signs(6)).await;
    browser.goto(&stage.url("/")).await;
    browser.until(FLEET_IS_LIVE).await;
    let live = stage.live(0.0001);
    tokio::time::sleep(Duration::from_millis(700)).await;
    stage.board.publish(
        &stage.ids[0],
        &Row {
            soc_ratio: Some(0.17),
            soc_ratio_stddev: Some(0.01),
            dark_in_early_seconds: Some(60.0),
            ..row(0, 0.0)
        },
    );
    let took = browser
        .until(
            "document.querySelector('[data-key$=\"PMV-101\"] [data-part=soc]').textContent.startsWith('17')",
        )
        .await;
    println!("a new value was on the page after {took:?}");
    // Empty, it now wants somebody first.
    browser.until("document.querySelector('[data-key]').dataset.key.endsWith('PMV-101')").await;
    assert_eq!(browser.text("[data-key] [data-part=band]").await, "15 à 19 %");
    live.abort();
    browser.end().await;
}

#[tokio::test]
async fn from_the_fleet_to_a_sign_and_back_with_the_keyboard_alone() {
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = furnished(12).await;
    browser.goto(&stage.url("/")).await;
    browser.until(FLEET_IS_LIVE).await;
    let body = browser.client.find(fantoccini::Locator::Css("body")).await.unwrap();
    let tab = "\u{e004}";
    body.send_keys(tab).await.unwrap();
    assert_eq!(browser.eval("document.activeElement.className").await, json!("skip"));
    for _ in 0..12 {
        if browser.eval("Boolean(document.activeElement.closest('[data-key]'))").await == json!(true) {
            break;
        }
        browser.client.active_element().await.unwrap().send_keys(tab).await.unwrap();
    }
    let name = browser.eval("document.activeElement.textContent").await;
    browser.client.active_element().await.unwrap().send_keys("\u{e007}").await.unwrap();
    browser.until("location.pathname.startsWith('/sign/')").await;
    browser.until("document.querySelectorAll('.chart canvas').length >= 6").await;
    assert!(browser.text("h1").await.contains(name.as_str().unwrap()));
    browser.client.back().await.unwrap();
    browser.until("location.pathname === '/'").await;
    browser.end().await;
}

#[tokio::test]
async fn the_list_is_searched_and_filtered() {
    let Some(browser) = Browser::start(Setup::phone()).await else { return };
    let stage = furnished(12).await;
    stage.board.silence(&stage.ids[4]);
    browser.goto(&stage.url("/")).await;
    browser.until(FLEET_IS_LIVE).await;
    let shown = "[...document.querySelectorAll('[data-key]')].filter((row) => row.offsetParent).length";
    let wish = async |script: &str| {
        browser
            .client
            .execute(
                &format!("{script}; document.querySelector('#find').dispatchEvent(new Event('input'))"),
                vec![],
            )
            .await
            .unwrap();
        browser.eval(shown).await.as_u64().unwrap()
    };
    let search = |text: &str| format!("document.querySelector('#find [name=text]').value = {text:?}");
    assert_eq!(wish(&search("trois-rivieres")).await, 2, "accents need not be typed");
    assert_eq!(wish(&search("pas de recharge")).await, 1, "by its alert");
    assert_eq!(wish(&search("nowhere")).await, 0);
    assert!(browser.text("#none").await.contains("Aucun panneau ne correspond"));
    wish(&search("")).await;
    let show = |value: &str| format!("document.querySelector('#find [value={value}]').checked = true");
    assert_eq!(wish(&show("silent")).await, 1);
    assert_eq!(wish(&show("alert")).await, 2);
    assert_eq!(wish(&show("all")).await, 12);
    browser.end().await;
}

#[tokio::test]
async fn the_language_is_switched_and_stays() {
    let Some(browser) = Browser::start(Setup { language: "en-CA", ..Setup::default() }).await else { return };
    let stage = furnished(6).await;
    browser.goto(&stage.url("/")).await;
    assert!(browser.text("h1").await.contains("need a visit"));
    browser.eval("document.querySelector('.language').click()").await;
    browser.until("document.documentElement.lang === 'fr'").await;
    browser.goto(&stage.url("/sign/A20-km54/PMV-102")).await;
    browser.until("document.querySelectorAll('.chart h3').length >= 6").await;
    assert!(browser.text(".chart h3").await.contains("Charge (%)"));
    assert!(
        browser.text("#events").await.contains("Alerte : s’éteint d’ici deux nuits"),
        "{}",
        browser.text("#events").await
    );
    browser.end().await;
}

#[tokio::test]
async fn a_page_outlives_its_monitor_says_since_when_and_goes_on_with_the_next() {
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = Stage::serve(&signs(6)).await;
    let address = stage.address;
    browser.goto(&stage.url("/")).await;
    browser.until(FLEET_IS_LIVE).await;
    let before = browser.eval(FLEET_IS_LIVE).await;
    stage.end().await;
    browser.until("!document.querySelector('#lost').hidden").await;
    let said = browser.text("#lost").await;
    assert!(said.contains("ne répond plus ; sans nouvelles depuis mercredi 12 h 00"), "{said}");
    let grey = "getComputedStyle(document.querySelector('[data-part=soc]')).fontStyle === 'italic'";
    browser.until(grey).await;
    let stage = Stage::serve_at(&signs(6), address, "").await;
    let live = stage.live(0.0001);
    tokio::time::sleep(Duration::from_millis(700)).await;
    stage.board.publish(&stage.ids[2], &Row { soc_ratio: Some(0.33), ..row(2, 0.0) });
    browser.until("document.querySelector('#lost').hidden").await;
    browser
        .until(
            "document.querySelector('[data-key$=\"PMV-103\"] [data-part=soc]').textContent.startsWith('33')",
        )
        .await;
    assert_ne!(browser.eval(FLEET_IS_LIVE).await, before);
    // Gone for long, numbers are no longer shown at all.
    live.abort();
    stage.end().await;
    browser.until("!document.querySelector('#lost').hidden").await;
    browser.eval("(() => { const now = Date.now; Date.now = () => now() + 400_000; })()").await;
    browser.until("document.querySelector('[data-part=soc]').textContent === '–'").await;
    assert!(browser.text("#lost").await.contains("trop vieux pour être montrés"));
    assert_eq!(browser.text("[data-part=heard]").await, "il y a 6 min");
    browser.end().await;
}

#[tokio::test]
async fn more_tabs_than_a_browser_has_connections_are_each_current_when_looked_at() {
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = Stage::serve(&signs(6)).await;
    let live = stage.live(0.0001);
    let mut tabs = vec![browser.client.window().await.unwrap()];
    let open = async || {
        // Without a connection left it would wait until the server ends one.
        tokio::time::timeout(PATIENCE, browser.goto(&stage.url("/"))).await.unwrap();
        browser.until(FLEET_IS_LIVE).await;
    };
    open().await;
    for _ in 0..8 {
        let tab = browser.client.new_window(true).await.unwrap().handle;
        browser.client.switch_to_window(tab.clone()).await.unwrap();
        browser.cdp("Page.bringToFront", json!({})).await;
        open().await;
        tabs.push(tab);
    }
    stage.board.publish(&stage.ids[0], &Row { soc_ratio: Some(0.17), ..row(0, 0.0) });
    tokio::time::sleep(Duration::from_secs(7)).await;
    browser.client.switch_to_window(tabs[0].clone()).await.unwrap();
    browser.cdp("Page.bringToFront", json!({})).await;
    let soc =
        "document.querySelector('[data-key$=\"PMV-101\"] [data-part=soc]').textContent.startsWith('17')";
    browser.until(soc).await;
    // What it did not hear out of sight is no silence of the monitor's.
    assert_eq!(browser.eval("document.querySelector('#lost').hidden").await, json!(true));
    browser.until("!document.documentElement.classList.contains('is-lost')").await;
    live.abort();
    browser.end().await;
}

#[tokio::test]
async fn a_page_too_many_says_so_and_not_that_the_monitor_stopped() {
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = Stage::serve(&signs(6)).await;
    let mut open = Vec::new();
    for _ in 0..160 {
        open.push(listen(stage.address, "/events", &[]).await.0);
    }
    let live = stage.live(0.0001);
    browser.goto(&stage.url("/")).await;
    browser.until("!document.querySelector('#lost').hidden").await;
    let said = browser.text("#lost").await;
    assert!(said.contains("Trop de pages sont ouvertes") && !said.contains("moniteur"), "{said}");
    drop(open);
    browser.until(FLEET_IS_LIVE).await;
    browser.until("document.querySelector('#lost').hidden").await;
    live.abort();
    browser.end().await;
}

#[tokio::test]
async fn what_to_do_is_asked_for_until_it_comes() {
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = Stage::serve(&signs(6)).await;
    stage.page.set_alerts(Alerts::known([]));
    let live = stage.live(0.0001);
    browser.goto(&stage.url("/sign/A15-km61/PMV-101")).await;
    browser.until(FLEET_IS_LIVE).await;
    assert!(browser.text("#todo").await.contains("Rien à faire"), "{}", browser.text("#todo").await);
    let broken = "(() => { const real = window.fetch; let left = 2; window.fetch = (...of) =>\
                  String(of[0]).startsWith('/sign/') && left-- > 0 ? Promise.reject(new Error('no way')) : real(...of); })()";
    browser.eval(broken).await;
    stage.board.silence(&stage.ids[0]);
    browser.until("document.querySelector('#todo').innerText.includes('Câble série')").await;
    live.abort();
    browser.end().await;
}

#[tokio::test]
async fn a_browser_whose_clock_is_off_by_a_day_shows_the_right_ages() {
    let Some(browser) = Browser::start(Setup::default()).await else { return };
    let stage = Stage::serve(&signs(3)).await;
    let old = Row { last_frame_timestamp_seconds: Some(NOON - 185.0), ..row(1, 0.0) };
    stage.board.publish(&stage.ids[1], &old);
    let source = "const RealDate = Date; const shift = 86_400_000 + 17_000;\
                  Date = class extends RealDate { constructor(...of) { of.length ? super(...of) : super(RealDate.now() + shift); }\
                  static now() { return RealDate.now() + shift; } };";
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    browser.goto(&stage.url("/")).await;
    browser.until(FLEET_IS_LIVE).await;
    let heard = async |name: &str| browser.text(&format!("[data-key$='{name}'] [data-part=heard]")).await;
    assert_eq!(
        (heard("PMV-101").await, heard("PMV-102").await),
        ("à l’instant".to_owned(), "il y a 3 min".to_owned())
    );
    assert!(browser.text(".clock").await.contains("mercredi 12 h"), "{}", browser.text(".clock").await);
    browser.goto(&stage.url("/sign/A20-km54/PMV-102?span=hour")).await;
    browser.until("document.querySelectorAll('.chart canvas').length > 0").await;
    browser.end().await;
}

/// Names that have run as script, broken a layout or led elsewhere somewhere before.
fn hostile() -> Vec<String> {
    let mut names: Vec<String> = [
        "<script>window.ran=1</script>",
        "<img src=x onerror=window.ran=1>",
        "<svg onload=window.ran=1>",
        "<svg/onload=window.ran=1>",
        "\"><script>window.ran=1</script>",
        "'><script>window.ran=1</script>",
        "\" onmouseover=\"window.ran=1",
        "' onfocus='window.ran=1' autofocus='",
        "javascript:window.ran=1",
        "<a href=javascript:window.ran=1>x</a>",
        "<iframe srcdoc='<script>parent.ran=1</script>'>",
        "<body onload=window.ran=1>",
        "<details open ontoggle=window.ran=1>",
        "<input autofocus onfocus=window.ran=1>",
        "<video><source onerror=window.ran=1>",
        "<math><mi xlink:href=javascript:ran=1>",
        "</title><script>window.ran=1</script>",
        "</script><script>window.ran=1</script>",
        "</style><script>window.ran=1</script>",
        "--><script>window.ran=1</script>",
        "]]><script>window.ran=1</script>",
        "{{7*7}}",
        "{% raw %}{{ settings }}",
        "${window.ran=1}",
        "`${window.ran=1}`",
        "&lt;script&gt;window.ran=1&lt;/script&gt;",
        "&#60;script&#62;",
        "%3Cscript%3Ewindow.ran=1%3C/script%3E",
        "<base href=//evil.example/>",
        "<meta http-equiv=refresh content=0;url=//evil.example>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<style>*{display:none}</style>",
        "<form action=//evil.example><button>",
        "<marquee>",
        "<plaintext>",
        "<!--",
        "../../etc/passwd",
        "..",
        ".",
        "//evil.example/x",
        "a/b?c=d#e",
        "%2e%2e%2f",
        "'; DROP TABLE signs; --",
        "\\\" \\n \\u003cscript\\u003e",
        "ligne\nretour\r\nencore",
        "tab\tulé",
        "🚧🔋❄️ panneau 🚦",
        "\u{202e}gnp.exe\u{202c}",
        "שלט דרכים مرحبا",
        "nul\u{1}\u{7f}\u{200b}zero",
    ]
    .map(str::to_owned)
    .into();
    names.push("x".repeat(10_000));
    names.push("é<b>".repeat(2_500));
    names
}

#[tokio::test]
async fn hostile_names_are_text_and_leave_the_page_as_it_is() {
    let Some(browser) = Browser::start(Setup::phone()).await else { return };
    let names: Vec<(String, String)> =
        hostile().into_iter().enumerate().map(|(index, name)| (format!("{name}{index}"), name)).collect();
    let stage = Stage::serve(&names).await;
    browser.goto(&stage.url("/")).await;
    browser.until(FLEET_IS_LIVE).await;
    let live = stage.live(1.0);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let sound = async |what: &str| {
        let state = browser
            .eval("[window.ran ?? 0, document.documentElement.scrollWidth, document.querySelectorAll('main script, main img, main iframe, base, form[action]').length]")
            .await;
        assert_eq!(state, json!([0, 360, 0]), "{what}");
    };
    sound("the fleet").await;
    assert_eq!(browser.eval("document.querySelectorAll('[data-key]').length").await, json!(names.len()));
    let shown = browser
        .eval("[...document.querySelectorAll('.sign .name bdi')].map((name) => name.textContent)")
        .await;
    let shown: Vec<&str> = shown.as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    for (_, name) in
        names.iter().filter(|(_, name)| name.chars().count() < 100 && !name.contains(['\r', '\u{1}']))
    {
        assert!(shown.contains(&name.as_str()), "{name:?} is shown as it is");
    }
    let links = browser.eval("[...document.querySelectorAll('.sign a')].map((link) => link.href)").await;
    let mut opened = 0;
    for link in links.as_array().unwrap() {
        let link = link.as_str().unwrap();
        assert!(link.starts_with(&stage.url("/sign/")), "{link}");
        browser.goto(link).await;
        browser.until("document.querySelector('#todo')").await;
        sound(link).await;
        opened += 1;
    }
    println!(
        "{} hostile names, {opened} pages opened, 0 scripts run, nothing wider than the screen",
        names.len()
    );
    live.abort();
    browser.end().await;
}

#[tokio::test]
async fn axe_finds_no_barrier_in_light_and_dark_on_a_phone_and_a_desk() {
    let stage = furnished(12).await;
    for (width, is_dark) in [(360, false), (1280, false), (360, true), (1280, true)] {
        let setup = Setup { width, is_dark, ..Setup::default() };
        let Some(browser) = Browser::start(setup).await else { return };
        for path in ["/", "/sign/A20-km54/PMV-102?span=day", "/nowhere", "/?lang=en"] {
            browser.goto(&stage.url(path)).await;
            if path.starts_with("/sign") {
                browser.until("document.querySelectorAll('.chart canvas').length >= 6").await;
            }
            let Some(barriers) = browser.barriers().await else { return };
            println!("{path} at {width}, dark {is_dark}: {} barriers", barriers.len());
            assert!(barriers.is_empty(), "{path} {width} {is_dark}: {}", barriers.join("\n"));
        }
        browser.end().await;
    }
}

#[tokio::test]
async fn on_a_phone_everything_to_touch_is_large_enough_and_nothing_is_wider_than_the_screen() {
    let Some(browser) = Browser::start(Setup::phone()).await else { return };
    let stage = furnished(12).await;
    for path in ["/", "/sign/A20-km54/PMV-102"] {
        browser.goto(&stage.url(path)).await;
        browser.until(FLEET_IS_LIVE).await;
        if path != "/" {
            browser.until("document.querySelectorAll('.chart canvas').length >= 6").await;
        }
        let small = browser
            .eval("[...document.querySelectorAll('a, button, summary, input, .find label, .spans label')].filter((it) => it.offsetParent && !it.closest('.skip')).filter((it) => { const box = (it.closest('.sign') ?? it).getBoundingClientRect(); return box.height < 43.5 || box.width < 43.5; }).map((it) => it.outerHTML)")
            .await;
        assert_eq!(small, json!([]), "{path}");
        assert_eq!(browser.eval("document.documentElement.scrollWidth").await, json!(360), "{path}");
    }
    browser.end().await;
}

#[tokio::test]
async fn without_scripts_the_fleet_is_read_all_the_same() {
    let Some(browser) = Browser::start(Setup { has_scripts: false, ..Setup::phone() }).await else { return };
    let stage = furnished(6).await;
    browser.goto(&stage.url("/")).await;
    let body = browser.client.find(fantoccini::Locator::Css("main")).await.unwrap();
    let text = body.text().await.unwrap().replace('\u{a0}', " ");
    assert!(
        text.contains("demandent une visite") && text.contains("tient jusqu’à") && text.contains("PMV-102"),
        "{text}"
    );
    assert!(!text.contains("Chercher"), "what needs a script is not offered");
    browser.picture("fleet-without-script").await;
    browser.end().await;
}

#[tokio::test]
async fn on_paper_there_is_ink_on_white_and_nothing_to_press() {
    let Some(browser) = Browser::start(Setup { is_dark: true, ..Setup::default() }).await else { return };
    let stage = furnished(12).await;
    browser.goto(&stage.url("/")).await;
    browser.until(FLEET_IS_LIVE).await;
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
    let shown = browser
        .eval("[getComputedStyle(document.querySelector('#find')).display, getComputedStyle(document.body).backgroundColor, [...document.querySelectorAll('.sign')].filter((row) => row.offsetParent).length]")
        .await;
    assert_eq!(shown, json!(["none", "rgb(255, 255, 255)", 12]));
    browser.end().await;
}

/// For whoever changes the page: look at them.
#[tokio::test]
async fn pictures_to_look_at() {
    let stage = furnished(12).await;
    stage.board.silence(&stage.ids[4]);
    stage.tick(0.5);
    // One sign with alerts, and one whose numbers alone ask for somebody.
    for (width, height, is_dark, language, sign) in [
        (360, 740, false, "fr-CA", "PMV-102"),
        (1280, 900, false, "en-CA", "PMV-108"),
        (360, 740, true, "en-CA", "PMV-102"),
        (1280, 900, true, "fr-CA", "PMV-108"),
    ] {
        let setup = Setup { width, height, is_dark, language, ..Setup::default() };
        let Some(browser) = Browser::start(setup).await else { return };
        let mode = if is_dark { "dark" } else { "light" };
        browser.goto(&stage.url("/")).await;
        browser.until(FLEET_IS_LIVE).await;
        browser.picture(&format!("fleet-{width}-{mode}")).await;
        browser.goto(&stage.url(&format!("/sign/A20-km54/{sign}?span=day"))).await;
        browser.until("document.querySelectorAll('.chart canvas').length >= 6").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        browser.picture(&format!("sign-{width}-{mode}")).await;
        browser.goto(&stage.url("/nowhere")).await;
        browser.picture(&format!("refusal-{width}-{mode}")).await;
        browser.end().await;
    }
}
