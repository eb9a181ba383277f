// Starts the page.
function startSections() {
  const page = {reducedMotion: motionless, colour, onTheme, number, copy, rove};
  for (const [id, script] of sections) {
    const root = byId(id).querySelector('.section-body');
    const start = once(() => script(root, embedded(id + '-data'), page));
    whenNear(root, start);
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

document.documentElement.classList.add('lively');
addThemeControl();
addCopyButtons(document);
document.querySelectorAll('.table-block').forEach(addTableTools);
startCharts();
startSections();
startRuns();
