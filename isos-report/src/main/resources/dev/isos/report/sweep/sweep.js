// The points of a sweep in a plane, over all axes and as a table; what is chosen, brushed or pinned in one is so in the others.
const control = name => root.querySelector(`[data-do=${name}]`);
const [groupSelect, across, up, colours, show] = ['group', 'x', 'y', 'colour', 'show'].map(control);
const [plane, lines] = ['plane', 'lines'].map(name => root.querySelector(`.${name} .base`));
const [planeTop, linesTop] = ['plane', 'lines'].map(name => root.querySelector(`.${name} .over`));
const total = root.querySelector('.total');
const details = root.querySelector('.details');
const difference = root.querySelector('.difference');
const brushes = root.querySelector('.brushes');
const table = root.querySelector('.points');
const status = root.querySelector('.said');
const ROWS = 50;
const MOST_LINES = 3000;
const NEAR = 14;
const [OUT, ADMITTED, FRONT] = ['0', '1', '2'];

const names = [];
for (const [kept, rest] of data.names) {
  names.push((names.at(-1) ?? '').slice(0, kept) + rest);
}
const metrics = data.metrics.map((m, at) => ({...m, at, id: 'metric ' + m.path,
  text: v => page.number(v / m.unit, m.decimals)}));
const varied = data.parameters.map((p, at) => ({...p, at, id: 'key ' + p.key, header: p.key}));

// What survives a reload of the page.
const KEY = 'isos-sweep ' + location.pathname;
const state = {group: data.groups.at(-1)?.name, x: metrics[0].path, y: (metrics.find(m => m.judged && m !== metrics[0]) ?? metrics[1]).path,
  colour: varied[0]?.key ?? '', show: 'all', brushes: {}, words: {}, pins: [], chosen: null, sort: [], first: 0};
const judged = metrics.filter(m => m.judged);
if (judged.length > 1) {
  [state.x, state.y] = [judged[0].path, judged[1].path];
}
try {
  Object.assign(state, JSON.parse(sessionStorage.getItem(KEY) ?? '{}'));
} catch {
  // A browser may refuse storage to files.
}

function keep() {
  // a place among values is another one once there are more values
  const places = axes.filter(a => a.ticks && state.brushes[a.id]);
  state.words = Object.fromEntries(places.map(a => [a.id, state.brushes[a.id].map(a.text)]));
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // It begins anew, then.
  }
}

let group, axes, kept, shown, dragging = null;

function node(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) {
    made.textContent = text;
  }
  if (className) {
    made.className = className;
  }
  return made;
}

function action(text, does) {
  const made = node('button', text);
  made.type = 'button';
  made.addEventListener('click', does);
  return made;
}

function fill(select, list, value) {
  select.replaceChildren(...list.map(([id, text]) => {
    const option = node('option', text);
    option.value = id;
    return option;
  }));
  select.value = list.some(([id]) => String(id) === String(value)) ? value : list[0]?.[0] ?? '';
}

const metricOf = select => metrics.find(m => m.path === select.value);
const nameOf = i => names[group.points[i]];
const indexOf = name => group.byName.get(name) ?? -1;
const valueOf = (m, i) => group.values[m.at][i];
const settingOf = (p, i) => p.values[group.settings[p.at][i]] ?? '';

function openGroup(name) {
  group = data.groups.find(g => g.name === name) ?? data.groups[0];
  state.group = group.name;
  groupSelect.value = group.name;
  group.byName ??= new Map(group.points.map((p, i) => [names[p], i]));
  axes = [];
  for (const p of varied) {
    const of = group.settings[p.at];
    if (p.values.length > 1) {
      axes.push({id: p.id, header: p.key, of: i => of[i] < 0 ? null : of[i], low: 0, high: p.values.length - 1, text: v => p.values[Math.round(v)],
        read: text => p.values.indexOf(text), ticks: p.values.map((v, i) => i)});
    }
  }
  for (const m of metrics) {
    const of = group.values[m.at];
    let [low, high] = [Infinity, -Infinity];
    for (const v of of) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    axes.push({id: m.id, header: m.header, of: i => of[i], low, high, text: m.text, read: text => Number(text.replaceAll(',', '')) * m.unit,
      log: low > 0 && high / low > 20, ticks: null, metric: m});
  }
  for (const axis of axes.filter(a => state.words[a.id])) {
    const range = state.words[axis.id].map(axis.read);
    if (range.every(at => at >= 0)) {
      state.brushes[axis.id] = range;
    }
  }
  state.words = {};
  for (const id of Object.keys(state.brushes)) {
    if (!axes.some(a => a.id === id)) {
      delete state.brushes[id];
    }
  }
  select();
}

/** Which points are kept by brushes and by what is to be shown. */
function select() {
  const ranges = axes.filter(a => state.brushes[a.id]).map(a => [a, ...state.brushes[a.id]]);
  kept = [];
  shown = [];
  for (let i = 0; i < group.points.length; i++) {
    const flag = group.flags[i];
    if (state.show === 'front' && flag !== FRONT || state.show === 'admitted' && flag === OUT) {
      continue;
    }
    shown.push(i);
    if (ranges.every(([axis, low, high]) => axis.of(i) !== null && axis.of(i) >= low && axis.of(i) <= high)) {
      kept.push(i);
    }
  }
  const front = [...group.flags].filter(f => f === FRONT).length;
  const count = v => page.number(v, 0);
  total.textContent = `${count(kept.length)} of ${count(group.points.length)} points; ${count(front)} on the front in `
    + `${judged.map(m => (m.maximised ? 'most ' : 'least ') + m.name).join(', ')}`
    + (group.failed ? `; ${count(group.failed)} failed` : '');
  brushes.replaceChildren(...ranges.map(([axis, low, high]) => {
    const chip = action(`${axis.header}: ${axis.text(low)} to ${axis.text(high)} ×`, () => {
      delete state.brushes[axis.id];
      state.first = 0;
      select();
      control('axis').focus();
    });
    chip.setAttribute('aria-label', `Keep all of ${axis.header} again, now ${axis.text(low)} to ${axis.text(high)}`);
    return chip;
  }));
  order();
  redraw();
  keep();
}

// Drawing
const hue = [0, 1, 2, 3, 4, 5, 7].map(i => '--c' + i);

function colourOf() {
  const p = varied.find(v => v.key === colours.value);
  if (!p) {
    return {of: () => 0, list: [page.colour('--c0')], names: ['']};
  }
  const n = p.values.length;
  const list = n <= hue.length ? p.values.map((v, i) => page.colour(hue[i]))
    : p.values.map((v, i) => `hsl(${Math.round(250 - 220 * i / (n - 1))} 75% ${document.documentElement && getComputedStyle(document.documentElement).colorScheme === 'dark' ? 62 : 45}%)`);
  const of = group.settings[p.at];
  return {of: i => Math.max(0, of[i]), list, names: p.values};
}

function legend(colour) {
  const host = root.querySelector('.legend');
  host.replaceChildren();
  if (colour.names.length > 1) {
    const many = colour.names.length > 24;
    colour.names.forEach((name, i) => {
      if (many && i % Math.ceil(colour.names.length / 12) && i !== colour.names.length - 1) {
        return;
      }
      const key = node('span', '', 'key');
      key.style.background = colour.list[i];
      host.append(key, name);
    });
  }
}

function prepare(canvas, height) {
  const width = canvas.parentNode.clientWidth;
  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = height + 'px';
  const draw = canvas.getContext('2d');
  draw.setTransform(scale, 0, 0, scale, 0, 0);
  draw.clearRect(0, 0, width, height);
  draw.font = '12px system-ui, sans-serif';
  return [draw, width, height];
}

/** From values to places between two ends, and back. */
function scaleOf(axis, from, to) {
  const by = axis.log ? Math.log : v => v;
  const back = axis.log ? Math.exp : v => v;
  let [low, high] = [by(axis.low), by(axis.high)];
  if (!(high > low)) {
    low -= 0.5;
    high += 0.5;
  }
  return {at: v => from + (by(v) - low) / (high - low) * (to - from), value: p => back(low + (p - from) / (to - from) * (high - low))};
}

/** Round values along an axis. */
function ticksOf(axis, most) {
  if (axis.log) {
    const ticks = [];
    const steps = axis.high / axis.low > 1000 ? [1] : [1, 2, 5];
    for (let e = Math.floor(Math.log10(axis.low / axis.metric.unit)); e <= 18; e++) {
      for (const step of steps) {
        ticks.push(step * 10 ** e * axis.metric.unit);
      }
    }
    return ticks.filter(t => t >= axis.low && t <= axis.high);
  }
  const unit = axis.metric.unit;
  const span = (axis.high - axis.low) / unit;
  if (!(span > 0)) {
    return [axis.low];
  }
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find(s => s * power >= raw) * power;
  const ticks = [];
  for (let n = Math.ceil(axis.low / unit / step); n * step <= axis.high / unit; n++) {
    ticks.push(n * step * unit);
  }
  return ticks;
}

const brief = new Intl.NumberFormat('en-US', {notation: 'compact', maximumSignificantDigits: 4});
const tick = (axis, v) => brief.format(v / axis.metric.unit);

let box, places;
let step = [];

function drawPlane() {
  const [draw, width, height] = prepare(plane, Math.max(280, Math.min(470, root.clientWidth * 0.6)));
  prepare(planeTop, height);
  const [ax, ay] = [across, up].map(s => axes.find(a => a.metric === metricOf(s)));
  box = {left: 62, right: width - 14, top: 14, bottom: height - 44};
  const pad = 8;
  const sx = scaleOf(ax, box.left + pad, box.right - pad);
  const sy = scaleOf(ay, box.bottom - pad, box.top + pad);
  const [text, muted, line] = ['--text', '--muted', '--line'].map(page.colour);
  draw.strokeStyle = line;
  draw.fillStyle = muted;
  draw.lineWidth = 1;
  draw.textAlign = 'center';
  let last = -Infinity;
  for (const t of ticksOf(ax, width / 110)) {
    const x = sx.at(t);
    draw.beginPath();
    draw.moveTo(x, box.top);
    draw.lineTo(x, box.bottom);
    draw.stroke();
    if (x - last > 44) {
      draw.fillText(tick(ax, t), x, box.bottom + 16);
      last = x;
    }
  }
  draw.textAlign = 'right';
  last = Infinity;
  for (const t of ticksOf(ay, height / 60)) {
    const y = sy.at(t);
    draw.beginPath();
    draw.moveTo(box.left, y);
    draw.lineTo(box.right, y);
    draw.stroke();
    if (last - y > 15) {
      draw.fillText(tick(ay, t), box.left - 6, y + 4);
      last = y;
    }
  }
  draw.fillStyle = text;
  draw.textAlign = 'center';
  draw.fillText(ax.header + (ax.log ? ' (log)' : ''), (box.left + box.right) / 2, height - 8);
  draw.save();
  draw.translate(13, (box.top + box.bottom) / 2);
  draw.rotate(-Math.PI / 2);
  draw.fillText(ay.header + (ay.log ? ' (log)' : ''), 0, 0);
  draw.restore();
  // what the constraints forbid
  for (const limit of data.limits) {
    const along = limit.path === ax.metric.path ? 'x' : limit.path === ay.metric.path ? 'y' : null;
    if (along) {
      const scale = along === 'x' ? sx : sy;
      const axis = along === 'x' ? ax : ay;
      const at = axis.log && limit.value <= 0 ? -1e6 : scale.at(limit.value);
      const [a, b] = along === 'x' ? [box.left, box.right] : [box.bottom, box.top];
      const end = limit.upper ? b : a;
      const from = Math.min(Math.max(at, Math.min(a, b)), Math.max(a, b));
      draw.fillStyle = page.colour('--c3');
      draw.globalAlpha = 0.13;
      if (along === 'x') {
        draw.fillRect(Math.min(from, end), box.top, Math.abs(end - from), box.bottom - box.top);
      } else {
        draw.fillRect(box.left, Math.min(from, end), box.right - box.left, Math.abs(end - from));
      }
      draw.globalAlpha = 1;
      if (from === at) {
        draw.strokeStyle = page.colour('--c3');
        draw.setLineDash([5, 4]);
        draw.beginPath();
        draw.moveTo(along === 'x' ? at : box.left, along === 'x' ? box.top : at);
        draw.lineTo(along === 'x' ? at : box.right, along === 'x' ? box.bottom : at);
        draw.stroke();
        draw.setLineDash([]);
      }
    }
  }
  // points
  const colour = colourOf();
  legend(colour);
  const lively = new Uint8Array(group.points.length);
  kept.forEach(i => { lively[i] = 1; });
  places = {x: new Float64Array(group.points.length), y: new Float64Array(group.points.length)};
  const size = shown.length > 3000 ? 3 : 5;
  const byColour = colour.list.map(() => []);
  draw.fillStyle = muted;
  draw.globalAlpha = 0.3;
  for (const i of shown) {
    const [x, y] = [sx.at(ax.of(i)), sy.at(ay.of(i))];
    places.x[i] = x;
    places.y[i] = y;
    if (!lively[i]) {
      draw.fillRect(x - 1, y - 1, 2, 2);
    } else {
      byColour[colour.of(i)].push(i);
    }
  }
  byColour.forEach((some, c) => {
    draw.fillStyle = draw.strokeStyle = colour.list[c];
    for (const i of some) {
      draw.globalAlpha = group.flags[i] === OUT ? 0.35 : 0.85;
      draw.fillRect(places.x[i] - size / 2, places.y[i] - size / 2, size, size);
    }
  });
  draw.globalAlpha = 1;
  // the front of these two, stepped
  const best = kept.filter(i => group.flags[i] !== OUT);
  const cost = (m, i) => m.maximised ? -valueOf(m, i) : valueOf(m, i);
  best.sort((a, b) => cost(ax.metric, a) - cost(ax.metric, b) || cost(ay.metric, a) - cost(ay.metric, b));
  draw.strokeStyle = text;
  draw.lineWidth = 1.6;
  draw.beginPath();
  let least = Infinity;
  let before = null;
  step = [];
  for (const i of best) {
    if (cost(ay.metric, i) < least) {
      least = cost(ay.metric, i);
      if (before === null) {
        draw.moveTo(places.x[i], ay.metric.maximised ? box.bottom : box.top);
      } else {
        draw.lineTo(places.x[i], places.y[before]);
      }
      draw.lineTo(places.x[i], places.y[i]);
      before = i;
      step.push(i);
    }
  }
  if (before !== null) {
    draw.lineTo(ax.metric.maximised ? box.left : box.right, places.y[before]);
  }
  draw.stroke();
  draw.lineWidth = 1.2;
  for (const i of kept) {
    if (group.flags[i] === FRONT) {
      draw.beginPath();
      draw.arc(places.x[i], places.y[i], 4.5, 0, 7);
      draw.stroke();
    }
  }
  if (group.knee >= 0 && shown.includes(group.knee)) {
    const [x, y] = [places.x[group.knee], places.y[group.knee]];
    draw.fillStyle = page.colour('--back');
    draw.lineWidth = 2;
    draw.beginPath();
    draw.moveTo(x, y - 8);
    draw.lineTo(x + 8, y);
    draw.lineTo(x, y + 8);
    draw.lineTo(x - 8, y);
    draw.closePath();
    draw.fill();
    draw.stroke();
    label(draw, 'knee', x + 11, y - 7);
  }
  drawMarks();
}

function label(draw, text, x, y) {
  draw.textAlign = x > box.right - 40 ? 'right' : 'left';
  draw.lineWidth = 3;
  draw.strokeStyle = page.colour('--back');
  draw.strokeText(text, x, y);
  draw.fillStyle = page.colour('--text');
  draw.fillText(text, x, y);
}

/** What is chosen, pinned or being brushed, above the points. */
function drawMarks() {
  const [draw, width, height] = prepare(planeTop, planeTop.clientHeight || plane.clientHeight);
  const ring = (i, text) => {
    const [x, y] = [places.x[i], places.y[i]];
    draw.strokeStyle = page.colour('--c3');
    draw.lineWidth = 2.5;
    draw.beginPath();
    draw.arc(x, y, 9, 0, 7);
    draw.stroke();
    if (text) {
      label(draw, text, x + 11, y + 14);
    }
  };
  const visible = i => i >= 0 && places.x[i] > 0;
  state.pins.forEach((name, n) => visible(indexOf(name)) && ring(indexOf(name), 'AB'[n]));
  if (visible(indexOf(state.chosen))) {
    ring(indexOf(state.chosen), '');
  }
  if (dragging?.in === 'plane' && dragging.moved) {
    draw.fillStyle = page.colour('--accent');
    draw.globalAlpha = 0.2;
    draw.fillRect(dragging.x, dragging.y, dragging.toX - dragging.x, dragging.toY - dragging.y);
    draw.globalAlpha = 1;
  }
  drawLineMarks();
}

let columns;

function drawLines() {
  // as far apart as their names can be read, or the picture scrolls
  lines.parentNode.style.minWidth = `${90 + 76 * (axes.length - 1)}px`;
  const [draw, width, height] = prepare(lines, 270);
  prepare(linesTop, height);
  const [top, bottom] = [34, height - 18];
  const step = (width - 90) / Math.max(1, axes.length - 1);
  columns = axes.map((axis, n) => ({axis, x: 45 + n * step, scale: scaleOf(axis, bottom, top)}));
  const colour = colourOf();
  const path = i => {
    let pen = false;
    for (const {axis, x, scale} of columns) {
      const v = axis.of(i);
      if (v === null) {
        pen = false;
      } else if (pen) {
        draw.lineTo(x, scale.at(v));
      } else {
        draw.moveTo(x, scale.at(v));
        pen = true;
      }
    }
  };
  const every = Math.ceil(kept.length / MOST_LINES);
  root.querySelector('.sampled').textContent = every > 1 ? `One of ${every} points has its line drawn, and all of the front.` : '';
  const some = kept.filter((i, n) => n % every === 0 || group.flags[i] === FRONT);
  draw.lineWidth = 1;
  for (const [only, alpha] of [[false, Math.max(0.06, Math.min(0.5, 40 / Math.max(1, some.length)))], [true, 0.9]]) {
    draw.globalAlpha = alpha;
    colour.list.forEach((c, at) => {
      draw.strokeStyle = c;
      for (const i of some) {
        if (colour.of(i) === at && (group.flags[i] === FRONT) === only) {
          draw.beginPath();
          path(i);
          draw.stroke();
        }
      }
    });
  }
  draw.globalAlpha = 1;
  const stagger = columns.some(({axis}) => draw.measureText(axis.header).width > step * 0.96);
  columns.forEach(({axis, x, scale}, n) => {
    draw.strokeStyle = page.colour('--strong');
    draw.beginPath();
    draw.moveTo(x, top);
    draw.lineTo(x, bottom);
    draw.stroke();
    draw.textAlign = 'center';
    draw.fillStyle = page.colour('--text');
    const header = cut(draw, axis.header, step * (stagger ? 1.9 : 0.96));
    const half = draw.measureText(header).width / 2;
    draw.fillText(header, Math.max(half, Math.min(width - half, x)), n % 2 && stagger ? 11 : 26);
    const ends = axis.ticks && axis.ticks.length <= 8 ? axis.ticks : [axis.low, axis.high];
    for (const v of ends) {
      const words = axis.ticks ? axis.text(v) : tick(axis, v);
      draw.textAlign = n === columns.length - 1 ? 'right' : 'left';
      const y = scale.at(v) + (axis.ticks && axis.ticks.length <= 8 ? 4 : v === axis.low ? 14 : 10);
      const side = n === columns.length - 1 ? -4 : 4;
      const label = cut(draw, words, step * 0.8);
      const length = draw.measureText(label).width;
      draw.fillStyle = page.colour('--back');
      draw.globalAlpha = 0.8;
      draw.fillRect(x + side - (side < 0 ? length : 0) - 1, y - 10, length + 2, 13);
      draw.globalAlpha = 1;
      draw.fillStyle = page.colour('--muted');
      draw.fillText(label, x + side, y);
    }
  });
  drawLineMarks();
}

function cut(draw, text, width) {
  while (text.length > 2 && draw.measureText(text).width > width) {
    text = text.slice(0, -2) + '…';
  }
  return text;
}

function drawLineMarks() {
  if (!columns) {
    return;
  }
  const [draw] = prepare(linesTop, lines.clientHeight);
  draw.lineWidth = 3;
  draw.strokeStyle = page.colour('--c3');
  for (const name of [...state.pins, state.chosen]) {
    const i = indexOf(name);
    if (i >= 0) {
      draw.beginPath();
      columns.forEach(({axis, x, scale}, n) => {
        const v = axis.of(i);
        if (v !== null) {
          draw[n ? 'lineTo' : 'moveTo'](x, scale.at(v));
        }
      });
      draw.stroke();
    }
  }
  draw.fillStyle = page.colour('--accent');
  draw.globalAlpha = 0.3;
  for (const {axis, x, scale} of columns) {
    const range = dragging?.axis === axis && dragging.moved ? dragging.range : state.brushes[axis.id];
    if (range) {
      const [a, b] = range.map(scale.at);
      draw.fillRect(x - 7, Math.min(a, b) - 3, 14, Math.abs(b - a) + 6);
    }
  }
  draw.globalAlpha = 1;
}

let asked = false;

function redraw() {
  if (!asked) {
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      drawPlane();
      drawLines();
    });
  }
}

// What is chosen
function choose(i, say) {
  state.chosen = i >= 0 ? nameOf(i) : null;
  showDetails();
  drawMarks();
  for (const row of table.querySelectorAll('tbody tr')) {
    row.classList.toggle('marked', Number(row.dataset.i) === i);
  }
  if (say && i >= 0) {
    status.textContent = nameOf(i) + ': ' + judged.map(m => `${m.name} ${m.text(valueOf(m, i))}`).join(', ')
      + (group.flags[i] === FRONT ? ', on the front' : group.flags[i] === OUT ? ', does not meet the constraints' : '');
  }
  keep();
}

function pin(i) {
  const name = nameOf(i);
  state.pins = state.pins.includes(name) ? state.pins.filter(p => p !== name) : [...state.pins, name].slice(-2);
  status.textContent = state.pins.includes(name) ? `Pinned as ${'AB'[state.pins.indexOf(name)]}: ${name}` : `No longer pinned: ${name}`;
  showDetails();
  drawMarks();
  keep();
}

function cell(value, text, className) {
  const made = node('td', text, className ?? 'n');
  made.dataset.v = value;
  return made;
}

function showDetails() {
  const i = indexOf(state.chosen);
  details.replaceChildren();
  if (i >= 0) {
    details.append(node('h3', nameOf(i)));
    const list = node('dl', '', 'facts');
    const fact = (name, value, exact) => {
      const of = node('dd', value);
      if (exact !== undefined) {
        of.dataset.v = exact;
        of.dataset.path = name.path;
      }
      list.append(node('dt', name.header ?? name), of);
    };
    varied.filter(p => settingOf(p, i)).forEach(p => fact(p.key, settingOf(p, i)));
    metrics.forEach(m => fact(m, m.text(valueOf(m, i)), valueOf(m, i)));
    fact('', group.flags[i] === FRONT ? 'on the front' + (i === group.knee ? ', the knee' : '')
      : group.flags[i] === OUT ? 'does not meet the constraints' : 'another point is better');
    const pinned = state.pins.includes(nameOf(i));
    const button = action(pinned ? 'Unpin' : 'Pin to compare', () => {
      pin(i);
      details.querySelector('button').focus();
    });
    details.append(list, button);
  } else {
    details.append(node('p', 'Choose a point to see its numbers; pin two to compare them.', 'quiet'));
  }
  showDifference();
}

function quoted(word) {
  return /^[\w.:=,/@%+-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}

function showDifference() {
  const [a, b] = state.pins.map(indexOf);
  difference.replaceChildren();
  difference.hidden = !(a >= 0 && b >= 0);
  if (difference.hidden) {
    return;
  }
  difference.append(node('h3', 'B against A'));
  const made = node('table');
  made.setAttribute('aria-label', 'B against A');
  const head = made.createTHead().insertRow();
  ['', 'A', 'B', 'B − A', 'change'].forEach((text, n) => {
    const th = node('th', text, n ? 'n' : '');
    th.scope = 'col';
    head.append(n ? th : node('td'));
  });
  const body = made.createTBody();
  const row = name => {
    const of = body.insertRow();
    const th = node('th', name);
    th.scope = 'row';
    of.append(th);
    return of;
  };
  for (const p of varied) {
    if (settingOf(p, a) !== settingOf(p, b)) {
      row(p.key).append(node('td', settingOf(p, a), 'n'), node('td', settingOf(p, b), 'n'), node('td'), node('td'));
    }
  }
  for (const m of metrics) {
    const [from, to] = [valueOf(m, a), valueOf(m, b)];
    const of = row(m.header);
    of.dataset.path = m.path;
    of.append(cell(from, m.text(from)), cell(to, m.text(to)), cell(to - from, (to > from ? '+' : '') + m.text(to - from)),
      node('td', from ? (to >= from ? '+' : '') + page.number(100 * (to / from - 1), 1) + ' %' : '', 'n'));
  }
  const scroll = node('div', '', 'scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'B against A, table');
  scroll.append(made);
  difference.append(scroll);
  if (data.command && group.workload) {
    const run = (i, folder) => `${data.command} run --workload ${quoted(group.workload)} --accelerator ${quoted(nameOf(i))}`
      + (data.given ? ' ' + data.given : '') + (group.seed === null ? '' : ' --seed ' + group.seed) + ` --out ${folder}`;
    const command = node('div', '', 'command');
    const words = `${run(a, 'a')} && ${run(b, 'b')} && ${data.command} diff a b`;
    command.append(node('code', words), action('Copy', () => page.copy(words, done => {
      status.textContent = done ? 'Command line copied' : 'The browser does not allow copying';
    })));
    difference.append(node('p', 'Segment by segment and layer by layer:', 'quiet'), command);
  }
}

// Table
let sorted;

function columnsOf() {
  return [...varied.filter(p => p.values.length > 1).map(p => ({id: p.id, header: p.key, of: i => group.settings[p.at][i], text: i => settingOf(p, i)})),
    ...metrics.map(m => ({id: m.id, header: m.header, of: i => valueOf(m, i), text: i => m.text(valueOf(m, i)), metric: m}))];
}

function order() {
  const [id, sign] = state.sort;
  const column = columnsOf().find(c => c.id === id);
  sorted = column ? [...kept].sort((a, b) => sign * (column.of(a) - column.of(b)) || a - b)
    : [...kept].sort((a, b) => group.flags[b] - group.flags[a] || a - b);
  state.first = Math.max(0, Math.min(state.first, Math.floor((sorted.length - 1) / ROWS) * ROWS));
  showTable();
}

function showTable() {
  const all = columnsOf();
  const focus = document.activeElement?.dataset?.sort;
  const head = table.tHead.rows[0];
  head.replaceChildren(...[{id: '', header: 'front'}, ...all].map(column => {
    const th = node('th', undefined, column.metric ? 'n' : '');
    th.scope = 'col';
    const now = state.sort[0] === column.id ? state.sort[1] : column.id === '' && !state.sort[0] ? -1 : 0;
    if (now) {
      th.setAttribute('aria-sort', now > 0 ? 'ascending' : 'descending');
    }
    const sorter = action(column.header, () => {
      state.sort = column.id ? [column.id, state.sort[0] === column.id ? -state.sort[1] : 1] : [];
      state.first = 0;
      order();
      keep();
    });
    sorter.dataset.sort = column.id;
    th.append(sorter);
    return th;
  }));
  if (focus !== undefined) {
    [...head.querySelectorAll('button')].find(b => b.dataset.sort === focus)?.focus();
  }
  page.rove(head);
  const chosen = indexOf(state.chosen);
  table.tBodies[0].replaceChildren(...sorted.slice(state.first, state.first + ROWS).map(i => {
    const row = node('tr');
    row.dataset.i = i;
    row.dataset.name = nameOf(i);
    row.classList.toggle('marked', i === chosen);
    row.append(node('td', group.flags[i] === FRONT ? (i === group.knee ? 'knee' : 'front') : group.flags[i] === OUT ? 'out' : ''));
    for (const column of all) {
      const made = node('td', column.text(i), column.metric ? 'n' : '');
      if (column.metric) {
        made.dataset.v = column.of(i);
        made.dataset.path = column.metric.path;
      }
      row.append(made);
    }
    return row;
  }));
  root.querySelector('.where').textContent = sorted.length
    ? `${page.number(state.first + 1, 0)} to ${page.number(Math.min(sorted.length, state.first + ROWS), 0)} of ${page.number(sorted.length, 0)}`
    : 'none';
  control('before').disabled = state.first === 0;
  control('after').disabled = state.first + ROWS >= sorted.length;
}

// Mouse
const place = (event, canvas) => {
  const at = canvas.getBoundingClientRect();
  return [event.clientX - at.left, event.clientY - at.top];
};

function nearest(x, y) {
  let [found, least] = [-1, NEAR * NEAR];
  for (const i of kept) {
    const d = (places.x[i] - x) ** 2 + (places.y[i] - y) ** 2;
    if (d < least || d === least && group.flags[i] === FRONT) {
      [found, least] = [i, d];
    }
  }
  return found;
}

planeTop.addEventListener('pointermove', event => {
  const [x, y] = place(event, planeTop);
  if (dragging?.in === 'plane') {
    [dragging.toX, dragging.toY] = [x, y];
    dragging.moved ||= Math.hypot(x - dragging.x, y - dragging.y) > 5;
    drawMarks();
  } else {
    const i = nearest(x, y);
    planeTop.title = i < 0 ? '' : nameOf(i);
    planeTop.style.cursor = i < 0 ? 'crosshair' : 'pointer';
  }
});
planeTop.addEventListener('pointerdown', event => {
  const [x, y] = place(event, planeTop);
  dragging = {in: 'plane', x, y, toX: x, toY: y, moved: false};
  planeTop.setPointerCapture(event.pointerId);
});
planeTop.addEventListener('pointerup', event => {
  const drag = dragging;
  dragging = null;
  if (!drag?.moved) {
    const i = nearest(...place(event, planeTop));
    if (i >= 0) {
      choose(i, true);
    }
    return;
  }
  const [ax, ay] = [across, up].map(s => axes.find(a => a.metric === metricOf(s)));
  const sx = scaleOf(ax, box.left + 8, box.right - 8);
  const sy = scaleOf(ay, box.bottom - 8, box.top + 8);
  brush(ax, sx.value(drag.x), sx.value(drag.toX));
  brush(ay, sy.value(drag.y), sy.value(drag.toY));
  select();
});
planeTop.addEventListener('dblclick', event => {
  const i = nearest(...place(event, planeTop));
  if (i >= 0) {
    pin(i);
  }
});

function brush(axis, a, b) {
  state.brushes[axis.id] = [Math.min(a, b), Math.max(a, b)];
  state.first = 0;
}

linesTop.addEventListener('pointerdown', event => {
  const [x, y] = place(event, linesTop);
  const column = columns.reduce((best, c) => Math.abs(c.x - x) < Math.abs(best.x - x) ? c : best);
  if (Math.abs(column.x - x) < 30) {
    const v = column.scale.value(y);
    dragging = {in: 'lines', axis: column.axis, column, y, moved: false, range: [v, v]};
    linesTop.setPointerCapture(event.pointerId);
  }
});
linesTop.addEventListener('pointermove', event => {
  if (dragging?.in === 'lines') {
    const [, y] = place(event, linesTop);
    dragging.moved ||= Math.abs(y - dragging.y) > 4;
    dragging.range = [dragging.range[0], dragging.column.scale.value(y)];
    drawLineMarks();
  }
});
linesTop.addEventListener('pointerup', () => {
  const drag = dragging;
  dragging = null;
  if (drag?.in === 'lines') {
    if (drag.moved) {
      // a category counts from half-way to its neighbours
      const [a, b] = [Math.min(...drag.range), Math.max(...drag.range)];
      brush(drag.axis, drag.axis.ticks ? Math.max(0, Math.round(a)) : a, drag.axis.ticks ? Math.min(drag.axis.high, Math.round(b)) : b);
    } else {
      delete state.brushes[drag.axis.id];
    }
    select();
  }
});
for (const canvas of [planeTop, linesTop]) {
  canvas.addEventListener('pointercancel', () => { dragging = null; });
}

// Keyboard
planeTop.addEventListener('keydown', event => {
  const front = step;
  const of = event.shiftKey ? front : kept;
  const i = indexOf(state.chosen);
  const along = {ArrowLeft: ['x', -1], ArrowRight: ['x', 1], ArrowUp: ['y', -1], ArrowDown: ['y', 1], Home: ['x', -2], End: ['x', 2]}[event.key];
  if (along && of.length) {
    const [axis, by] = along;
    const at = [...of].sort((a, b) => places[axis][a] - places[axis][b] || a - b);
    const now = at.indexOf(i);
    const next = by === -2 ? 0 : by === 2 ? at.length - 1
      : now < 0 ? (group.knee >= 0 && of.includes(group.knee) ? at.indexOf(group.knee) : 0)
      : Math.max(0, Math.min(at.length - 1, now + by));
    choose(at[next], true);
  } else if ((event.key === 'Enter' || event.key === ' ') && i >= 0) {
    pin(i);
  } else if (event.key === 'Escape') {
    state.pins = [];
    choose(-1);
    status.textContent = 'Nothing is pinned';
  } else {
    return;
  }
  event.preventDefault();
});

table.addEventListener('click', event => {
  const row = event.target.closest('tbody tr');
  if (row) {
    choose(Number(row.dataset.i), true);
  }
});
table.parentNode.addEventListener('keydown', event => {
  if (event.target !== table.parentNode) {
    return;
  }
  const now = sorted.indexOf(indexOf(state.chosen));
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (step) {
    const next = Math.max(0, Math.min(sorted.length - 1, now + step));
    if (next < state.first || next >= state.first + ROWS) {
      state.first = Math.floor(next / ROWS) * ROWS;
      showTable();
    }
    choose(sorted[next], true);
    table.querySelector('tr.marked')?.scrollIntoView({block: 'nearest'});
  } else if (event.key === 'Enter' && now >= 0) {
    pin(sorted[now]);
  } else {
    return;
  }
  event.preventDefault();
});

for (const [name, step] of [['before', -ROWS], ['after', ROWS]]) {
  control(name).addEventListener('click', () => {
    state.first += step;
    showTable();
    keep();
  });
}

// Brushing in words
function offer() {
  const axis = axes.find(a => a.id === control('axis').value) ?? axes[0];
  const range = state.brushes[axis.id] ?? [axis.low, axis.high];
  control('from').value = axis.text(range[0]);
  control('to').value = axis.text(range[1]);
}

control('axis').addEventListener('change', offer);
root.querySelector('.keep').addEventListener('submit', event => {
  event.preventDefault();
  const axis = axes.find(a => a.id === control('axis').value);
  const ends = ['from', 'to'].map(name => {
    const field = control(name);
    const value = axis.read(field.value.trim());
    const wrong = field.value.trim() === '' || Number.isNaN(value) || axis.ticks && value < 0;
    field.setAttribute('aria-invalid', wrong);
    return wrong ? null : value;
  });
  if (ends.includes(null)) {
    status.textContent = axis.ticks ? `Expected one of ${axis.ticks.map(axis.text).join(', ')}` : 'Expected a number';
    return;
  }
  // what is shown is rounded
  const half = axis.metric ? 0.5 * 10 ** -axis.metric.decimals * axis.metric.unit : 0;
  brush(axis, Math.min(...ends) - half, Math.max(...ends) + half);
  select();
  status.textContent = total.textContent;
});

function start() {
  fill(groupSelect, data.groups.map(g => [g.name, g.name]), state.group);
  groupSelect.parentNode.hidden = data.groups.length < 2;
  for (const [select, key] of [[across, 'x'], [up, 'y']]) {
    fill(select, metrics.map(m => [m.path, m.name]), state[key]);
    select.addEventListener('change', () => {
      state[key] = select.value;
      redraw();
      keep();
    });
  }
  fill(colours, [...varied.filter(p => p.values.length > 1).map(p => [p.key, p.key]), ['', 'nothing']], state.colour);
  colours.addEventListener('change', () => {
    state.colour = colours.value;
    redraw();
    keep();
  });
  show.value = state.show;
  show.addEventListener('change', () => {
    state.show = show.value;
    state.first = 0;
    select();
  });
  groupSelect.addEventListener('change', () => {
    openGroup(groupSelect.value);
    showDetails();
    offer();
  });
  root.querySelectorAll('.lively-only').forEach(part => { part.hidden = false; });
  openGroup(state.group);
  fill(control('axis'), axes.map(a => [a.id, a.header]), '');
  offer();
  showDetails();
  page.onTheme(redraw);
  new ResizeObserver(redraw).observe(root);
}

if (data.groups.length && data.groups.some(g => g.points.length)) {
  start();
}
