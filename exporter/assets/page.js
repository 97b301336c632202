// Keeps an open page current: what changed arrives as server-sent events, already in words. Nothing here knows a language; nothing
// here trusts the browser's clock, of which only differences are used. A page out of sight does not listen: a browser has six
// connections for all its pages of one monitor, and a seventh page would wait for good.

export const settings = JSON.parse(document.querySelector('meta[name="balise"]').content);
const words = settings.words;
const root = document.documentElement;

/** Events stop this long before the page says so, and before its numbers go. */
const LOST_AFTER = 5_000;
const GONE_AFTER = 300_000;
/** A frame has 16 ms; more rows than fit wait for the next one. */
const FRAME_BUDGET = 8;
const RETRY_AFTER = 2_000;
/** A page without a place among those kept current asks again each five seconds; it has none for as long as it is told so. */
const CROWDED_FOR = 15_000;

let last = { at: marks(), now: settings.now ?? 0, speed: settings.speed ?? 1 };
/** When it was last told that there is no place for it, and since when it listens. */
let crowded = [-Infinity, -Infinity];
let listening = last.at;
let source;
let retry;
const waiting = new Map();
let frame = 0;

/** Two clocks: one stands still while a phone sleeps, the other may be set. The longer span of both is what has passed. */
function marks() {
  return [performance.now(), Date.now()];
}

function since(then) {
  const [steady, wall] = marks();
  return Math.max(steady - then[0], wall - then[1], 0);
}

const fill = (text, blanks) => text.replace(/\{(\w+)\}/g, (whole, name) => blanks[name] ?? whole);

function ago(seconds) {
  if (seconds < 10) return words['just-now'];
  if (seconds < 60) return fill(words['ago-seconds'], { count: Math.floor(seconds / 10) * 10 });
  if (seconds < 3_600) return fill(words['ago-minutes'], { count: Math.floor(seconds / 60) });
  if (seconds < 172_800) return fill(words['ago-hours'], { count: Math.floor(seconds / 3_600) });
  return fill(words['ago-days'], { count: Math.floor(seconds / 86_400) });
}

/** An instant of the server's calendar as its reader writes it. */
export function instant(seconds, parts) {
  const options = { timeZone: settings.zone, hourCycle: 'h23', ...parts };
  return new Intl.DateTimeFormat(settings.lang, options).format(new Date(seconds * 1_000));
}

export function clock(seconds) {
  const hour = instant(seconds, { hour: '2-digit', minute: '2-digit' }).match(/\d+/g);
  if (!hour) return '';
  return settings.lang.startsWith('fr') ? `${Number(hour[0])}\u00a0h\u00a0${hour[1]}` : `${hour[0]}:${hour[1]}`;
}

// ---------------------------------------------------------------- cells

const body = document.body;
const rows = new Map([...document.querySelectorAll('[data-key]')].map((row) => [row.dataset.key, row]));

/** The parts of an element by name, looked up once. */
const known = new WeakMap();
function parts(of) {
  let found = known.get(of);
  if (!found) {
    found = new Map();
    for (const element of [of, ...of.querySelectorAll('[data-part]')]) {
      if (element !== of && (element.dataset.key || (of === body && element.closest('[data-key]')))) continue;
      const name = element.dataset?.part;
      if (name) found.set(name, [...(found.get(name) ?? []), element]);
    }
    known.set(of, found);
  }
  return found;
}

const ATTRIBUTES = new Set(['x', 'width', 'data-tone', 'data-visit', 'data-silent', 'data-alert', 'data-old', 'data-age']);

function put(of, cells) {
  const found = parts(of);
  for (const [cell, text] of Object.entries(cells)) {
    const [part, attribute] = cell.split('@');
    for (const element of found.get(part) ?? []) {
      if (!attribute) {
        if (element.textContent !== text) element.textContent = text;
      } else if (ATTRIBUTES.has(attribute)) {
        element.setAttribute(attribute, text);
      }
    }
  }
}

function paint() {
  frame = 0;
  const began = performance.now();
  for (const [key, cells] of waiting) {
    put(key === '' ? body : rows.get(key), cells);
    waiting.delete(key);
    if (performance.now() - began > FRAME_BUDGET) {
      frame = requestAnimationFrame(paint);
      return;
    }
  }
  painted();
}

function painted() {
  find.apply();
  document.dispatchEvent(new CustomEvent('balise:painted'));
}

function wait(key, cells) {
  if (Object.keys(cells).length === 0) return;
  waiting.set(key, { ...waiting.get(key), ...cells });
}

function told(event) {
  const message = JSON.parse(event.data);
  last = { at: marks(), now: message.now, speed: message.speed };
  root.dataset.event = event.lastEventId;
  crowded = [-Infinity, -Infinity];
  found();
  if (message.full && message.order && !sameSigns(message.order)) {
    location.reload();
    return;
  }
  if (message.cells.title) document.title = message.cells.title;
  mark = message.cells['todo@data-mark'] ?? mark;
  refetch();
  wait('', message.cells);
  for (const [key, cells] of Object.entries(message.rows ?? {})) if (rows.has(key)) wait(key, cells);
  if (message.order) arrange(message.order);
  if (!frame) frame = document.hidden ? setTimeout(paint) : requestAnimationFrame(paint);
}

const sameSigns = (order) => order.length === rows.size && order.every((key) => rows.has(key));

// ---------------------------------------------------------------- what to do

/** The mark of the list as it is now; the page's own list bears that of the list it shows. */
let mark;
let fetching = false;

/** The list comes as the server writes it; scripts in it, were there any, would not run. What failed is asked for again. */
async function refetch() {
  const old = document.querySelector('#todo');
  if (!old || fetching || mark === undefined || mark === old.dataset.mark) return;
  fetching = true;
  try {
    const answer = await fetch(`${location.pathname}?in=${root.lang}`);
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#todo');
    old.replaceWith(document.importNode(fresh, true));
  } catch {
    // The next turn asks again.
  }
  fetching = false;
}
setInterval(refetch, RETRY_AFTER);

// ---------------------------------------------------------------- order

const fleet = document.querySelector('#fleet');
const SETTLE = 3_000;
let order;
let moved = -Infinity;

/** Rows change places only while nobody is among them or on the way: a row must not slip away from under a finger. */
const isBusy = () => fleet.contains(document.activeElement) || fleet.matches(':hover') || performance.now() - moved < SETTLE;

function arrange(keys) {
  order = keys;
  if (!fleet || isBusy()) return;
  const sites = new Map();
  for (const key of keys) {
    const row = rows.get(key);
    if (row) sites.set(row.parentElement, [...(sites.get(row.parentElement) ?? []), row]);
  }
  // Only what is out of its place is moved: the rest of a long list is left alone.
  let place = fleet.querySelector('.site');
  for (const [site, wanted] of sites) {
    if (site === place) place = place.nextElementSibling;
    else fleet.insertBefore(site, place);
    let next = site.querySelector('[data-key]');
    for (const row of wanted) {
      if (row === next) next = next.nextElementSibling;
      else site.insertBefore(row, next);
    }
  }
}

const again = () => order && arrange(order);
fleet?.addEventListener('focusout', () => setTimeout(again));
fleet?.addEventListener('pointerleave', again);
addEventListener('scroll', () => { moved = performance.now(); }, { passive: true });
setInterval(again, SETTLE);

// ---------------------------------------------------------------- find and filter

const plain = (text) => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();

const find = {
  form: document.querySelector('#find'),
  apply() {
    if (!this.form) return;
    const data = new FormData(this.form);
    const wish = plain(data.get('text') ?? '').trim();
    const show = data.get('show');
    if (!wish && show === 'all' && !this.active) return;
    this.active = Boolean(wish) || show !== 'all';
    let shown = 0;
    for (const site of document.querySelectorAll('.site')) {
      const place = site.querySelector('.place').textContent;
      let any = false;
      for (const row of site.querySelectorAll('[data-key]')) {
        const text = wish && plain(`${place} ${row.querySelector('.name').textContent} ${row.querySelector('.alerts').textContent}`);
        row.hidden = (wish && !text.includes(wish)) || (show !== 'all' && row.dataset[show] !== '1');
        any ||= !row.hidden;
        shown += row.hidden ? 0 : 1;
      }
      site.hidden = !any;
    }
    document.querySelector('#none').hidden = shown > 0;
  },
};
if (find.form) {
  find.form.hidden = false;
  find.form.addEventListener('input', () => find.apply());
  find.form.addEventListener('submit', (event) => event.preventDefault());
}

// ---------------------------------------------------------------- the monitor is gone, or back

const lost = document.querySelector('#lost');

function found() {
  if (!root.classList.contains('is-lost')) return;
  root.classList.remove('is-lost');
  lost.hidden = true;
  if (root.classList.contains('is-gone')) location.reload();
}

/** What nobody vouches for any more is greyed, and then removed. */
function look() {
  const away = since(last.at);
  if (document.hidden || away < LOST_AFTER || since(listening) < LOST_AFTER) return;
  const gone = away >= GONE_AFTER;
  root.classList.add('is-lost');
  const why = since(crowded) < CROWDED_FOR ? 'crowded' : 'lost';
  const text = fill(words[gone ? `${why}-removed` : why], {
    time: `${instant(last.now, { weekday: 'long' })}\u00a0${clock(last.now)}`,
    ago: ago((away / 1_000) * last.speed),
  });
  if (lost.textContent !== text) lost.textContent = text;
  lost.hidden = false;
  for (const element of document.querySelectorAll('[data-age]')) {
    if (element.dataset.age !== '') element.textContent = ago(Number(element.dataset.age) + (away / 1_000) * last.speed);
  }
  if (gone && !root.classList.contains('is-gone')) {
    root.classList.add('is-gone');
    for (const element of document.querySelectorAll('[data-value]')) element.textContent = '–';
    for (const element of document.querySelectorAll('[data-part="tick"], [data-part="bar"]')) element.setAttribute('width', '0');
  }
}
setInterval(look, 1_000);

/** A browser comes back by itself after a lost connection, but not after an answer it did not like. */
function listen() {
  rest();
  source = new EventSource(settings.events);
  source.onmessage = told;
  source.addEventListener('crowded', () => { crowded = marks(); });
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(listen, RETRY_AFTER);
  };
}

function rest() {
  clearTimeout(retry);
  source?.close();
}

/** In sight, for the first time or again: until the monitor has vouched for them, numbers from before are grey. */
function show() {
  listening = marks();
  if (since(last.at) >= LOST_AFTER) root.classList.add('is-lost');
  listen();
}

document.addEventListener('visibilitychange', () => (document.hidden ? rest() : show()));
// A page taken out of the browser's cache has a dead connection.
addEventListener('pageshow', (event) => event.persisted && show());
if (!document.hidden) listen();
