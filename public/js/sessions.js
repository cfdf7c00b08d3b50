// Comforts for the sessions' pages; every one works without them.

// A star is set without a new page; whatever goes wrong, the form is sent as if this were not here.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('[data-star]') || event.defaultPrevented) return;
  event.preventDefault();
  const button = form.elements.namedItem('star');
  try {
    const body = new URLSearchParams({ star: button.value });
    const headers = { Accept: 'application/json' };
    const answer = await fetch(form.action, { method: 'POST', body, headers, redirect: 'error' });
    if (!answer.ok) throw new Error(String(answer.status));
    show(form, button, await answer.json());
  } catch {
    sendPlainly(form, button);
  }
  delete form.dataset.sent;
});

function show(form, button, { starred, count }) {
  button.setAttribute('aria-pressed', String(starred));
  button.value = starred ? '' : 'on';
  const shown = form.querySelector('.star-count');
  if (shown && count) shown.textContent = count;
}

// `submit()` leaves out the button and asks nobody who listens.
function sendPlainly(form, button) {
  const field = document.createElement('input');
  Object.assign(field, { type: 'hidden', name: 'star', value: button.value });
  button.removeAttribute('name');
  form.append(field);
  form.submit();
}

// Words that others used, to be added by a press.
for (const list of document.querySelectorAll('.suggestions')) list.hidden = false;
for (const button of document.querySelectorAll('button[data-adds]'))
  button.addEventListener('click', () => {
    const field = document.getElementById(button.dataset.to);
    const words = field.value.split(',').map((word) => word.trim());
    const there = words.filter(Boolean);
    if (!there.includes(button.dataset.adds)) field.value = [...there, button.dataset.adds].join(', ');
    field.focus();
  });

// What was typed and not saved is not left by mistake.
const form = document.getElementById('session-form');
if (form) {
  let typed = Boolean(document.getElementById('errors') || document.getElementById('preview'));
  form.addEventListener('input', () => {
    typed = true;
  });
  form.addEventListener('submit', () => {
    typed = false;
  });
  addEventListener('beforeunload', (event) => {
    if (typed) event.preventDefault();
  });
}
