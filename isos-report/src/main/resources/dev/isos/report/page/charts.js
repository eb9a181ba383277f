// Charts: drawn when their section is opened, again when the colours or the width change.
const NARROW = 560;
const ROOMY = 900;
const LETTER = 6.8; // pixels of a label's letter, on average

function chartTheme() {
  const text = colour('--text');
  const muted = colour('--muted');
  const line = colour('--strong');
  const fontFamily = getComputedStyle(document.body).fontFamily;
  const axis = {
    axisLine: {lineStyle: {color: line}},
    axisTick: {lineStyle: {color: line}},
    axisLabel: {color: muted, fontFamily}, // Without the family the library measures another font.
    nameTextStyle: {color: muted},
    splitLine: {lineStyle: {color: colour('--line')}},
  };
  return {
    darkMode: isDark(),
    backgroundColor: 'transparent',
    textStyle: {fontFamily, color: text},
    legend: {
      textStyle: {color: text},
      inactiveColor: colour('--line'),
      pageIconColor: text,
      pageIconInactiveColor: line,
      pageTextStyle: {color: muted},
    },
    tooltip: {
      backgroundColor: colour('--back'),
      borderColor: line,
      textStyle: {color: text},
      axisPointer: {lineStyle: {color: line}, crossStyle: {color: line}, shadowStyle: {color: colour('--shadow')}},
    },
    markLine: {lineStyle: {color: line}, label: {color: text, textBorderWidth: 0}},
    label: {color: text},
    categoryAxis: axis,
    valueAxis: axis,
    logAxis: axis,
    timeAxis: axis,
  };
}

/** The colours of marks as the page has them now; charts are written in those of a light one. */
function recoloured(value) {
  if (typeof value === 'string') {
    return /^#[0-9a-f]{6}$/.test(value) ? colour('--p-' + value.slice(1)) || value : value;
  }
  if (Array.isArray(value)) {
    return value.map(recoloured);
  }
  return value && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, recoloured(part)]))
    : value;
}

function list(value) {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** Whether bars or marks stand over categories, one value each, so that they can lie as well. */
function canLie(option) {
  return list(option.xAxis).length === 1 && list(option.xAxis)[0].type === 'category'
    && list(option.yAxis).length === 1 && list(option.yAxis)[0].type !== 'category'
    && list(option.series).every(s => ['bar', 'scatter'].includes(s.type)
      && list(s.data).every(d => !Array.isArray(d) && !Array.isArray(d?.value)));
}

/** The option for a narrow window: bars lie, so that each has its room and its label is read straight. */
function lying(option) {
  const result = structuredClone(option);
  const categories = list(result.xAxis)[0];
  const values = list(result.yAxis)[0];
  result.xAxis = {...values, nameLocation: 'middle', nameGap: 28, nameTextStyle: {...values.nameTextStyle, align: 'center'}};
  result.yAxis = {...categories, inverse: true};
  for (const series of list(result.series)) {
    if (series.markLine?.label) {
      series.markLine.label.position = 'start'; // The top: categories go down.
    }
    for (const mark of list(series.markLine?.data)) {
      if (mark.yAxis !== undefined) {
        mark.xAxis = mark.yAxis;
        delete mark.yAxis;
      }
    }
    if (series.markPoint) {
      series.markPoint.symbolSize = list(series.markPoint.symbolSize).reverse();
      for (const mark of list(series.markPoint.data)) {
        mark.coord.reverse();
      }
    }
  }
  return result;
}

/** Lines that the longest label takes beside lying bars. */
function labelLines(categories, letters) {
  return Math.max(...categories.map(label => String(label).split(/\n|, /)
    .reduce((sum, line) => sum + Math.ceil(line.length / letters), 0)));
}

function lyingHeight(option, letters) {
  const bars = list(option.series).filter(s => s.type === 'bar');
  const side = Math.max(1, new Set(bars.map((s, i) => s.stack ?? i)).size);
  const categories = list(option.yAxis)[0].data;
  return 90 + Math.max(110, categories.length * Math.max(side === 1 ? 30 : 10 + side * 9, 8 + labelLines(categories, letters) * 14));
}

/** Breaks the names of categories into lines where they would take the room of what they name. */
function breakLabels(option, width) {
  for (const axis of list(option.xAxis)) {
    if (axis.type === 'category' && !axis.axisLabel?.rotate) {
      const room = (width - 70) / axis.data.length - 8;
      axis.axisLabel = {...axis.axisLabel, width: room, overflow: 'break', lineHeight: 14};
      if (axis.name) {
        axis.nameGap = (axis.nameGap ?? 15) + 14 * (labelLines(axis.data, room / LETTER) - 1);
      }
    }
  }
  for (const axis of list(option.yAxis)) {
    if (axis.type === 'category') {
      axis.axisLabel = {...axis.axisLabel, rotate: 0, width: labelWidth(width), overflow: 'break', lineHeight: 14};
    }
  }
}

function labelWidth(width) {
  return Math.max(128, width * 0.3);
}

/** The chart's option as this page shows it at a width. */
function fitted(chart, width) {
  const narrow = width < NARROW;
  const lies = narrow && canLie(chart.option);
  const option = lies ? lying(chart.option) : structuredClone(chart.option);
  breakLabels(option, width);
  for (const axis of [...list(option.xAxis), ...list(option.yAxis)]) {
    if (axis.type !== 'category') {
      axis.axisLabel = {...axis.axisLabel, hideOverlap: true};
      if (narrow && list(option.xAxis).includes(axis)) {
        axis.axisLabel.alignMaxLabel = 'right'; // Beyond the edge its last digits would be cut.
      }
    }
  }
  if (narrow && option.grid && !Array.isArray(option.grid)) {
    Object.assign(option.grid, {left: 4, right: 18, bottom: lies ? 36 : option.grid.bottom, top: lies ? 36 : option.grid.top});
  }
  if (option.tooltip) {
    option.tooltip = {confine: true, formatter: found => box(chart.option, list(found)), ...option.tooltip};
  }
  // The page names the chart; the library would put every number of it into its name.
  option.aria = {enabled: true, label: {enabled: false}, decal: option.aria?.decal};
  if (option.legend && width >= ROOMY) {
    option.legend = {...option.legend, type: 'plain'}; // Two rows fit; nothing is on a second page.
  }
  option.animation = false;
  const beside = narrow && list(option.yAxis)[0]?.type === 'category';
  return {option: recoloured(option), height: beside ? lyingHeight(option, labelWidth(width) / LETTER) : chart.height};
}

let library;

/** The library, from when the first chart is wanted: it takes a while to read. */
function withLibrary() {
  if (!library) {
    library = element('script', '', byId('library').textContent);
    document.head.append(library);
  }
  return echarts;
}

/** A value with the unit of its axis. */
function measured(axis, value) {
  const unit = axis?.unit ?? '';
  return anyNumber(value) + (unit === '' || typeof value !== 'number' ? '' : unit === '×' || unit === '%' ? unit : ' ' + unit);
}

/** What a chart says of a point: names of axes where there are two, units always. */
function reading(option, entry) {
  const x = list(option.xAxis)[0];
  const y = list(option.yAxis)[0];
  const value = entry?.value ?? entry;
  if (Array.isArray(value)) {
    return [[y, value[1]], [x, value[0]]].map(([axis, part]) => `${axis.name ? axis.name + ' ' : ''}${measured(axis, part)}`).join(', ');
  }
  return measured(x?.type === 'category' ? y : x, value);
}

function box(option, found) {
  const host = element('div', 'box');
  if (found[0]?.axisValueLabel !== undefined) {
    host.append(element('b', '', String(found[0].axisValueLabel)));
  }
  for (const point of found) {
    if (point.value === null || point.value === undefined || point.componentType !== 'series') {
      continue;
    }
    const line = element('div');
    const key = element('i');
    key.style.background = typeof point.color === 'string' ? point.color : '';
    line.append(key, element('span', '', [point.axisValueLabel === undefined && point.name, point.seriesName].filter(Boolean).join(', ')),
      element('span', 'value', reading(option, point.data)));
    host.append(line);
  }
  return host;
}

function draw(host, chart) {
  withLibrary();
  const width = host.clientWidth;
  const {option, height} = fitted(chart, width);
  const before = echarts.getInstanceByDom(host);
  const selected = before?.getOption().legend?.[0]?.selected;
  before?.dispose();
  host.style.height = height + 'px';
  const instance = echarts.init(host, chartTheme(), {renderer: 'svg', width, height});
  if (selected && option.legend) {
    option.legend.selected = selected;
  }
  instance.setOption(option);
  host.dataset.drawn = width;
}

/** Arrow keys move from value to value, with the same box that hovering shows. */
function walk(host, chart) {
  let at = -1;
  host.addEventListener('keydown', event => {
    const step = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1}[event.key];
    const instance = echarts.getInstanceByDom(host);
    if (event.key === 'Escape') {
      instance?.dispatchAction({type: 'hideTip'});
    }
    if (!step || !instance) {
      return;
    }
    event.preventDefault();
    const points = list(chart.option.series)
      .flatMap((series, seriesIndex) => list(series.data).map((value, dataIndex) => ({seriesIndex, dataIndex})));
    const byAxis = chart.option.tooltip?.trigger === 'axis';
    const stops = byAxis ? points.filter(p => p.seriesIndex === 0) : points;
    at = (at + step + stops.length) % stops.length;
    instance.dispatchAction({type: 'showTip', ...stops[at]});
    announce(spoken(chart.option, stops[at], byAxis));
  });
  host.addEventListener('blur', () => echarts.getInstanceByDom(host)?.dispatchAction({type: 'hideTip'}));
}

function spoken(option, stop, byAxis) {
  const all = list(option.series);
  const value = (series, index) => reading(option, list(series.data)[index]);
  if (!byAxis) {
    const entry = all[stop.seriesIndex].data[stop.dataIndex];
    return [entry?.name, all[stop.seriesIndex].name, value(all[stop.seriesIndex], stop.dataIndex)].filter(Boolean).join(': ');
  }
  const category = [...list(option.xAxis), ...list(option.yAxis)].find(axis => axis.type === 'category');
  return [category?.data?.[stop.dataIndex], ...all.map(s => `${s.name ?? ''} ${value(s, stop.dataIndex)}`)]
    .filter(Boolean).join('; ');
}

/** A chart as a file, in the colours of the page and with its background. */
function asFile(chart) {
  withLibrary();
  const width = ROOMY;
  const instance = echarts.init(null, {...chartTheme(), backgroundColor: colour('--back')},
    {renderer: 'svg', ssr: true, width, height: chart.height});
  instance.setOption(fitted(chart, width).option);
  const svg = instance.renderToSVGString();
  instance.dispose();
  return svg;
}

/** On paper, what is open is in light colours, and as wide as the sheet. */
function printable() {
  const chosen = document.documentElement.dataset.theme;
  addEventListener('beforeprint', () => {
    choose('light');
    for (const svg of document.querySelectorAll('.chart svg')) {
      svg.setAttribute('viewBox', `0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`);
    }
  });
  addEventListener('afterprint', () => choose(chosen ?? 'auto'));
}

function startCharts() {
  const charts = new Map(embedded('charts').map(chart => [chart.id, chart]));
  for (const block of document.querySelectorAll('.chart-block')) {
    const chart = charts.get(block.dataset.chart);
    const host = block.querySelector('.chart');
    host.hidden = false;
    host.style.height = chart.height + 'px';
    walk(host, chart);
    const saver = button('Save SVG', () => save(chart.id + '.svg', 'image/svg+xml', asFile(chart)));
    saver.setAttribute('aria-label', 'Save the chart as an SVG file: ' + block.querySelector('h3').textContent);
    block.querySelector('.tools').append(saver);
    whenNear(block, () => {
      draw(host, chart);
      onTheme(() => draw(host, chart));
      new ResizeObserver(() => {
        if (host.clientWidth > 0 && Number(host.dataset.drawn) !== host.clientWidth) {
          draw(host, chart);
        }
      }).observe(host);
    });
  }
  printable();
}
