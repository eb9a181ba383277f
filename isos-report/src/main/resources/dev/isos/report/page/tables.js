// Tables that sort, by mouse and keyboard.
const collator = new Intl.Collator('en', {numeric: true});

function keyOf(cell) {
  return 'v' in cell.dataset ? Number(cell.dataset.v) : cell.textContent.trim();
}

/** Sorts by a column; empty cells stay last, and equal ones as they were. */
function sort(table, column, descending) {
  const body = lastBody(table);
  const rows = [...body.rows].map(row => ({row, key: keyOf(row.cells[column])}));
  const sign = descending ? -1 : 1;
  rows.sort((a, b) => {
    if (a.key === '' || b.key === '') {
      return (a.key === '') - (b.key === '');
    }
    const order = typeof a.key === 'number' && typeof b.key === 'number'
      ? a.key - b.key
      : collator.compare(String(a.key), String(b.key));
    return sign * order;
  });
  body.append(...rows.map(entry => entry.row));
}

/** The rows that are no means. */
function lastBody(table) {
  return table.tBodies[table.tBodies.length - 1];
}

/** Makes the buttons of a table's head, or the links of its rows, one tab stop: arrow keys, Home and End go among them. */
function rove(part, what = 'button', [before, after] = ['ArrowLeft', 'ArrowRight']) {
  // rows are sorted and hidden
  const all = () => [...part.querySelectorAll(what)].filter(each => !each.closest('[hidden]'));
  const stop = (stops, at) => stops.forEach((each, n) => {
    each.tabIndex = n === at ? 0 : -1;
  });
  stop(all(), Math.max(0, all().indexOf(document.activeElement)));
  part.onkeydown = event => {
    const stops = all();
    const now = stops.indexOf(document.activeElement);
    const next = {[before]: now - 1, [after]: now + 1, Home: 0, End: stops.length - 1}[event.key];
    if (now >= 0 && next !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      const at = Math.max(0, Math.min(stops.length - 1, next));
      stop(stops, at);
      stops[at].focus();
    }
  };
}

function roveLinks(table) {
  rove(table, 'tbody a', ['ArrowUp', 'ArrowDown']);
}

function makeSortable(table) {
  const original = [...lastBody(table).rows];
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    if (original.length < 2 || header.classList.contains('from')) {
      return;
    }
    const words = header.textContent;
    const sorter = button(words, () => {
      const first = header.classList.contains('n') ? 'descending' : 'ascending';
      const second = first === 'descending' ? 'ascending' : 'descending';
      const now = header.getAttribute('aria-sort');
      const next = now === first ? second : now === second ? null : first;
      headers.forEach(other => other.removeAttribute('aria-sort'));
      if (next) {
        header.setAttribute('aria-sort', next);
        sort(table, column, next === 'descending');
      } else {
        lastBody(table).append(...original);
      }
      announce(next ? `Sorted by ${words}, ${next}` : 'In the original order');
    });
    header.dataset.words = words; // For paper.
    header.replaceChildren(sorter);
  });
  rove(table.tHead.rows[0]);
  if (table.tHead.querySelector('button')) {
    table.closest('.scroll')?.removeAttribute('tabindex'); // Its headers take the focus, and scroll it.
  }
}

function csvField(text) {
  return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

/** A table as comma-separated values, with numbers as exact as the page has them. */
function csv(table) {
  return [...table.rows].map(row => [...row.cells]
    .map(cell => csvField('v' in cell.dataset ? cell.dataset.v : cell.textContent.trim()))
    .join(',') + '\r\n').join('');
}

function addTableTools(block) {
  const table = block.querySelector('table');
  makeSortable(table);
  roveLinks(table);
  const saver = button('Save CSV', () => save(block.id.replace(/^table-/, '') + '.csv', 'text/csv', csv(table)));
  saver.setAttribute('aria-label', 'Save the table as a CSV file: ' + block.querySelector('h3, h4').textContent);
  block.querySelector('.tools').append(saver);
}

/**
 * A block with a table, as the page's own ones: columns are {header, decimals, divide}, decimals -1 for words; of is what
 * tells it from tables with the same title, for who hears it.
 */
function buildTable(id, title, of, columns, values) {
  const block = element('div', 'table-block');
  block.id = 'table-' + id;
  const bar = element('div', 'bar');
  const heading = element('h4', '', title);
  heading.append(element('span', 'unseen', ', ' + of));
  heading.id = 'caption-' + id;
  bar.append(heading, element('div', 'tools'));
  const scroll = element('div', 'scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-labelledby', heading.id);
  const table = element('table');
  table.setAttribute('aria-labelledby', heading.id);
  const head = table.createTHead().insertRow();
  for (const column of columns) {
    const cell = element('th', column.decimals >= 0 ? 'n' : '', column.header);
    cell.scope = 'col';
    head.append(cell);
  }
  const body = table.createTBody();
  for (let i = 0; i < values[0].length; i++) {
    const row = body.insertRow();
    columns.forEach((column, c) => {
      const cell = element(c === 0 ? 'th' : 'td');
      if (c === 0) {
        cell.scope = 'row';
      }
      const value = values[c][i];
      if (column.decimals >= 0) {
        cell.className = 'n';
        if (value !== null) {
          cell.dataset.v = value;
          cell.textContent = number(value / (column.divide ?? 1), column.decimals);
        }
      } else {
        cell.className = String(value ?? '').length > 40 ? 'long' : 'short';
        cell.textContent = value ?? '';
      }
      row.append(cell);
    });
  }
  scroll.append(table);
  block.append(bar, scroll);
  addTableTools(block);
  return block;
}
