// Draws runs over time on canvases with one axis of time, and sums up what is in a box.
const LEVELS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const level = new Map([...LEVELS].map((c, i) => [c, i / 63]));
const SATURATED = 0.9;
const LEFT = 96;
const RIGHT = 12;
const HEIGHT = {overview: 26, segments: 20, port: 44, memory: 40, axis: 22, gap: 6};
const count = value => page.number(value, 0);
const percent = value => page.number(100 * value, 1) + ' %';
const explore = root.querySelector('.explore');
const stage = root.querySelector('.stage');
const summary = root.querySelector('.summary');
const control = name => explore.querySelector(`[data-do=${name}]`);
const select = control('layer');
const end = Math.max(...data.runs.map(run => run.end));
let view = [0, end];
let box = null; // cycles
let highlight = null;

/** What the bins of a run say, as arrays, and from them bins of twice the length, and so on. */
function unpack(run) {
  const work = new Map(run.work.map(w => {
    const cycles = new Float64Array(run.bins);
    cycles.set(w.cycles, w.from);
    return [w.layer, cycles];
  }));
  const lanes = run.lanes.map(lane => {
    const layers = new Int16Array(run.bins);
    let at = 0;
    for (let i = 0; i < lane.layers.length; i += 2) {
      layers.fill(lane.layers[i], at, at += lane.layers[i + 1]);
    }
    return {name: lane.name, layers, busy: Float32Array.from(lane.busy, c => level.get(c))};
  });
  return {...run, work, lanes, busiest: Float32Array.from(run.busiest, c => level.get(c)),
    ports: run.ports.map(port => ({...port, busy: Float32Array.from(port.busy, c => level.get(c))})), colour: run.colours};
}

const runs = data.runs.map(unpack);
const canvases = [...root.querySelectorAll('canvas')];

const laneHeight = run => run.lanes.length > 20 ? Math.min(256, 4 * run.lanes.length) : 14 * run.lanes.length;
const height = run => HEIGHT.overview + HEIGHT.segments + laneHeight(run) + run.ports.length * (HEIGHT.port + HEIGHT.gap)
  + run.memories.length * (HEIGHT.memory + HEIGHT.gap) + HEIGHT.axis + 3 * HEIGHT.gap;

function colours() {
  return {layers: [0, 1, 2, 3, 4, 5, 6, 7].map(n => page.colour('--c' + n)), text: page.colour('--text'), muted: page.colour('--muted'),
    line: page.colour('--line'), panel: page.colour('--panel'), back: page.colour('--back'), accent: page.colour('--accent')};
}

const layerColour = (run, layer, all) => layer >= 0 ? all.layers[run.colour[layer]] : all.muted;
const dimmed = layer => highlight !== null && layer !== highlight;

/** Draws one run; x is of time, the same in all. */
function draw(run, canvas) {
  const width = canvas.clientWidth;
  const tall = height(run);
  const scale = devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = tall * scale;
  canvas.style.height = tall + 'px';
  const g = canvas.getContext('2d');
  g.scale(scale, scale);
  g.font = '11px system-ui, sans-serif';
  const all = colours();
  const plot = width - LEFT - RIGHT;
  const x = cycle => LEFT + (cycle - view[0]) / (view[1] - view[0]) * plot;
  const wholeX = cycle => LEFT + cycle / end * plot;
  let y = 0;
  const clip = (top, tallness, action) => {
    g.save();
    g.beginPath();
    g.rect(LEFT, top, plot, tallness);
    g.clip();
    action();
    g.restore();
  };
  const label = (text, top) => {
    g.fillStyle = all.muted;
    g.textAlign = 'right';
    g.textBaseline = 'middle';
    g.fillText(text.length > 15 ? text.slice(0, 14) + '…' : text, LEFT - 6, top);
  };

  // overview: share of the units that work
  label('whole run', y + HEIGHT.overview / 2);
  g.fillStyle = all.panel;
  g.fillRect(LEFT, y, plot, HEIGHT.overview);
  columns(run, [0, end], plot, (from, to, px) => {
    let busy = 0;
    for (const cycles of run.work.values()) {
      for (let b = from; b < to; b++) {
        busy += cycles[b];
      }
    }
    const share = Math.min(1, busy / ((to - from) * run.binCycles * run.units));
    g.fillStyle = all.muted;
    g.fillRect(LEFT + px, y + HEIGHT.overview * (1 - share), 1, HEIGHT.overview * share);
  });
  g.strokeStyle = all.accent;
  g.lineWidth = 2;
  g.strokeRect(wholeX(view[0]), y + 1, Math.max(2, wholeX(view[1]) - wholeX(view[0])), HEIGHT.overview - 2);
  y += HEIGHT.overview + HEIGHT.gap;

  // segments
  label('segments', y + HEIGHT.segments / 2);
  clip(y, HEIGHT.segments, () => run.segmentEnds.forEach((stop, s) => {
    const from = x(s ? run.segmentEnds[s - 1] : 0);
    const to = x(stop);
    g.fillStyle = s % 2 ? all.line : all.panel;
    g.fillRect(from, y, to - from, HEIGHT.segments);
    g.strokeStyle = all.muted;
    g.lineWidth = 1;
    g.strokeRect(from + 0.5, y + 0.5, to - from, HEIGHT.segments - 1);
    const shown = [Math.max(from, LEFT), Math.min(to, LEFT + plot)];
    if (shown[1] - shown[0] > 8 + 7 * String(s + 1).length) {
      g.fillStyle = all.text;
      g.textAlign = 'center';
      g.textBaseline = 'middle';
      g.fillText(s + 1, (shown[0] + shown[1]) / 2, y + HEIGHT.segments / 2);
    }
  }));
  y += HEIGHT.segments + HEIGHT.gap;
  const top = y;

  // lanes
  const tallLanes = laneHeight(run);
  const row = tallLanes / run.lanes.length;
  g.fillStyle = all.panel;
  g.fillRect(LEFT, y, Math.max(0, Math.min(plot, x(run.end) - LEFT)), tallLanes);
  if (row >= 12) {
    run.lanes.forEach((lane, i) => label(lane.name, y + row * (i + 0.5)));
  } else {
    label(run.lanes[0].name, y + 6);
    label(run.lanes[run.lanes.length - 1].name, y + tallLanes - 6);
    if (run.lanes.length < run.units) {
      label(`of ${run.units}`, y + tallLanes / 2);
    }
  }
  run.lanes.forEach((lane, i) => columns(run, view, plot, (from, to, px) => {
    let busy = 0;
    let most = -2;
    let peak = 0;
    for (let b = from; b < to; b++) {
      busy += lane.busy[b];
      if (lane.busy[b] > peak) {
        peak = lane.busy[b];
        most = lane.layers[b];
      }
    }
    if (peak > 0) {
      const share = busy / (to - from);
      g.globalAlpha = (share < 1 / 8 ? 0.35 : share < 1 / 2 ? 0.65 : 1) * (dimmed(most) ? 0.12 : 1);
      g.fillStyle = layerColour(run, most, all);
      g.fillRect(LEFT + px, y + row * i, 1, Math.max(1, row - (row >= 6 ? 1 : 0)));
    }
  }));
  g.globalAlpha = 1;
  y += tallLanes + HEIGHT.gap;

  // ports: bytes per cycle
  for (const port of run.ports) {
    const peak = Math.max(...port.bytes) / run.binCycles || 1;
    area(run, port.bytes.map(b => b / run.binCycles), peak, y, HEIGHT.port, all.accent, (a, b) => a + b, true);
    label(port.name, y + 12);
    label(page.number(peak, peak < 10 ? 1 : 0) + ' B/cycle', y + 28);
    y += HEIGHT.port + HEIGHT.gap;
  }
  for (const memory of run.memories) {
    const peak = Math.max(...memory.most) || 1;
    area(run, memory.most, peak, y, HEIGHT.memory, all.layers[6], Math.max, false);
    label(memory.name, y + 10);
    label(page.number(peak / 1024, 0) + ' KiB', y + 26);
    y += HEIGHT.memory + HEIGHT.gap;
  }

  function area(of, values, peak, at, tallness, colour, join, mean) {
    g.fillStyle = all.panel;
    g.fillRect(LEFT, at, plot, tallness);
    g.fillStyle = colour;
    columns(of, view, plot, (from, to, px) => {
      let value = values[from];
      for (let b = from + 1; b < to; b++) {
        value = join(value, values[b]);
      }
      const share = (mean ? value / (to - from) : value) / peak;
      g.fillRect(LEFT + px, at + tallness * (1 - share), 1, tallness * share);
    });
  }

  // axis
  let step = 1;
  for (let i = 0; (view[1] - view[0]) / step > 8; i++) {
    step = i % 3 === 1 ? step / 2 * 5 : step * 2;
  }
  g.strokeStyle = all.muted;
  g.lineWidth = 1;
  g.fillStyle = all.muted;
  g.textBaseline = 'top';
  for (let at = Math.ceil(view[0] / step) * step; at <= view[1]; at += step) {
    g.beginPath();
    g.moveTo(Math.round(x(at)) + 0.5, y);
    g.lineTo(Math.round(x(at)) + 0.5, y + 4);
    g.stroke();
    g.textAlign = x(at) > LEFT + plot - 40 ? 'right' : 'center';
    g.fillText(count(at), x(at), y + 6);
  }
  label('cycles', y + 9);

  // ends of segments, and the box
  g.strokeStyle = all.text;
  g.lineWidth = 1;
  g.setLineDash([3, 3]);
  clip(top, y - top, () => run.segmentEnds.forEach(stop => {
    g.beginPath();
    g.moveTo(x(stop), top);
    g.lineTo(x(stop), y);
    g.stroke();
  }));
  g.setLineDash([]);
  if (box) {
    clip(top - HEIGHT.segments - HEIGHT.gap, y, () => {
      g.fillStyle = all.accent;
      g.globalAlpha = 0.13;
      g.fillRect(x(box[0]), top, x(box[1]) - x(box[0]), y - top);
      g.globalAlpha = 1;
      g.strokeStyle = all.accent;
      g.lineWidth = 2;
      g.strokeRect(x(box[0]), top, x(box[1]) - x(box[0]), y - top);
    });
  }
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `${run.name}: ${count(run.cycles)} cycles in ${run.segmentEnds.length} segments, over time; the table below`
    + ' sums up what is shown');
}

/** Calls back for each pixel with the bins that it shows, one at least. */
function columns(run, range, plot, action) {
  const perPixel = (range[1] - range[0]) / plot;
  for (let px = 0; px < plot; px++) {
    const from = Math.floor((range[0] + px * perPixel) / run.binCycles);
    const to = Math.max(from + 1, Math.floor((range[0] + (px + 1) * perPixel) / run.binCycles));
    if (from >= run.bins) {
      return;
    }
    action(from, Math.min(run.bins, to), px);
  }
}

/** Whole bins of a range of cycles. */
function binsOf(run, range) {
  const from = Math.max(0, Math.min(run.bins - 1, Math.round(range[0] / run.binCycles)));
  const to = Math.min(run.bins, Math.max(from + 1, Math.round(range[1] / run.binCycles)));
  return [from, range[1] >= run.end ? run.bins : to];
}

function sumUp(run, range) {
  const [from, to] = binsOf(run, range);
  const cycles = Math.min(run.cycles, to * run.binCycles) - from * run.binCycles;
  const sum = values => {
    let all = 0;
    for (let b = from; b < to; b++) {
      all += values[b];
    }
    return all;
  };
  const work = [...run.work].map(([layer, values]) => [layer, sum(values)]).filter(([, busy]) => busy > 0).sort((a, b) => b[1] - a[1]);
  const ports = run.ports.map(port => [port.name, sum(port.bytes)]);
  // why units are idle, bin by bin: the memory is full at work, or another unit is, or none of both
  const idle = {memory: 0, imbalance: 0, waiting: 0};
  let busy = 0;
  for (let b = from; b < to; b++) {
    const length = Math.min(run.cycles, (b + 1) * run.binCycles) - b * run.binCycles;
    let lanes = 0;
    run.lanes.forEach(lane => { lanes += lane.busy[b]; });
    const share = Math.min(1, lanes / run.lanes.length * run.binCycles / Math.max(1, length));
    busy += share * length;
    const full = run.ports.some(port => port.busy[b] * run.binCycles >= SATURATED * length);
    const other = run.busiest[b] * run.binCycles >= SATURATED * length;
    idle[full ? 'memory' : other ? 'imbalance' : 'waiting'] += (1 - share) * length;
  }
  const held = run.memories.map(memory => [memory.name, Math.max(...memory.most.slice(from, to))]);
  return {from: from * run.binCycles, to: from * run.binCycles + cycles, cycles, work, ports, busy, idle, held};
}

function tell() {
  const range = box ?? view;
  const sums = runs.map(run => sumUp(run, range));
  const table = document.createElement('table');
  const add = (name, cells) => {
    const line = table.insertRow();
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = name;
    line.append(head);
    cells.forEach(([text, exact, path]) => {
      const cell = line.insertCell();
      cell.textContent = text;
      if (path) {
        cell.dataset.path = path;
        cell.dataset.v = exact;
      }
    });
  };
  add(box ? 'in the box' : 'shown', runs.map(run => [run.name]));
  add('cycles', sums.map(s => [`${count(s.cycles)} (${count(s.from)} to ${count(s.to)})`, s.cycles, 'cycles']));
  sums[0].ports.forEach(([name]) => add(name + ', bytes', sums.map(s => {
    const bytes = s.ports.find(([other]) => other === name)?.[1] ?? 0;
    return [`${count(bytes)} (${page.number(bytes / s.cycles, 1)} per cycle)`, bytes, 'port.' + name];
  })));
  add('units busy', sums.map(s => [percent(s.busy / s.cycles), s.busy / s.cycles, 'busy']));
  add('idle while DRAM or another port is full', sums.map(s => [percent(s.idle.memory / s.cycles)]));
  add('idle while another unit works all the time', sums.map(s => [percent(s.idle.imbalance / s.cycles)]));
  add('idle else: dependences, latency, full queues', sums.map(s => [percent(s.idle.waiting / s.cycles)]));
  sums[0].held.forEach(([name]) => add(`most in ${name}, bytes`, sums.map(s => {
    const held = s.held.find(([other]) => other === name)?.[1] ?? 0;
    return [count(held), held, 'held.' + name];
  })));
  const line = table.insertRow();
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = 'most of the work';
  line.append(head);
  sums.forEach((s, r) => {
    const cell = line.insertCell();
    const all = s.work.reduce((total, [, busy]) => total + busy, 0);
    s.work.slice(0, 4).forEach(([layer, busy], i) => {
      const key = document.createElement('span');
      key.className = 'key';
      key.style.background = layer >= 0 ? `var(--c${runs[r].colour[layer]})` : 'var(--muted)';
      cell.append(i ? ', ' : '', key, `${layer >= 0 ? data.layers[layer] : 'several layers'} ${percent(busy / all)}`);
    });
  });
  summary.replaceChildren(table);
  summary.dataset.from = sums[0].from;
  summary.dataset.to = sums[0].to;
  control('box').hidden = !box;
}

let waiting = false;
function refresh() {
  tell();
  stage.dataset.view = view.map(Math.round).join(' ');
  if (!waiting) {
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      runs.forEach((run, i) => draw(run, canvases[i]));
    });
  }
}

function look(from, to) {
  const least = Math.min(end, 8 * Math.min(...runs.map(run => run.binCycles)));
  const length = Math.min(end, Math.max(least, to - from));
  const start = Math.max(0, Math.min(end - length, from));
  view = [start, start + length];
  refresh();
}

function zoom(factor, at = (view[0] + view[1]) / 2) {
  look(at - (at - view[0]) * factor, at + (view[1] - at) * factor);
}

function move(share) {
  const by = share * (view[1] - view[0]);
  look(view[0] + by, view[1] + by);
}

/** The segment before or after the one that the box is. */
function segment(step) {
  const ends = runs[0].segmentEnds;
  const now = box ? ends.findIndex(stop => stop >= box[1]) : step > 0 ? -1 : ends.length;
  const next = Math.max(0, Math.min(ends.length - 1, now + step));
  box = [next ? ends[next - 1] : 0, ends[next]];
  if (box[0] < view[0] || box[1] > view[1]) {
    look(box[0], box[1]);
  }
  refresh();
}

function cycleAt(canvas, event, range) {
  const area = canvas.getBoundingClientRect();
  const share = (event.clientX - area.left - LEFT) / (area.width - LEFT - RIGHT);
  return range[0] + Math.max(0, Math.min(1, share)) * (range[1] - range[0]);
}

canvases.forEach((canvas, i) => {
  let drag = null;
  canvas.addEventListener('pointerdown', event => {
    const over = event.offsetY < HEIGHT.overview;
    drag = {over, from: cycleAt(canvas, event, over ? [0, end] : view), x: event.clientX};
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    if (!drag || Math.abs(event.clientX - drag.x) < 3) {
      return;
    }
    const to = cycleAt(canvas, event, drag.over ? [0, end] : view);
    const range = [Math.min(drag.from, to), Math.max(drag.from, to)];
    if (drag.over) {
      look(...range);
    } else {
      box = range;
      refresh();
    }
  });
  canvas.addEventListener('pointerup', event => {
    if (drag && Math.abs(event.clientX - drag.x) < 3) {
      box = null;
      const run = runs[i];
      const top = HEIGHT.overview + HEIGHT.segments + 2 * HEIGHT.gap;
      const lane = Math.floor((event.offsetY - top) / laneHeight(run) * run.lanes.length);
      const bin = Math.floor(cycleAt(canvas, event, view) / run.binCycles);
      if (!drag.over && event.offsetY < top) {
        const s = run.segmentEnds.findIndex(stop => stop > cycleAt(canvas, event, view));
        box = s >= 0 ? [s ? run.segmentEnds[s - 1] : 0, run.segmentEnds[s]] : null;
      } else if (lane >= 0 && lane < run.lanes.length && bin < run.bins) {
        choose(run.lanes[lane].layers[bin] >= 0 ? run.lanes[lane].layers[bin] : null);
      }
      stage.focus();
      refresh();
    }
    drag = null;
  });
  canvas.addEventListener('wheel', event => {
    // a page scrolls by the wheel until the reader has turned to the picture
    if (event.ctrlKey || document.activeElement === stage) {
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, cycleAt(canvas, event, view));
    }
  }, {passive: false});
});

function choose(layer) {
  highlight = layer;
  select.value = layer ?? '';
}

const worked = [...new Set(runs.flatMap(run => [...run.work.keys()]))].filter(layer => layer >= 0).sort((a, b) => a - b);
select.append(...worked.map(layer => new Option(data.layers[layer], layer)));
select.addEventListener('change', () => {
  highlight = select.value === '' ? null : Number(select.value);
  refresh();
});
control('in').addEventListener('click', () => zoom(0.5));
control('out').addEventListener('click', () => zoom(2));
control('fit').addEventListener('click', () => look(0, end));
control('box').addEventListener('click', () => {
  const range = box;
  box = null;
  look(...range);
});
stage.addEventListener('keydown', event => {
  const actions = {ArrowLeft: () => move(-0.2), ArrowRight: () => move(0.2), '+': () => zoom(0.5), '-': () => zoom(2),
    0: () => look(0, end), Home: () => look(0, view[1] - view[0]), End: () => look(end - view[1] + view[0], end),
    '[': () => segment(-1), ']': () => segment(1), Escape: () => { box = null; refresh(); }};
  if (actions[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    actions[event.key]();
  }
});
stage.setAttribute('role', 'application');
stage.setAttribute('aria-label', 'Runs over time: arrow keys move, plus and minus zoom, 0 shows all, brackets choose a segment');
explore.hidden = false;
page.onTheme(refresh);
new ResizeObserver(refresh).observe(stage);
refresh();
