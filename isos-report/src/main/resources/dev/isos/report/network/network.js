// Shows what a run's layers take in the drawing of its network, and the numbers of the one that is chosen.
const SVG = 'http://www.w3.org/2000/svg';
const count = value => page.number(value, 0);
const percent = value => page.number(100 * value, 1) + ' %';
const microjoules = value => page.number(value / 1e6, 3) + ' µJ';
const bytes = value => count(value) + ' bytes';
const METRICS = [
  {id: 'cycles', name: 'busy cycles', of: l => l.cycles, text: v => count(v) + ' cycles'},
  {id: 'bytes', name: 'bytes off chip', of: l => l.traffic.total, text: bytes},
  {id: 'energy', name: 'energy', of: l => l.energyPj?.total, text: microjoules},
  {id: 'used', name: 'MACs used', of: l => l.macUtilization, text: percent, share: true},
  {id: 'weights', name: 'non-zero weights', of: (l, i, net) => net.layers[i].weightDensity, text: percent, share: true},
  {id: 'inputs', name: 'non-zero inputs', of: (l, i, net) => net.layers[i].inputDensity, text: percent, share: true},
];
const ROLES = ['weights', 'inputs', 'outputs', 'residuals'];
const KINDS = {mac: 'MACs', sram: 'SRAM', dram: 'DRAM', other: 'other'};
const control = name => root.querySelector(`[data-do=${name}]`);
const [runs, sizes, colours, find] = ['run', 'size', 'colour', 'find'].map(control);
const total = root.querySelector('.total');
const legend = root.querySelector('.legend');
const details = root.querySelector('.details');
const rank = root.querySelector('.rank');
const views = [...root.querySelectorAll('.view')];

let net, view, svg, nodes, run, chosen, order, box, whole;

function make(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  parent.append(node);
  return node;
}

function html(name, text, className) {
  const node = document.createElement(name);
  node.textContent = text ?? '';
  if (className) {
    node.className = className;
  }
  return node;
}

function options(select, list) {
  select.replaceChildren(...list.map(([value, text]) => {
    const option = html('option', text);
    option.value = value;
    return option;
  }));
}

const metric = select => METRICS.find(m => m.id === select.value);
const values = m => run.layers.map((l, i) => m.of(l, i, net) ?? 0);
const most = m => m.share ? 1 : Math.max(1e-9, ...values(m));
const segmentOf = layer => run.segments.findIndex(s => s.layers.includes(layer));

/** Objects of columns: an array per path, such as traffic.weights. */
function unpack(columns) {
  const entries = Object.entries(columns).map(([path, at]) => [path.split('.'), data.arrays[at]]);
  return Array.from(entries[0]?.[1] ?? [], (first, i) => {
    const row = {};
    for (const [names, values] of entries) {
      if (values[i] != null) {
        const last = names.length - 1;
        const inner = names.slice(0, last).reduce((object, name) => object[name] ??= {}, row);
        inner[names[last]] = values[i];
      }
    }
    return row;
  });
}

function openNetwork(number) {
  const of = data.workloads[number];
  net = {...of, layers: unpack(of.layers), edges: data.edges[of.drawing]};
  views.forEach((other, i) => { other.hidden = i !== of.drawing; });
  view = views[of.drawing];
  svg = view.querySelector('svg');
  nodes = [...svg.querySelectorAll('.node')];
  whole = svg.viewBox.baseVal;
  whole = [whole.x, whole.y, whole.width, whole.height];
  if (view.dataset.box) {
    whole = view.dataset.box.split(' ').map(Number);
  } else {
    view.dataset.box = whole.join(' ');
    watch();
  }
  view.setAttribute('aria-label', `Network of ${net.workload}: left and right choose the layer before and after, up and down one`
    + ' that takes more or less, plus and minus zoom, 0 shows all, slash finds');
  const before = run?.accelerator;
  options(runs, net.runs.map((r, i) => [i, r.accelerator]));
  runs.parentNode.hidden = net.runs.length < 2;
  chosen = null;
  fit();
  openRun(Math.max(0, net.runs.findIndex(r => r.accelerator === before)));
}

function openRun(number) {
  run = {...net.runs[number], layers: unpack(net.runs[number].layers), segments: unpack(net.runs[number].segments)};
  runs.value = number;
  const known = METRICS.filter(m => run.layers.some((l, i) => m.of(l, i, net) != null));
  const before = [sizes.value || 'cycles', colours.value || 'bytes'];
  [sizes, colours].forEach((select, i) => {
    options(select, known.map(m => [m.id, m.name]));
    select.value = known.some(m => m.id === before[i]) ? before[i] : 'cycles';
  });
  total.textContent = `${net.workload} on ${run.accelerator}: ${count(run.cycles)} cycles in ${count(run.segments.length)} `
    + (run.segments.length === 1 ? 'segment' : 'segments')
    + (run.leftOut.length ? `; left out of all totals, dashed: ${run.leftOut.length}` : '');
  drawSegments();
  drawEdges();
  drawNodes();
  choose(chosen ?? {layer: order[0]});
}

/** Each segment as the room around its layers and the ways between them. */
function drawSegments() {
  const host = svg.querySelector('.segments');
  host.replaceChildren();
  const paths = [...svg.querySelectorAll('.edges path')];
  run.segments.forEach((segment, s) => {
    const group = make('g', {class: 'segment', 'data-segment': s}, host);
    const inside = new Set(segment.layers);
    const pads = nodes.filter(n => inside.has(Number(n.dataset.layer))).map(n => {
      const {e, f} = n.transform.baseVal[0].matrix;
      return `M${e - 44} ${f - 23}h88v63h-88z`;
    }).join('');
    const ways = net.edges.map((edge, i) => !edge.residual && inside.has(edge.from) && inside.has(edge.to)
      ? paths[i].getAttribute('d') : '').join('');
    for (const kind of ['rim', 'room']) {
      make('path', {class: kind + ' way', d: ways || 'M0 0'}, group);
      make('path', {class: kind, d: pads || 'M0 0'}, group);
    }
    make('title', {}, group).textContent = `segment ${s + 1}: ${count(segment.cycles)} cycles, ${bytes(segment.traffic.total)}`
      + ` off chip; limited by: ${segment.limitedBy}`;
    const first = nodes.find(n => Number(n.dataset.layer) === segment.layers[0]);
    if (first) {
      const {e, f} = first.transform.baseVal[0].matrix;
      make('text', {x: e - 42, y: f - 14}, group).textContent = s + 1;
    }
  });
}

/** Bytes that a layer reads come over the edges from outside of its segment. */
function drawEdges() {
  const outside = net.edges.map(edge => {
    const segment = segmentOf(edge.to);
    return segment < 0 || !run.segments[segment].layers.includes(edge.from);
  });
  const read = net.edges.map(edge => run.layers[edge.to].traffic[edge.residual ? 'residuals' : 'inputs']);
  const shared = net.edges.map((edge, i) => net.edges.filter((other, j) =>
    outside[j] && other.to === edge.to && other.residual === edge.residual).length);
  const widest = Math.max(1, ...read.map((b, i) => outside[i] ? b / shared[i] : 0));
  [...svg.querySelectorAll('.edges path')].forEach((path, i) => {
    const edge = net.edges[i];
    const uncounted = run.leftOut.includes(edge.to);
    const moves = outside[i] && read[i] > 0;
    path.setAttribute('class', (edge.residual ? 'residual' : 'main') + (uncounted ? ' uncounted' : moves ? '' : ' kept'));
    path.style.strokeWidth = moves ? Math.max(1.4, 12 * read[i] / shared[i] / widest).toFixed(2) + 'px' : '';
    path.dataset.bytes = moves ? read[i] : 0;
    path.replaceChildren();
    make('title', {}, path).textContent = `${nodeName(edge.from)} to ${nodeName(edge.to)}: ` + (uncounted ? 'not counted'
      : !moves ? 'stays on chip'
      : bytes(read[i]) + ' from DRAM' + (shared[i] > 1 ? `, over ${shared[i]} edges together` : ''));
  });
}

function nodeName(layer) {
  return layer >= 0 ? net.layers[layer].name : nodes.find(n => Number(n.dataset.layer) === layer).textContent;
}

function drawNodes() {
  const size = metric(sizes);
  const colour = metric(colours);
  const [large, dark] = [most(size), most(colour)];
  const [sizeOf, colourOf] = [values(size), values(colour)];
  for (const node of nodes) {
    const i = Number(node.dataset.layer);
    if (i >= 0) {
      const circle = node.querySelector('circle');
      circle.setAttribute('r', (4 + 17 * Math.sqrt(sizeOf[i] / large)).toFixed(2));
      circle.style.fill = run.leftOut.includes(i) ? 'none'
        : `color-mix(in oklab, var(--accent) ${(6 + 94 * colourOf[i] / dark).toFixed(1)}%, var(--back))`;
      node.classList.toggle('uncounted', run.leftOut.includes(i));
      node.querySelector('title')?.remove();
      make('title', {}, node).textContent = `${net.layers[i].name} (${net.layers[i].op}): ${size.name} ${size.text(sizeOf[i])}, `
        + `${colour.name} ${colour.text(colourOf[i])}`;
    }
  }
  order = sizeOf.map((v, i) => i).sort((a, b) => sizeOf[b] - sizeOf[a] || a - b);
  const ramp = html('span', '', 'ramp');
  legend.replaceChildren(html('span', `Area: ${size.name}, up to ${size.text(large)}. Colour: ${colour.name}, 0 `), ramp,
    html('span', ` ${colour.text(dark)}.`));
  root.querySelector('.ranked').textContent = `By ${size.name}`;
  const sum = size.share ? 0 : sizeOf.reduce((a, b) => a + b, 0);
  rank.replaceChildren(...order.map(i => {
    const item = html('li', '');
    item.id = 'network-rank-' + i;
    item.dataset.layer = i;
    item.setAttribute('role', 'option');
    const bar = html('span', '', 'size');
    bar.style.width = (100 * sizeOf[i] / large).toFixed(2) + '%';
    item.append(bar, html('span', net.layers[i].name, 'name'),
      html('span', size.text(sizeOf[i]) + (sum > 0 ? `, ${percent(sizeOf[i] / sum)}` : ''), 'value'));
    return item;
  }));
  filter();
}

function filter() {
  const words = find.value.trim().toLowerCase();
  const matches = i => !words || net.layers[i].name.toLowerCase().includes(words) || net.layers[i].op.includes(words);
  nodes.forEach(node => {
    const i = Number(node.dataset.layer);
    node.classList.toggle('dim', i >= 0 && !matches(i));
  });
  [...rank.children].forEach(item => { item.hidden = !matches(Number(item.dataset.layer)); });
  return order.filter(matches);
}

function rows(list) {
  const table = html('dl', '', 'facts');
  for (const [term, ...entries] of list.filter(Boolean)) {
    table.append(html('dt', term));
    const cell = html('dd', '');
    entries.forEach((entry, i) => {
      if (i > 0) {
        cell.append(', ');
      }
      if (typeof entry === 'string') {
        cell.append(entry);
      } else {
        const [path, exact, text, label] = entry;
        const value = html('span', text);
        value.dataset.path = path;
        value.dataset.v = exact;
        cell.append(label ? label + ' ' : '', value);
      }
    });
    table.append(cell);
  }
  return table;
}

const split = (traffic, names) => names.map(role => ['traffic.' + role, traffic[role], count(traffic[role]), role]);
const energies = energy => energy
  ? ['energy', ['energyPj.total', energy.total, microjoules(energy.total)],
    ...Object.entries(KINDS).map(([kind, name]) => ['energyPj.' + kind, energy[kind], microjoules(energy[kind]), name])]
  : ['energy', 'not known by layer'];
const traffics = t => ['off chip', ['traffic.total', t.total, bytes(t.total)], ...split(t, ROLES)];

function layerFacts(i) {
  const {name, op, inputShape, filterShape, shape, weightDensity, inputDensity} = net.layers[i];
  const l = run.layers[i];
  const s = segmentOf(i);
  const segment = run.segments[s];
  const title = html('h3', name);
  return [title, rows([
    ['operation', op],
    ['shapes', `input ${inputShape ?? '–'}`, ...(filterShape ? [`filters ${filterShape}`] : []), `output ${shape}`],
    ['not zero', ['weightDensity', weightDensity, percent(weightDensity), 'weights'],
      ['inputDensity', inputDensity, percent(inputDensity), 'inputs']],
    ['MACs', ['macs.dense', l.macs.dense, count(l.macs.dense), 'dense'],
      l.macs.effectual < 0 ? 'effectual not counted' : ['macs.effectual', l.macs.effectual, count(l.macs.effectual), 'effectual'],
      ['macs.performed', l.macs.performed, count(l.macs.performed), 'performed'],
      ['macUtilization', l.macUtilization, percent(l.macUtilization) + ' of the peak used while busy']],
    ['time', ['cycles', l.cycles, count(l.cycles) + ' busy cycles'],
      ['startCycle', l.startCycle, count(l.startCycle), 'from cycle'], ['endCycle', l.endCycle, count(l.endCycle), 'to']],
    traffics(l.traffic),
    energies(l.energyPj),
    segment ? ['segment', String(s + 1) + ` with ${segment.layers.length} ${segment.layers.length === 1 ? 'layer' : 'layers'}`,
      ['segment.cycles', segment.cycles, count(segment.cycles) + ' cycles']]
      : ['segment', 'none: left out of all totals'],
    segment && segment.cycles > 0 && ['limit', `its busiest unit works ${percent(l.cycles / segment.cycles)} of the segment's cycles`],
    segment && ['storage', ['segment.onChipBytes', segment.onChipBytes, bytes(segment.onChipBytes) + ' on chip for the segment']],
    segment && ['segment ends', segment.limitedBy],
  ])];
}

function segmentFacts(s) {
  const segment = run.segments[s];
  const names = segment.layers.map(i => net.layers[i].name);
  return [html('h3', `Segment ${s + 1}`), rows([
    ['layers', String(names.length), names.length > 1 ? `${names[0]} to ${names[names.length - 1]}` : names[0]],
    ['time', ['cycles', segment.cycles, count(segment.cycles) + ' cycles'], percent(segment.cycles / Math.max(1, run.cycles)) + ' of the run'],
    traffics(segment.traffic),
    energies(segment.energyPj),
    ['storage', ['onChipBytes', segment.onChipBytes, bytes(segment.onChipBytes) + ' on chip']],
    ['limited by', segment.limitedBy],
  ])];
}

/** @param what {layer} or {segment} */
function choose(what) {
  if (what.segment !== undefined && what.segment >= run.segments.length) {
    what = {layer: order[0]};
  }
  chosen = what;
  const segment = what.segment ?? segmentOf(what.layer);
  nodes.forEach(n => n.classList.toggle('chosen', Number(n.dataset.layer) === what.layer));
  svg.querySelectorAll('.segment').forEach((g, s) => g.classList.toggle('chosen', s === segment));
  const edges = [...svg.querySelectorAll('.edges path')];
  edges.forEach((path, i) => path.classList.toggle('near', net.edges[i].from === what.layer || net.edges[i].to === what.layer));
  [...rank.children].forEach(item => item.setAttribute('aria-selected', Number(item.dataset.layer) === what.layer));
  const item = rank.querySelector('[aria-selected=true]');
  if (item) {
    rank.setAttribute('aria-activedescendant', item.id);
    // not scrollIntoView, which would move the page, too
    const below = item.offsetTop + item.offsetHeight - rank.clientHeight;
    rank.scrollTop = Math.max(below, Math.min(rank.scrollTop, item.offsetTop));
  }
  const command = html('div', '', 'command');
  command.append(html('code', run.command));
  details.replaceChildren(...(what.layer === undefined ? segmentFacts(what.segment) : layerFacts(what.layer)),
    ...(run.command ? [command] : []));
}

function show() {
  svg.setAttribute('viewBox', box.map(v => v.toFixed(2)).join(' '));
  view.classList.toggle('near', box[2] < whole[2]);
}

function fit() {
  box = [...whole];
  show();
}

/** Around a point of the drawing, which stays where it is. */
function zoom(factor, x = box[0] + box[2] / 2, y = box[1] + box[3] / 2) {
  const width = Math.min(whole[2], Math.max(whole[2] / 12, box[2] * factor));
  const f = width / box[2];
  box = [x - (x - box[0]) * f, y - (y - box[1]) * f, width, box[3] * f];
  if (width === whole[2]) {
    box = [...whole];
  }
  show();
}

function place(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
}

/** Brings a layer into the window when zoomed in. */
function reach(layer) {
  const node = nodes.find(n => Number(n.dataset.layer) === layer);
  const {e, f} = node.transform.baseVal[0].matrix;
  if (e < box[0] || f < box[1] || e > box[0] + box[2] || f > box[1] + box[3]) {
    box = [e - box[2] / 2, f - box[3] / 2, box[2], box[3]];
    show();
  }
}

/** Mouse and keys of the drawing of a network, once. */
function watch() {
  const here = view;
  here.tabIndex = 0;
  here.setAttribute('role', 'application');
  here.addEventListener('keydown', event => {
    const at = chosen.layer ?? run.segments[chosen.segment].layers[0];
    const found = filter();
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    const cost = {ArrowDown: 1, ArrowUp: -1}[event.key];
    const actions = {'+': () => zoom(0.8), '-': () => zoom(1.25), 0: fit, '/': () => find.focus(),
      Home: () => pick(0), End: () => pick(net.layers.length - 1)};
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (step) {
      pick(Math.max(0, Math.min(net.layers.length - 1, at + step)));
    } else if (cost && found.length) {
      pick(found[Math.max(0, Math.min(found.length - 1, found.indexOf(at) + cost))]);
    } else if (actions[event.key]) {
      actions[event.key]();
    } else {
      return;
    }
    event.preventDefault();
  });
  // a page scrolls by the wheel until the reader has turned to the drawing
  here.addEventListener('wheel', event => {
    if (event.ctrlKey || document.activeElement === here) {
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, ...place(event));
    }
  }, {passive: false});
  let from = null;
  here.addEventListener('pointerdown', event => { from = {at: place(event), box: [...box], x: event.clientX, y: event.clientY, moved: false}; });
  here.addEventListener('pointermove', event => {
    if (from && (from.moved || Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4)) {
      from.moved = true;
      if (box[2] < whole[2]) {
        const [x, y] = place(event);
        box = [box[0] + from.at[0] - x, box[1] + from.at[1] - y, box[2], box[3]];
        show();
      }
    }
  });
  addEventListener('pointerup', () => setTimeout(() => { from = null; }));
  here.addEventListener('click', event => {
    const node = event.target.closest('.node');
    const segment = event.target.closest('.segment');
    if (from?.moved) {
      return;
    }
    if (node && Number(node.dataset.layer) >= 0) {
      pick(Number(node.dataset.layer));
    } else if (segment) {
      choose({segment: Number(segment.dataset.segment)});
    }
  });
}

function pick(layer) {
  choose({layer});
  reach(layer);
}

control('network')?.addEventListener('change', event => openNetwork(Number(event.target.value)));
runs.addEventListener('change', () => openRun(Number(runs.value)));
[sizes, colours].forEach(select => select.addEventListener('change', () => { drawNodes(); choose(chosen); }));
find.addEventListener('input', filter);
find.addEventListener('keydown', event => {
  const found = filter();
  if (event.key === 'Enter' && found.length) {
    pick(found[0]);
    view.focus();
  }
});
control('in').addEventListener('click', () => zoom(0.7));
control('out').addEventListener('click', () => zoom(1.4));
control('fit').addEventListener('click', fit);
rank.addEventListener('click', event => {
  const item = event.target.closest('li');
  if (item) {
    pick(Number(item.dataset.layer));
  }
});
rank.addEventListener('keydown', event => {
  const found = filter();
  const at = found.indexOf(chosen.layer);
  const next = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: found.length - 1}[event.key];
  if (next !== undefined && found.length) {
    event.preventDefault();
    pick(found[Math.max(0, Math.min(found.length - 1, next))]);
  }
});
[root.querySelector('.choices'), root.querySelector('.below'), legend].forEach(part => { part.hidden = false; });
openNetwork(0);
