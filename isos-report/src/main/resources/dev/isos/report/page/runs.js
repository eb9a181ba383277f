// Runs: their tables are built when they are opened, and links lead to them.
function fillRun(details, data) {
  if (details.dataset.filled) {
    return;
  }
  details.dataset.filled = 'yes';
  const position = Number(details.dataset.run);
  const host = details.querySelector('.tables');
  for (const kind of data.kinds) {
    const values = data.runs[position][kind.id].map(n => data.arrays[n]);
    if (values[0].length > 0) {
      host.append(buildTable(`${kind.id}-${position + 1}`, kind.title, `run ${position + 1}`, kind.columns, values));
    }
  }
}

function openTarget() {
  const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
  if (!target) {
    return;
  }
  for (let around = target.closest('details'); around; around = around.parentElement.closest('details')) {
    around.open = true;
  }
  // Of all runs, those that were asked for have their place below the table.
  target.closest('.run')?.classList.add('wanted');
  target.scrollIntoView();
  if (target.matches('details')) {
    target.querySelector('summary').focus({preventScroll: true});
  }
}

/** Marks rows of the table of runs; of none, unmarks all. */
function markRuns(numbers) {
  const chosen = new Set(numbers);
  const table = document.querySelector('#table-runs table');
  for (const row of lastBody(table).rows) {
    const marked = chosen.has(row.dataset.run);
    row.classList.toggle('marked', marked);
    row.hidden = numbers.length > 0 && !marked;
  }
  roveLinks(table);
  const note = byId('chosen');
  note.hidden = numbers.length === 0;
  note.querySelector('span').textContent = numbers.length + ' runs behind the number';
}

function startRuns() {
  const data = embedded('layers');
  for (const details of document.querySelectorAll('details.run')) {
    details.addEventListener('toggle', () => details.open && fillRun(details, data));
  }
  byId('chosen')?.append(button('Show all runs', () => markRuns([])));
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) {
      return;
    }
    const several = link.closest('[data-runs]');
    if (link.getAttribute('href') === '#runs' && several) {
      markRuns(several.dataset.runs.split(' '));
    } else if (link.hash === location.hash) {
      openTarget(); // No change of address, so nothing else would.
    }
  });
  addEventListener('hashchange', openTarget);
  openTarget();
}
