
// A sweep that runs writes its page again and again; the page reads itself again then, and looks as it did before.
const LEFT = KEY + ' left';
const opened = Date.now();
const age = root.querySelector('.age');
const phase = root.querySelector('.phase');
const words = s => s < 60 ? `${Math.round(s)} s` : s < 3600 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`;
let held = false;
let touched = 0;

// the button to pause is not on every page
const focusable = () => [...root.querySelectorAll('a[href], button, input, select, summary, [tabindex]')].filter(e => !e.closest('.state'));

function leave() {
  const area = root.querySelector('.points').parentNode;
  try {
    sessionStorage.setItem(LEFT, JSON.stringify({y: scrollY, tableY: area.scrollTop, tableX: area.scrollLeft,
      open: [...document.querySelectorAll('details[id]')].map(d => [d.id, d.open]), focus: focusable().indexOf(document.activeElement)}));
  } catch {
    // It begins at its top, then.
  }
  location.reload();
}

function comeBack() {
  let left = null;
  try {
    left = JSON.parse(sessionStorage.getItem(LEFT));
    sessionStorage.removeItem(LEFT);
  } catch {
    // There is nothing to come back to.
  }
  if (!left) {
    return;
  }
  left.open.forEach(([id, open]) => {
    const part = document.getElementById(id);
    if (part) {
      part.open = open;
    }
  });
  const area = root.querySelector('.points').parentNode;
  const scroll = () => {
    scrollTo({top: left.y, behavior: 'instant'});
    area.scrollTo(left.tableX, left.tableY);
  };
  focusable()[left.focus]?.focus({preventScroll: true});
  scroll();
  // the pictures get their heights with the next one
  requestAnimationFrame(() => requestAnimationFrame(scroll));
}

/** Whether the reader is at something that a reload would take away. */
function busy() {
  const quiet = document.activeElement?.matches('select, input') ? 8000 : 2000;
  return held || dragging || document.hidden || Date.now() - touched < quiet || String(getSelection()) !== '';
}

if (data.live.running) {
  const title = document.title;
  const gauge = root.querySelector('progress');
  document.title = `${Math.floor(100 * gauge.value / gauge.max)} % · ${title}`;
  const hold = action('Pause', () => {
    held = !held;
    hold.textContent = held ? 'Go on' : 'Pause';
    look();
  });
  age.parentNode.append(' ', hold);
  const look = () => {
    const now = Date.now();
    const old = now - data.live.written;
    const silent = old > data.live.silence;
    phase.textContent = silent ? 'Has stopped' : 'Running';
    phase.classList.toggle('silent', silent);
    age.textContent = `Written ${words(Math.max(0, old) / 1000)} ago`
      + (silent ? ': the process has ended, or its computer sleeps. The same command goes on from there.'
        : held ? '; paused.' : `; read again every ${words(data.live.every / 1000)}.`);
    if (now - opened > Math.max(data.live.every, 2000) && old > data.live.every && !busy()) {
      leave();
    }
  };
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'input']) {
    addEventListener(kind, () => { touched = Date.now(); }, {passive: true, capture: true});
  }
  look();
  setInterval(look, 500);
}
history.scrollRestoration = data.live.running ? 'manual' : 'auto';
comeBack();
