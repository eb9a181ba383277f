// What all parts of the page share.
const motionless = matchMedia('(prefers-reduced-motion: reduce)').matches;
const live = document.getElementById('live');
const themeListeners = [];

function byId(id) {
  return document.getElementById(id);
}

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) {
    node.className = className;
  }
  if (text !== undefined) {
    node.textContent = text;
  }
  return node;
}

function button(text, action) {
  const node = element('button', '', text);
  node.type = 'button';
  node.addEventListener('click', action);
  return node;
}

function embedded(id) {
  return JSON.parse(byId(id).textContent);
}

/** Tells who cannot see what changed. */
function announce(text) {
  live.textContent = text;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const formats = new Map();

/** With thousands separators and so many digits after the point. */
function number(value, decimals) {
  if (!formats.has(decimals)) {
    formats.set(decimals, new Intl.NumberFormat('en-US', {minimumFractionDigits: decimals, maximumFractionDigits: decimals}));
  }
  return formats.get(decimals).format(value);
}

const short = new Intl.NumberFormat('en-US', {maximumSignificantDigits: 4});

/** A number of unknown size: four digits, or all of a large one. */
function anyNumber(value) {
  return typeof value !== 'number' ? String(value ?? '–') : Math.abs(value) >= 1000 ? number(value, 0) : short.format(value);
}

function onTheme(listener) {
  themeListeners.push(listener);
}

function isDark() {
  return getComputedStyle(document.documentElement).colorScheme === 'dark';
}

/** Calls the function once, when the element comes near the window. */
function whenNear(target, action) {
  const observer = new IntersectionObserver(entries => {
    if (entries.some(entry => entry.isIntersecting)) {
      observer.disconnect();
      action();
    }
  }, {rootMargin: '800px 0px'});
  observer.observe(target);
}

/** Offers a text as a file, from a page that is a file itself. */
function save(name, type, text) {
  const link = element('a');
  link.href = URL.createObjectURL(new Blob([text], {type: type + ';charset=utf-8'}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function copy(text, done) {
  const byHand = () => {
    const area = element('textarea', 'unseen');
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    done(copied);
  };
  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(text).then(() => done(true), byHand);
  } else {
    byHand();
  }
}

function addCopyButtons(root) {
  for (const command of root.querySelectorAll('.command')) {
    const copier = button('Copy', () => copy(command.querySelector('code').textContent, copied => {
      copier.textContent = copied ? 'Copied' : 'Not copied';
      announce(copied ? 'Command line copied' : 'The browser does not allow copying');
      setTimeout(() => { copier.textContent = 'Copy'; }, 2000);
    }));
    copier.setAttribute('aria-label', 'Copy the command line');
    command.append(copier);
  }
}
