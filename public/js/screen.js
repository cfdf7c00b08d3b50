// The wall: shows its scenes in turn, keeps its clock, and asks anew when the grid changes.
const every = 12_000;
let screen = document.querySelector('.screen');

setInterval(turn, every);
setInterval(renew, 30_000);
const source = new EventSource(screen.dataset.live);
source.addEventListener('cells', renew);

function turn() {
  const scenes = [...screen.querySelectorAll('[data-scene]')];
  const at = scenes.findIndex((scene) => !scene.hidden);
  for (const [n, scene] of scenes.entries()) scene.hidden = n !== (at + 1) % scenes.length;
}

async function renew() {
  const shown = [...screen.querySelectorAll('[data-scene]')].findIndex((scene) => !scene.hidden);
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.querySelector('.screen');
  if (!fresh) return;
  for (const [n, scene] of [...fresh.querySelectorAll('[data-scene]')].entries()) scene.hidden = n !== shown;
  screen.replaceWith(fresh);
  screen = fresh;
}
