// Moving people between tables by dragging and by the arrow keys; without it each has a select box.
const form = document.querySelector('#seat-form');

function move(person, to) {
  if (!form || to === undefined || to === person.dataset.from) return;
  const { registration, position, from } = person.dataset;
  for (const [name, value] of Object.entries({ registration, position, from, to }))
    form.elements[name].value = value;
  form.submit();
}

if (form) {
  for (const hint of document.querySelectorAll('[data-needs-script]')) hint.hidden = false;
  const tables = [...document.querySelectorAll('.seat-tables [data-table]')].map((one) => one.dataset.table);

  document.addEventListener('dragstart', (event) => {
    const person = event.target.closest?.('.seat');
    if (!person) return;
    event.dataTransfer.setData('text/plain', person.id);
    event.dataTransfer.effectAllowed = 'move';
  });
  for (const table of document.querySelectorAll('[data-table]')) {
    table.addEventListener('dragover', (event) => {
      event.preventDefault();
      table.classList.add('seat-target');
    });
    table.addEventListener('dragleave', () => table.classList.remove('seat-target'));
    table.addEventListener('drop', (event) => {
      event.preventDefault();
      const person = document.getElementById(event.dataTransfer.getData('text/plain'));
      if (person) move(person, table.dataset.table);
    });
  }

  document.addEventListener('keydown', (event) => {
    const person = event.target;
    if (!person.classList?.contains('seat') || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tables.indexOf(person.dataset.from);
    move(person, at < 0 ? tables[step > 0 ? 0 : tables.length - 1] : tables[at + step]);
  });

  // After a move the person has the focus again, wherever they sit now.
  if (/^#g-/.test(location.hash)) document.querySelector(location.hash)?.focus();
}
