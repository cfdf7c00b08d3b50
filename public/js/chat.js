// The chat, live: messages are sent without leaving the page and come in as they are said. Without this script the
// same forms send, and the page shows the same.

const chat = document.getElementById('chat');
const log = chat.querySelector('.chat-log');
const lines = chat.querySelector('.chat-lines');
const say = document.getElementById('say');
const field = document.getElementById('say-text');
const choices = document.getElementById('choices');
const state = chat.querySelector('.chat-state');
const thinking = chat.querySelector('.chat-thinking');
let last = Number(chat.dataset.last);
let stream;
let next;

// An older part of the conversation is a page to read; what is sent from it goes the plain way.
if (chat.dataset.live) start();
localTimes(lines);

function start() {
  for (const form of [say, choices]) form.addEventListener('submit', submitted);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (field.value.trim()) say.requestSubmit();
  });
  lines.addEventListener('click', earlier);
  listen();
}

/** What the site has to say about a message that it did not take. */
class Problem extends Error {}

async function submitted(event) {
  event.preventDefault();
  // Pages send a form once; here the same one is sent again and again.
  event.stopPropagation();
  const typed = event.target === say;
  const text = textOf(event, typed);
  if (!text.trim()) return;
  // The answer may be on the page before we hear that it has come: what is said meanwhile is said next, not lost.
  if (chat.dataset.busy) {
    next = () => (typed ? say.requestSubmit() : event.submitter?.click());
    return;
  }
  if (typed) field.value = '';
  else log.focus({ preventScroll: true });
  const mine = echo(text);
  busy(true);
  try {
    const answer = await send(text);
    mine.remove();
    if (answer.gone) return location.assign(answer.gone);
    if (answer.problem) throw new Problem(answer.problem);
    add(answer.html, answer.last);
    for (const form of [say, choices]) form.elements.nonce.value = answer.nonce;
    tell('');
    if (stream.readyState === EventSource.CLOSED) listen();
  } catch (error) {
    mine.remove();
    // The nonce stays: what did get through is not done twice.
    if (typed && !field.value) field.value = text;
    tell(
      error.problem ?? (error instanceof TypeError || !error.message ? chat.dataset.failed : error.message),
    );
  }
  busy(false);
  const waiting = next;
  next = undefined;
  waiting?.();
}

// A button says its own value; without one, what is ticked is said with commas between.
function textOf({ submitter, target }, typed) {
  if (submitter?.name === 'text') return submitter.value;
  return typed ? field.value : new FormData(target).getAll('text').join(', ');
}

async function send(text) {
  const body = new URLSearchParams({ text, nonce: say.elements.nonce.value, after: String(last) });
  const response = await fetch('/chat', { method: 'POST', headers: { Accept: 'application/json' }, body });
  if (!response.headers.get('Content-Type')?.includes('json')) throw new Error(`status ${response.status}`);
  return response.json();
}

function listen() {
  stream?.close();
  stream = new EventSource(`/chat/stream?after=${last}`);
  stream.addEventListener('lines', (event) => add(JSON.parse(event.data), Number(event.lastEventId)));
  stream.addEventListener('open', () => tell(''));
  stream.addEventListener('error', () => {
    tell(chat.dataset.offline);
    // The browser does not come back by itself to a stream that it was refused: too many are open.
    if (stream.readyState === EventSource.CLOSED) setTimeout(relisten, 30_000 + Math.random() * 30_000);
  });
}

function relisten() {
  if (stream.readyState === EventSource.CLOSED) listen();
}

// Messages come by two ways, the answer to the form and the stream: each is shown once.
function add(html, id) {
  const part = document.createElement('template');
  part.innerHTML = html;
  for (const line of part.content.querySelectorAll('[data-id]'))
    if (Number(line.dataset.id) <= last) {
      if (line.previousElementSibling?.matches('.chat-time')) line.previousElementSibling.remove();
      line.remove();
    }
  if (id > last) last = id;
  const news = part.content.querySelectorAll('[data-id]');
  if (news.length === 0) return;
  // The stream may be quicker than the answer to the form.
  if (part.content.querySelector('.line-person')) lines.querySelector('.line-pending')?.remove();
  for (const old of lines.querySelectorAll('button, input')) inert(old);
  fitField([...news].at(-1).dataset);
  localTimes(part.content);
  lines.append(part.content);
  toEnd();
}

// The keyboard of a phone, and what the browser can fill in, are for what is asked.
function fitField({ mode, fill }) {
  field.inputMode = mode;
  field.autocomplete = fill;
  field.autocapitalize = mode === 'email' ? 'none' : 'sentences';
}

// What could be chosen before can be read, not pressed.
function inert(button) {
  if (!button.matches('.line-choice')) return button.remove();
  const row = document.createElement('span');
  row.className = 'line-row';
  row.append(...button.childNodes);
  button.replaceWith(row);
}

function echo(text) {
  const mine = document.createElement('div');
  mine.className = 'line line-person line-pending';
  mine.setAttribute('aria-hidden', 'true');
  const words = document.createElement('p');
  words.className = 'line-text';
  words.dir = 'auto';
  words.textContent = text;
  mine.append(words);
  lines.append(mine);
  toEnd();
  return mine;
}

// The log stands on its head for the browser: 0 is its end.
function toEnd() {
  log.scrollTop = 0;
}

function busy(is) {
  if (is) chat.dataset.busy = 'yes';
  else delete chat.dataset.busy;
  clearTimeout(busy.timer);
  thinking.hidden = true;
  if (is)
    busy.timer = setTimeout(() => {
      thinking.hidden = false;
    }, 400);
}

function tell(text) {
  state.textContent = text;
  state.hidden = !text;
}

// Earlier messages are put in above; nobody reads them aloud as new.
async function earlier(event) {
  const link = event.target.closest('[data-earlier]');
  if (!link) return;
  event.preventDefault();
  const response = await fetch(link.href).catch(() => undefined);
  if (!response?.ok) return tell(chat.dataset.failed);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const older = page.querySelector('.chat-lines');
  for (const more of older.querySelectorAll('.chat-more'))
    if (!more.querySelector('[data-earlier]')) more.remove();
  for (const button of older.querySelectorAll('button')) inert(button);
  localTimes(older);
  log.setAttribute('aria-live', 'off');
  link.closest('.chat-more').replaceWith(...older.childNodes);
  requestAnimationFrame(() => log.removeAttribute('aria-live'));
}

// The server writes UTC, as it does not know where the reader is.
function localTimes(root) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const zone = timeZone.split('/').at(-1).replaceAll('_', ' ');
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  for (const time of root.querySelectorAll('.chat-time time')) {
    const parts = Object.fromEntries(
      format.formatToParts(new Date(time.dateTime)).map((one) => [one.type, one.value]),
    );
    time.textContent = `${parts.weekday} ${parts.day} ${parts.month}, ${parts.hour}:${parts.minute} (${zone})`;
  }
}

// A phone's keyboard covers the page: the chat is as high as what is left.
const view = window.visualViewport;
if (view) {
  const fit = () => document.documentElement.style.setProperty('--chat-view', `${Math.round(view.height)}px`);
  view.addEventListener('resize', fit);
  fit();
}
