// Charts: drawn when the reader comes near, again when the colours or the width change.
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
    color: [0, 1, 2, 3, 4, 5, 6, 7].map(n => colour('--c' + n)),
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
    }
  }
  if (narrow && option.grid && !Array.isArray(option.grid)) {
    Object.assign(option.grid, {left: 4, right: 18, bottom: lies ? 36 : option.grid.bottom, top: lies ? 36 : option.grid.top});
  }
  if (option.tooltip) {
    option.tooltip = {confine: true, valueFormatter: anyNumber, ...option.tooltip};
  }
  if (option.legend && width >= ROOMY) {
    option.legend = {...option.legend, type: 'plain'}; // Two rows fit; nothing is on a second page.
  }
  option.animation = false;
  const beside = narrow && list(option.yAxis)[0]?.type === 'category';
  return {option, height: beside ? lyingHeight(option, labelWidth(width) / LETTER) : chart.height};
}

function draw(host, chart) {
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
  const value = (series, index) => {
    const entry = list(series.data)[index];
    return list(entry?.value ?? entry).map(anyNumber).join(', ');
  };
  if (!byAxis) {
    const entry = all[stop.seriesIndex].data[stop.dataIndex];
    return [entry?.name, all[stop.seriesIndex].name, value(all[stop.seriesIndex], stop.dataIndex)].filter(Boolean).join(': ');
  }
  const category = [...list(option.xAxis), ...list(option.yAxis)].find(axis => axis.type === 'category');
  return [category?.data?.[stop.dataIndex], ...all.map(s => `${s.name ?? ''} ${value(s, stop.dataIndex)}`)]
    .filter(Boolean).join('; ');
}

function startCharts() {
  const charts = new Map(embedded('charts').map(chart => [chart.id, chart]));
  for (const block of document.querySelectorAll('.chart-block')) {
    const chart = charts.get(block.dataset.chart);
    const host = block.querySelector('.chart');
    host.hidden = false;
    host.style.height = chart.height + 'px';
    block.classList.add('lively');
    walk(host, chart);
    const still = block.querySelector('.still svg');
    if (still) {
      const saver = button('Save SVG', () => save(chart.id + '.svg', 'image/svg+xml',
        new XMLSerializer().serializeToString(still)));
      saver.setAttribute('aria-label', 'Save the chart as an SVG file: ' + block.querySelector('h3').textContent);
      block.querySelector('.tools').append(saver);
    }
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
}
