// Shows one frame after another: marks are rectangles on the maps, numbers are texts in the table.
const SVG = 'http://www.w3.org/2000/svg';
const controls = root.querySelector('.controls');
const slider = controls.querySelector('input');
const play = controls.querySelector('[data-do=play]');
const present = root.querySelector('.present');
let frame = Number(slider.value) - 1;
let timer = 0;

function show(next) {
  frame = Math.max(0, Math.min(data.length - 1, next));
  const { marks, numbers } = data[frame];
  for (const group of root.querySelectorAll('[data-marks]')) {
    group.replaceChildren(...marks[group.dataset.marks].map(([x, y, width, height]) => {
      const rect = document.createElementNS(SVG, 'rect');
      for (const [name, value] of Object.entries({ x, y, width, height })) {
        rect.setAttribute(name, value);
      }
      return rect;
    }));
  }
  for (const cell of root.querySelectorAll('[data-number]')) {
    cell.textContent = numbers[cell.dataset.number];
  }
  present.setAttribute('x', Number(present.dataset.left) + frame * Number(present.dataset.step));
  slider.value = frame + 1;
  slider.setAttribute('aria-valuetext', numbers.frame);
}

function stop() {
  clearInterval(timer);
  timer = 0;
  play.textContent = 'Play';
}

controls.addEventListener('click', event => {
  const what = event.target.closest('button')?.dataset.do;
  if (what === 'play' && !timer) {
    play.textContent = 'Pause';
    if (frame === data.length - 1) {
      show(0);
    }
    timer = setInterval(() => {
      show(frame + 1);
      if (frame === data.length - 1) {
        stop();
      }
    }, 350);
  } else if (what) {
    stop();
    if (what !== 'play') {
      show(frame + (what === 'on' ? 1 : -1));
    }
  }
});
slider.addEventListener('input', () => {
  stop();
  show(Number(slider.value) - 1);
});
// who wants no motion steps by hand
play.hidden = page.reducedMotion;
controls.hidden = false;
