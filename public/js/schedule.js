// The grid: follows what others do, and saves ways. All of it works without: by reloading, and with links and buttons.
const grid = document.querySelector('[data-live]');
if (grid) {
  const own = new Set(grid.dataset.own.split(' ').filter(Boolean));
  const starred = new Set(grid.dataset.starred.split(' ').filter(Boolean));
  const put = document.getElementById('put');
  const say = grid.querySelector('[data-say]');

  follow();
  remember();
  tick();
  setInterval(tick, 30_000);
  for (const cell of grid.querySelectorAll('.cell')) dragged(cell);
  for (const row of document.querySelectorAll('[data-drag]')) draggable(row, row.dataset.drag);

  // A page in the background follows nothing; when it is looked at again it is told all that it missed.
  function follow() {
    let source;
    let seen = grid.dataset.revision;
    const open = () => {
      if (source || document.hidden) return;
      source = new EventSource(`${grid.dataset.live}?seen=${seen}`);
      source.addEventListener('open', () => late(false));
      source.addEventListener('error', waited);
      source.addEventListener('cells', (event) => {
        const news = JSON.parse(event.data);
        seen = news.revision;
        if (news.shape === grid.dataset.shape) for (const cell of news.cells) change(cell);
        else location.reload();
      });
    };
    // The browser comes back by itself to a stream that broke off, and not to one that it was refused: too many look.
    const waited = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      source = undefined;
      late(true);
      setTimeout(open, 30_000 + Math.random() * 30_000);
    };
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) return open();
      source?.close();
      source = undefined;
    });
    open();
  }

  function late(is) {
    document.getElementById('late').hidden = !is;
  }

  function change({ key, html, number, tags, text }) {
    const cell = grid.querySelector(`[data-cell="${key}"]`);
    if (!cell) return;
    const inside = cell.querySelector('.cell-in');
    const before = words(inside);
    const held = cell.contains(document.activeElement);
    inside.innerHTML = html;
    mark(cell, String(number), tags);
    if (held) cell.querySelector('a, button')?.focus();
    if (before === words(inside)) return;
    cell.classList.add('cell-changed');
    setTimeout(() => cell.classList.remove('cell-changed'), 30_000);
    say.textContent = `${say.dataset.say} ${text}`;
  }

  const words = (element) => element.textContent.replace(/\s+/g, ' ');

  // What a cell is to the person who looks: the text that came is the same for everybody.
  function mark(cell, number, tags) {
    const holds = number !== '0';
    if (holds) cell.dataset.number = number;
    else delete cell.dataset.number;
    const mine = own.has(number) || starred.has(number);
    const out = ('mine' in grid.dataset && !mine) || (grid.dataset.tag && !tags.includes(grid.dataset.tag));
    cell.className = `cell ${holds ? 'cell-held' : 'cell-free'}`;
    cell.classList.toggle('cell-own', own.has(number));
    cell.classList.toggle('cell-starred', starred.has(number));
    cell.classList.toggle('cell-out', Boolean(holds && out));
    const star = cell.querySelector('.slip-star');
    if (star) press(star, starred.has(number));
    if (put && !holds) offer(cell);
    dragged(cell);
  }

  function offer(cell) {
    const button = put.content.firstElementChild.cloneNode(true);
    button.value = cell.dataset.cell;
    cell.querySelector('.cell-in').replaceChildren(button);
  }

  function press(star, pressed) {
    star.setAttribute('aria-pressed', String(pressed));
    star.value = pressed ? '' : 'on';
  }

  // A star is set without leaving the page.
  grid.addEventListener('click', async (event) => {
    const star = event.target.closest('.slip-star');
    if (!star) return;
    event.preventDefault();
    const on = star.value === 'on';
    const { number } = star.closest('.cell').dataset;
    const body = new URLSearchParams({ star: star.value });
    const headers = { Accept: 'application/json' };
    const answer = await fetch(star.formAction, { method: 'POST', body, headers }).catch(() => undefined);
    if (!answer?.ok) {
      star.form.requestSubmit(star);
      return;
    }
    if (on) starred.add(number);
    else starred.delete(number);
    press(star, on);
  });

  // The arrow keys go from cell to cell.
  grid.addEventListener('keydown', (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const cell = event.target.closest('.cell');
    if (!step || !cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = step[0] ? below(cell, step[0]) : beside(cell, step[1]);
    const target = next?.querySelector('.put, .free, .slip-title a');
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
  const beside = (cell, step) => (step > 0 ? cell.nextElementSibling : cell.previousElementSibling);
  function below(cell, step) {
    const column = [...cell.parentElement.children].indexOf(cell);
    let row = cell.parentElement;
    do row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    while (row && row.children.length === 2 && cell.parentElement.children.length > 2);
    return row?.children[column];
  }

  // Dragging one's own card to a free place: the same form as the button's.
  function dragged(cell) {
    const slip = cell.querySelector('.slip');
    if (slip && own.has(cell.dataset.number)) draggable(slip, cell.dataset.number);
    const free = cell.querySelector('.free');
    if (!free) return;
    free.addEventListener('dragover', (event) => {
      event.preventDefault();
      free.classList.add('drop');
    });
    free.addEventListener('dragleave', () => free.classList.remove('drop'));
    free.addEventListener('drop', (event) => {
      event.preventDefault();
      const number = event.dataTransfer.getData('text/x-session');
      if (!/^\d+$/.test(number)) return;
      const form = document.getElementById('claim');
      form.action = grid.dataset.live.replace(/schedule\/stream$/, `sessions/${number}/place`);
      form.insertAdjacentHTML('beforeend', '<input type="hidden" name="cell">');
      form.elements.cell.value = cell.dataset.cell;
      form.requestSubmit();
    });
  }
  function draggable(element, number) {
    element.draggable = true;
    element.addEventListener('dragstart', (event) => {
      event.dataTransfer.setData('text/x-session', number);
      event.dataTransfer.effectAllowed = 'move';
    });
  }

  // Where the present moment is.
  function tick() {
    const now = Date.now();
    let at;
    let begun = false;
    let next = Number.POSITIVE_INFINITY;
    for (const row of grid.querySelectorAll('tr[data-starts]')) {
      const [from, to] = [Date.parse(row.dataset.starts), Date.parse(row.dataset.ends)];
      const is = from <= now && now < to;
      row.classList.toggle('row-now', is);
      row.classList.toggle('row-past', to <= now);
      row.querySelector('.now-mark').hidden = !is;
      if (is) row.style.setProperty('--now', `${Math.round(((now - from) / (to - from)) * 100)}%`);
      if (is) at = row;
      if (from > now) next = Math.min(next, from);
      else begun = true;
    }
    // Once the day has begun; before that the server knows whether another one comes first.
    if (begun)
      for (const row of grid.querySelectorAll('tr[data-starts]'))
        row.querySelector('.next-mark').hidden = Date.parse(row.dataset.starts) !== next;
    const link = document.querySelector('[data-now]');
    if (link && at) link.href = `#${at.id}`;
    if (link) link.hidden = !at;
  }

  // What changed since this browser last showed the grid.
  function remember() {
    const name = `changes ${grid.dataset.live}`;
    try {
      const last = Number(localStorage.getItem(name) ?? grid.dataset.change);
      localStorage.setItem(name, grid.dataset.change);
      const news = document.querySelector('[data-news]');
      if (last >= Number(grid.dataset.change)) return;
      news.hidden = false;
      const link = news.querySelector('a');
      link.href += `?after=${last}`;
    } catch {
      // No storage: nothing is remembered.
    }
  }
}
