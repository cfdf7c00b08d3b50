// Small comforts; every page works without them.

// A form is sent once, however often its button is pressed.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === 'post') {
    form.dataset.sent = 'yes';
    setTimeout(() => {
      delete form.dataset.sent;
    }, 8000);
  }
});
// The page comes back from the browser's memory: its forms can be sent again.
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What was wrong with a form is read first.
document.getElementById('errors')?.focus();

// A list that filters when something is chosen, without the button.
for (const field of document.querySelectorAll('[data-submits]'))
  field.addEventListener('change', () => field.form.requestSubmit());

// Copies a link; the button is hidden until it can.
for (const button of document.querySelectorAll('button[data-copy]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = button.lastElementChild.textContent;
    button.lastElementChild.textContent = button.dataset.copied;
    setTimeout(() => {
      button.lastElementChild.textContent = before;
    }, 2000);
  });
}

// Printing a ticket.
for (const button of document.querySelectorAll('button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
