// Light, dark, or as the system says.
const THEME = 'isos-report-theme';

function stored() {
  try {
    return localStorage.getItem(THEME);
  } catch {
    return null; // A browser may refuse storage to files.
  }
}

function choose(theme) {
  if (theme === 'auto') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
  themeListeners.forEach(listener => listener());
}

function addThemeControl() {
  const control = element('fieldset', 'themes');
  control.append(element('legend', 'unseen', 'Colours'));
  const first = stored() ?? 'auto';
  for (const [theme, text] of [['auto', 'Auto'], ['light', 'Light'], ['dark', 'Dark']]) {
    const label = element('label');
    const radio = element('input', 'unseen');
    radio.type = 'radio';
    radio.name = 'theme';
    radio.value = theme;
    radio.checked = theme === first;
    radio.addEventListener('change', () => {
      choose(theme);
      try {
        localStorage.setItem(THEME, theme);
      } catch {
        // It is for this visit, then.
      }
    });
    label.append(radio, text);
    control.append(label);
  }
  byId('title').append(control);
  if (first !== 'auto') {
    choose(first);
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => themeListeners.forEach(l => l()));
}
