'use strict';
// Everything from the trace is shown with textContent, never as markup.
const rowHeight = 22, overscan = 8;
const data = JSON.parse(document.getElementById('data').textContent);
const all = data.entries;
const element = id => document.getElementById(id);
const [scroller, rows, bands, axis, tip, details, facts, overview, filter, failedOnly, fit] =
  ['scroller', 'rows', 'bands', 'axis', 'tip', 'details', 'facts', 'overview', 'filter', 'failed', 'fit'].map(element);
const parts = [['queue', 'q'], ['connect', 'c'], ['tls', 'l'], ['wait', 'w'], ['body', 'b']];
const pauses = all.filter(e => e.k === 'Pause');
const renewals = all.filter(e => e.k === 'Token' && e.d !== undefined);
let shown = all, chosen = null, scheduled = false;

const lengthOf = e => e.d ?? parts.reduce((sum, [, key]) => sum + (e[key] ?? 0), 0);
const endOf = e => e.t + lengthOf(e);
const isFailed = e => e.e !== undefined || e.s >= 400;
const number = (value, digits = 0) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const milliseconds = value => `${number(value, value < 100 ? 1 : 0)} ms`;
const clock = t => {
  const time = new Date(data.start + t), two = value => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
};
const plural = (count, one) => `${number(count)} ${one}${count === 1 ? '' : 's'}`;

function make(parent, tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}

// What the filter searches, made once for each entry.
const searched = e => e.searched ??= [e.m, e.u, e.s, e.r, e.p, e.f, e.x, e.y, e.e, e.g, e.k ?? 'Request'].filter(Boolean).join(' ').toLowerCase();

function matches(e, words) {
  if (failedOnly.checked && !isFailed(e)) return false;
  return words.every(word => {
    const not = word.length > 1 && word[0] === '-', text = not ? word.slice(1) : word;
    const found = text.startsWith('status:') ? String(e.s ?? '').startsWith(text.slice(7)) && e.s !== undefined
      : text.startsWith('input:') ? String(e.j) === text.slice(6) : searched(e).includes(text);
    return found !== not;
  });
}

function applyFilter() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  shown = words.length || failedOnly.checked ? all.filter(e => matches(e, words)) : all;
  rows.style.height = `${shown.length * rowHeight}px`;
  scroller.scrollTop = 0;
  summarize();
  draw();
}

function summarize() {
  const requests = all.filter(e => !e.k);
  const of = shown === all ? '' : `${number(shown.length)} of ${number(all.length)} rows shown · `;
  const last = all.reduce((end, e) => Math.max(end, endOf(e)), 0);
  element('summary').textContent = all.length === 0 ? 'The trace has no entries.' : of + [
    plural(requests.length, 'request'),
    `${number(requests.filter(isFailed).length)} failed`,
    requests.some(e => e.r?.startsWith('retry')) && plural(requests.filter(e => e.r?.startsWith('retry')).length, 'retry').replace('retrys', 'retries'),
    renewals.length && plural(renewals.length, 'token request'),
    pauses.length && plural(pauses.length, 'pause'),
    `${clock(0)} to ${clock(last)}`,
  ].filter(Boolean).join(' · ');
}

// The rows in sight, and the time that they span.
function sight() {
  const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight));
  const last = Math.min(shown.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / rowHeight));
  const span = fit.value === 'all' ? shown : shown.slice(first, last);
  let from = Infinity, to = 0;
  for (const e of span) { from = Math.min(from, e.t); to = Math.max(to, endOf(e)); }
  if (from > to) from = 0;
  return { first, last, from, span: Math.max(to - from, 0.1) * 1.02 };
}

function draw() {
  scheduled = false;
  const view = sight(), made = document.createDocumentFragment();
  const end = Math.min(shown.length, view.last + overscan);
  for (let i = Math.max(0, view.first - overscan); i < end; i++) made.append(rowOf(shown[i], i, view));
  rows.replaceChildren(made);
  drawAxis(view);
  drawBands(view);
  drawOverview(view);
}

function schedule() {
  if (!scheduled) requestAnimationFrame(draw);
  scheduled = true;
}

const percent = (value, view) => `${(value / view.span * 100).toFixed(3)}%`;

function rowOf(e, index, view) {
  const row = document.createElement('div');
  row.className = `row${isFailed(e) ? ' failed' : ''}${e === chosen ? ' chosen' : ''}`;
  row.style.top = `${index * rowHeight}px`;
  row.entry = e;
  make(row, 'span', 'when', clock(e.t));
  make(row, 'span', '', e.m ?? e.k.toLowerCase());
  make(row, 'span', '', e.s ?? (e.e === undefined ? '' : 'failed'));
  make(row, 'span', 'ms', lengthOf(e) || !e.k ? number(lengthOf(e), 1) : '');
  const text = make(row, 'span');
  if (e.r) make(text, 'span', e.r.startsWith('new token') ? 'why renewal' : 'why', (e.r.startsWith('new token') ? '⟳ ' : '↻ ') + e.r);
  text.append(e.k ? [e.g, e.e, e.k === 'Pause' ? e.u : null].filter(Boolean).join(' ') : e.u);
  const fall = make(row, 'div', 'fall');
  if (e.k === 'Token' && e.d === undefined) {
    make(fall, 'i', 'point').style.left = percent(e.t - view.from, view);
    return row;
  }

  const length = lengthOf(e), bar = make(fall, 'div', e.k ? `bar ${e.k.toLowerCase()}` : 'bar');
  bar.style.left = percent(e.t - view.from, view);
  bar.style.width = percent(length, view);
  if (!e.k) for (const [name, key] of parts) if (e[key] > 0) make(bar, 'i', name).style.width = `${(e[key] / length * 100).toFixed(2)}%`;
  return row;
}

function drawAxis(view) {
  const raw = view.span / 5, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find(factor => factor * power >= raw);
  axis.replaceChildren();
  for (let at = Math.ceil(view.from / step) * step; at < view.from + view.span * 0.96; at += step) {
    const label = step >= 1000 ? `${number(at / 1000)} s` : step >= 1 ? `${number(at)} ms` : `${number(at, 2)} ms`;
    make(axis, 'span', '', label).style.left = percent(at - view.from, view);
  }
}

function drawBands(view) {
  bands.replaceChildren();
  const fall = element('head').lastElementChild, left = fall.offsetLeft, width = fall.offsetWidth;
  const place = (e, className, from, length) => {
    if (from + length < view.from || from > view.from + view.span) return;
    const start = Math.max(from, view.from), end = Math.min(from + length, view.from + view.span);
    const band = make(bands, 'div', className);
    band.style.left = `${left + (start - view.from) / view.span * width}px`;
    band.style.width = `${Math.max((end - start) / view.span * width, 1)}px`;
    band.style.height = `${scroller.clientHeight}px`;
  };
  for (const e of pauses) place(e, '', e.t, e.d);
  for (const e of renewals) place(e, 'renewal', endOf(e), 0);
}

function drawOverview(view) {
  const ratio = devicePixelRatio || 1, width = overview.clientWidth, height = overview.clientHeight;
  overview.width = width * ratio;
  overview.height = height * ratio;
  const paint = overview.getContext('2d'), style = getComputedStyle(document.documentElement), colour = name => style.getPropertyValue(name);
  paint.scale(ratio, ratio);
  if (shown.length === 0) return;
  const last = shown.reduce((end, e) => Math.max(end, endOf(e)), 0) || 1, x = t => t / last * width;
  const good = new Uint32Array(Math.ceil(width) + 1), bad = new Uint32Array(good.length);
  for (const e of shown) if (!e.k) (isFailed(e) ? bad : good)[Math.floor(x(e.t))]++;
  const most = good.reduce((top, count, i) => Math.max(top, count + bad[i]), 1);
  paint.fillStyle = colour('--pause');
  for (const e of pauses) paint.fillRect(x(e.t), 0, Math.max(1, x(e.d)), height);
  for (let i = 0; i < good.length; i++) {
    const tall = Math.ceil(good[i] / most * (height - 6)), red = Math.ceil(bad[i] / most * (height - 6));
    paint.fillStyle = colour('--wait');
    paint.fillRect(i, height - tall - red, 1, tall);
    paint.fillStyle = colour('--bad');
    paint.fillRect(i, height - red, 1, red);
  }

  paint.fillStyle = colour('--mark');
  for (const e of renewals) paint.fillRect(x(endOf(e)), 0, 1, height);
  paint.strokeStyle = colour('--text');
  paint.strokeRect(x(view.from) + 0.5, 0.5, Math.max(3, Math.min(x(view.span), width - 1 - x(view.from))), height - 1);
}

function listOf(e) {
  const size = bytes => bytes === undefined ? undefined : plural(bytes, 'byte');
  const version = e.v && `HTTP/${e.v}${e.z === undefined ? '' : e.z ? ', open connection' : ', new connection'}`;
  return [
    ['Time', `${new Date(data.start + e.t).toLocaleDateString()} ${clock(e.t)}`], [e.k ?? 'Request', e.k ? e.g : `${e.m} ${e.u}`],
    ['Origin', e.k === 'Pause' ? e.u : undefined], ['Status', e.s], ['Error', e.e],
    ['Attempt', e.a === undefined ? undefined : `${e.a}${e.r ? `, ${e.r}` : ''}`],
    ['Duration', lengthOf(e) ? milliseconds(lengthOf(e)) : undefined],
    ...parts.map(([name, key]) => [{ queue: 'Queue', connect: 'TCP connect', tls: 'TLS', wait: 'Wait', body: 'Body' }[name], e[key] > 0 ? milliseconds(e[key]) : undefined]),
    ['Sent', size(e.o)], ['Received', size(e.i)], ['Protocol', version], ['Profile', e.p], ['Token', e.f], ['Flow', e.n],
    ['Request id', e.x], ['Correlation id', e.y], ['Input', e.j],
  ].filter(([, value]) => value !== undefined && value !== null && value !== '');
}

function showTip(event) {
  const e = event.target.closest?.('#rows .row')?.entry;
  tip.hidden = !e;
  if (!e) return;
  tip.textContent = listOf(e).map(([name, value]) => `${name}: ${value}`).join('\n');
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8))}px`;
  const below = event.clientY + 16;
  tip.style.top = `${below + tip.offsetHeight > innerHeight ? Math.max(4, event.clientY - tip.offsetHeight - 10) : below}px`;
}

function showDetails(e) {
  chosen = e;
  facts.replaceChildren();
  if (e) {
    for (const [name, value] of listOf(e)) { make(facts, 'dt', '', name); make(facts, 'dd', '', value); }
    for (const [name, value] of Object.entries(e.h ?? {})) { make(facts, 'dt', '', name); make(facts, 'dd', 'text', value); }
  }

  details.hidden = !e;
  draw();
}

scroller.addEventListener('scroll', schedule, { passive: true });
scroller.addEventListener('mousemove', showTip);
scroller.addEventListener('mouseleave', () => { tip.hidden = true; });
scroller.addEventListener('click', event => { const e = event.target.closest('#rows .row')?.entry; if (e) showDetails(e === chosen ? null : e); });
scroller.addEventListener('keydown', event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape') showDetails(null);
  if (!step || shown.length === 0) return;
  event.preventDefault();
  const next = Math.min(shown.length - 1, Math.max(0, chosen ? shown.indexOf(chosen) + step : 0));
  const top = next * rowHeight;
  showDetails(shown[next]);
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  if (top + rowHeight > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + rowHeight - scroller.clientHeight;
});
element('close').addEventListener('click', () => showDetails(null));
overview.addEventListener('click', event => {
  const last = shown.reduce((end, e) => Math.max(end, endOf(e)), 0), time = event.offsetX / overview.clientWidth * last;
  const index = shown.findIndex(e => e.t >= time);
  scroller.scrollTop = (index < 0 ? shown.length : index) * rowHeight - scroller.clientHeight / 2;
});
filter.addEventListener('input', applyFilter);
failedOnly.addEventListener('change', applyFilter);
fit.addEventListener('change', draw);
addEventListener('resize', schedule);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', schedule);
addEventListener('hashchange', () => { readHash(); applyFilter(); });

// A link to the page may contain a filter: trace.html#filter=status:5
function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  filter.value = given.get('filter') ?? '';
  failedOnly.checked = given.has('failed');
}

fit.value = all.length > 60 ? 'visible' : 'all';
readHash();
applyFilter();
