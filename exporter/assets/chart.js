// Curves of one sign: uPlot on the answers of /history, all on one time axis, with alerts and faults drawn across them.

import { clock, instant, settings } from './page.js';

const uPlot = window.uPlot;
const words = settings.words;
const section = document.querySelector('#curves');
const hint = document.querySelector('#curves-hint');
const place = document.querySelector('#charts');
const list = document.querySelector('#events');
const values = document.querySelector('#values');

const LENGTH = { hour: 3_600, day: 86_400, week: 604_800, season: 7_776_000 };
const number = (digits) => {
  const format = new Intl.NumberFormat(settings.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value) => (value == null ? '–' : format.format(value).replace('-', '\u2212'));
};

let span = 'day';
let answer;
let charts = [];
let timer;

// ---------------------------------------------------------------- what is drawn

const times = (factor) => (value) => (value == null ? null : value * factor);
const sum = (one, other, factor) => one?.map((value, index) => (value == null || other?.[index] == null ? null : value + factor * other[index]));

/** Each chart: its title, how its numbers are written, and its lines. A line without points is left out, a chart without lines too. */
function plans({ curves: c, sun, sigmas }) {
  const per = (column, factor) => column?.map(times(factor));
  const band = (middle, stddev) => {
    const clamp = (column) => column?.map((value) => (value == null ? null : Math.min(1, Math.max(0, value))));
    return [clamp(sum(middle, stddev, -sigmas)), clamp(sum(middle, stddev, sigmas))];
  };
  const [socLow, socHigh] = band(c.soc, c.soc_stddev);
  const [sohLow, sohHigh] = [sum(c.soh, c.soh_stddev, -sigmas), sum(c.soh, c.soh_stddev, sigmas)];
  const light = sun.some((watts) => watts > 0) ? sun : undefined;
  return [
    { title: 'chart-charge', digits: 0, tall: true, range: [0, 100], lines: [
      { name: 'line-high', column: per(socHigh, 100), kind: 'edge' },
      { name: 'line-low', column: per(socLow, 100), kind: 'edge' },
      { name: 'line-device', column: per(c.device, 100), kind: 'dotted' },
      { name: 'line-truth', column: per(c.true_soc, 100), kind: 'dashed' },
      { name: 'line-estimate', column: per(c.soc, 100), kind: 'line' },
    ] },
    { title: 'chart-voltage', digits: 2, lines: [{ name: 'line-measured', column: c.volts, kind: 'line' }] },
    { title: 'chart-current', digits: 1, zero: true, lines: [
      { name: 'line-charger', column: c.charger, kind: 'dashed' },
      { name: 'line-measured', column: c.amps, kind: 'line' },
    ] },
    { title: 'chart-temperature', digits: 1, lines: [{ name: 'line-measured', column: c.celsius, kind: 'line' }] },
    { title: 'chart-sun', digits: 0, zero: true, lines: [
      { name: 'line-clear-sky', column: light, kind: 'area' },
      { name: 'line-panel', column: c.true_panel, kind: 'line' },
    ] },
    { title: 'chart-health', digits: 0, lines: [
      { name: 'line-high', column: per(sohHigh, 100), kind: 'edge' },
      { name: 'line-low', column: per(sohLow, 100), kind: 'edge' },
      { name: 'line-truth', column: per(c.true_soh, 100), kind: 'dashed' },
      { name: 'line-estimate', column: per(c.soh, 100), kind: 'line' },
    ] },
    { title: 'chart-resistance', digits: 1, lines: [
      { name: 'line-high', column: per(sum(c.ohms, c.ohms_stddev, sigmas), 1_000), kind: 'edge' },
      { name: 'line-low', column: per(sum(c.ohms, c.ohms_stddev, -sigmas), 1_000), kind: 'edge' },
      { name: 'line-estimate', column: per(c.ohms, 1_000), kind: 'line' },
    ] },
  ]
    .map((plan) => ({ ...plan, lines: plan.lines.filter(({ column }) => column?.some((value) => value != null)) }))
    .filter((plan) => plan.lines.some(({ kind }) => kind !== 'edge'));
}

// ---------------------------------------------------------------- how it looks

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function style(kind) {
  const [ink, soft, band, sun] = ['ink', 'soft', 'band', 'sun'].map(colour);
  switch (kind) {
    case 'edge': return { stroke: band, width: 0.5, points: { show: false } };
    case 'dotted': return { stroke: soft, width: 1.25, dash: [2, 4], points: { show: false } };
    case 'dashed': return { stroke: soft, width: 1.5, dash: [8, 4], points: { show: false } };
    case 'area': return { stroke: soft, width: 0.5, fill: sun, points: { show: false } };
    default: return { stroke: ink, width: 1.75, points: { show: false } };
  }
}

function ticks(self, splits, axis, space, step) {
  return splits.map((at) => {
    if (step >= 86_400) return instant(at, { day: 'numeric', month: 'short' });
    const time = clock(at);
    const midnight = /^0+$/.test(time.replace(/\D/g, ''));
    return midnight ? instant(at, { weekday: 'short', day: 'numeric' }) : time.replace(/\u00a000$/, '');
  });
}

/** The name of an event in its own stretch, alerts from the top and faults from the bottom, one below the other; not where it would not fit. */
function label(ctx, bbox, { name }, from, until, row) {
  const size = 12 * devicePixelRatio;
  ctx.font = `${size}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  const [left, right] = [Math.max(from, bbox.left), Math.min(until, bbox.left + bbox.width)];
  const room = right - left - size;
  let [text, kept] = [name, name.length];
  while (kept > 0 && ctx.measureText(text).width > room) text = `${name.slice(0, --kept).trimEnd()}…`;
  // A few letters and a dot say nothing.
  if (kept === name.length || kept > 7) ctx.fillText(text, left + size / 2, row < 0 ? bbox.top + bbox.height + size * (1.4 * row + 0.8) : bbox.top + size * (1.4 * row + 1.6));
}

/** Alerts and faults, across every chart: the accent for what calls somebody, hatched grey for what a simulation does. */
function events(first) {
  return {
    hooks: {
      drawClear: (plot) => {
        const { ctx, bbox } = plot;
        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        let [alerts, faults] = [0, 0];
        for (const event of answer?.events ?? []) {
          const from = plot.valToPos(event.from, 'x', true);
          const until = plot.valToPos(event.until ?? answer.now, 'x', true);
          const width = Math.max(until - from, 2);
          if (event.kind === 'fault') {
            ctx.fillStyle = colour('wash');
            ctx.fillRect(from, bbox.top, width, bbox.height);
            ctx.fillStyle = colour('soft');
            if (first) label(ctx, bbox, event, from, until, -1 - (faults++ % 2));
          }
        }
        for (const event of answer?.events ?? []) {
          if (event.kind === 'fault') continue;
          const from = plot.valToPos(event.from, 'x', true);
          const until = plot.valToPos(event.until ?? answer.now, 'x', true);
          ctx.fillStyle = ctx.strokeStyle = colour('accent');
          ctx.globalAlpha = 0.1;
          ctx.fillRect(from, bbox.top, Math.max(until - from, 2), bbox.height);
          ctx.globalAlpha = 1;
          ctx.fillRect(from, bbox.top, Math.max(until - from, 2), first ? 4 * devicePixelRatio : 2 * devicePixelRatio);
          if (first) label(ctx, bbox, event, from, until, alerts++ % 3);
          if (event.delivered != null) {
            const at = plot.valToPos(event.delivered, 'x', true);
            ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
            ctx.beginPath();
            ctx.moveTo(at, bbox.top);
            ctx.lineTo(at, bbox.top + bbox.height);
            ctx.stroke();
            ctx.setLineDash([]);
          }
        }
        ctx.restore();
      },
    },
  };
}

/** A span that has hardly begun is not drawn as mostly nothing; a twelfth of it is the least. */
function begin() {
  const { from, now, times } = answer;
  return [Math.max(from, Math.min((times[0] ?? from) - (now - from) / 200, now - (now - from) / 12)), now];
}

function options(plan, index, width) {
  const write = number(plan.digits);
  const grid = { stroke: colour('line'), width: 0.5 };
  const axis = { stroke: colour('soft'), font: '12px system-ui, sans-serif', grid, ticks: { show: false } };
  const edges = plan.lines.findIndex(({ kind }) => kind === 'edge');
  return {
    width,
    height: plan.tall ? 240 : 130,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1e3), settings.zone),
    padding: [6, 26, 0, 0],
    cursor: { sync: { key: 'sign' }, drag: { x: false, y: false }, points: { size: 7 } },
    legend: { live: true },
    scales: {
      x: { time: true, range: begin },
      y: {
        range: (plot, low, high) => {
          if (plan.range) return plan.range;
          if (low == null) return [0, 1];
          if (plan.zero) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
          const room = Math.max((high - low) * 0.08, 0.5 * 10 ** -plan.digits);
          return [plan.zero && low === 0 ? 0 : low - room, high + room];
        },
      },
    },
    axes: [
      { ...axis, values: ticks, space: 70, size: 26 },
      { ...axis, values: (plot, splits) => splits.map(number(Math.min(plan.digits, 1))), size: 44, space: 34 },
    ],
    series: [
      { label: words['line-time'], value: (plot, at) => (at == null ? '–' : `${instant(at, { weekday: 'short' })} ${clock(at)}`) },
      ...plan.lines.map(({ name, kind }) => ({ label: words[name], value: (plot, value) => write(value), spanGaps: false, class: `is-${kind}`, ...style(kind) })),
    ],
    bands: edges < 0 ? [] : [{ series: [edges + 1, edges + 2], fill: `${colour('band')}80` }],
    plugins: [events(index === 0)],
  };
}

// ---------------------------------------------------------------- drawing

const shape = (plan) => `${plan.title} ${plan.lines.map(({ name }) => name).join(' ')}`;

function draw(anew) {
  const all = plans(answer);
  const width = Math.floor(place.clientWidth);
  const data = (plan) => [answer.times, ...plan.lines.map(({ column }) => column)];
  const same = !anew && charts.length === all.length && all.every((plan, index) => shape(plan) === charts[index].shape);
  if (same) {
    charts.forEach(({ plot }, index) => plot.setData(data(all[index])));
  } else {
    charts.forEach(({ plot }) => plot.destroy());
    place.replaceChildren();
    charts = all.map((plan, index) => {
      const box = document.createElement('div');
      box.className = 'chart';
      const title = document.createElement('h3');
      title.textContent = words[plan.title];
      box.append(title);
      place.append(box);
      const plot = new uPlot(options(plan, index, width), data(plan), box);
      return { plot, shape: shape(plan) };
    });
    for (const canvas of place.querySelectorAll('canvas')) canvas.setAttribute('aria-hidden', 'true');
  }
  hint.hidden = all.length > 0;
  hint.textContent = words['chart-empty'];
  tell();
  if (values.open) table(all);
}

function tell() {
  const wanted = [...answer.events].reverse();
  const texts = wanted.length ? wanted.map(({ text }) => text) : [words['no-events']];
  if ([...list.children].map((item) => item.textContent).join('\n') === texts.join('\n')) return;
  list.replaceChildren(...texts.map((text, index) => {
    const item = document.createElement('li');
    item.textContent = text;
    item.dataset.kind = wanted[index]?.kind ?? 'none';
    return item;
  }));
}

/** The same numbers for whoever cannot see curves: at most sixty rows. */
function table(all) {
  const lines = all.flatMap((plan) => plan.lines.filter(({ kind }) => kind !== 'edge').map((line) => ({ ...line, plan })));
  const step = Math.max(1, Math.ceil(answer.times.length / 60));
  const cell = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const head = document.createElement('tr');
  head.append(cell('th', words['line-time']), ...lines.map(({ name, plan }) => cell('th', `${words[plan.title]}, ${words[name]}`)));
  const body = [];
  for (let index = answer.times.length - 1; index >= 0; index -= step) {
    const row = document.createElement('tr');
    const at = answer.times[index];
    row.append(cell('th', `${instant(at, { weekday: 'short', day: 'numeric' })} ${clock(at)}`));
    row.append(...lines.map(({ column, plan }) => cell('td', number(plan.digits)(column[index]))));
    body.push(row);
  }
  const grid = document.createElement('table');
  const [thead, tbody] = ['thead', 'tbody'].map((tag) => document.createElement(tag));
  thead.append(head);
  tbody.append(...body);
  grid.append(thead, tbody);
  values.querySelector('.scroll').replaceChildren(grid);
}

// ---------------------------------------------------------------- asking

async function ask(anew = false) {
  clearTimeout(timer);
  if (document.hidden) return;
  const wanted = span;
  try {
    const reply = await fetch(`${settings.history}&span=${wanted}`);
    if (!reply.ok) throw new Error(reply.statusText);
    const fresh = await reply.json();
    if (wanted !== span) return;
    answer = fresh;
    draw(anew);
  } catch {
    hint.hidden = false;
    hint.textContent = words['chart-failed'];
  }
  // A point a bucket, in the machine's time; between them the axis would only creep.
  const every = ((answer?.bucket ?? 10) / (settings.speed || 1)) * 1_000;
  timer = setTimeout(ask, Math.min(60_000, Math.max(1_000, every)));
}

if (section && uPlot && settings.history) {
  section.hidden = false;
  const wish = new URLSearchParams(location.search).get('span');
  if (wish in LENGTH) section.querySelector(`[value="${wish}"]`).checked = true;
  // A browser that comes back remembers what was chosen.
  span = section.querySelector('[name="span"]:checked')?.value ?? span;
  section.addEventListener('change', (event) => {
    if (event.target.name !== 'span') return;
    span = event.target.value;
    history.replaceState(null, '', `?span=${span}`);
    ask(true);
  });
  values.addEventListener('toggle', () => answer && values.open && table(plans(answer)));
  let width = 0;
  new ResizeObserver(() => {
    if (width !== place.clientWidth) {
      width = place.clientWidth;
      if (answer) draw(true);
    }
  }).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => answer && draw(true));
  document.addEventListener('visibilitychange', () => ask());
  ask(true);
}
