// Starts the page.
function startSections() {
  const page = {reducedMotion: motionless, colour, onTheme, number};
  for (const [id, script] of sections) {
    const root = byId(id).querySelector('.section-body');
    const start = once(() => script(root, embedded(id + '-data'), page));
    whenNear(root, start);
    addEventListener('beforeprint', start);
  }
}

function once(action) {
  let done = false;
  return () => {
    if (!done) {
      done = true;
      action();
    }
  };
}

/** Shows among the contents where the reader is. */
function followReader() {
  const links = new Map([...document.querySelectorAll('.contents a')].map(a => [a.hash.slice(1), a]));
  const visible = new Set();
  const observer = new IntersectionObserver(entries => {
    entries.forEach(entry => visible[entry.isIntersecting ? 'add' : 'delete'](entry.target.id));
    const here = [...links.keys()].find(id => visible.has(id));
    links.forEach((link, id) => id === here ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current'));
  }, {rootMargin: '-10% 0px -70% 0px'});
  for (const id of links.keys()) {
    observer.observe(byId(id));
  }
}

addThemeControl();
addCopyButtons(document);
document.querySelectorAll('.table-block').forEach(addTableTools);
startCharts();
startSections();
startRuns();
followReader();
