// Comforts for organisers; every page works without them.

const form = document.getElementById('event-form');

if (form) {
  const field = (name) => form.elements.namedItem(name);

  // A new event is most likely where its organiser is.
  const zone = field('zone');
  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';

  // The end follows the start until it has been set.
  const starts = field('startsAt');
  const ends = field('endsAt');
  starts?.addEventListener('change', () => {
    if (ends.value || !starts.value) return;
    const at = new Date(`${starts.value}:00Z`);
    at.setUTCHours(at.getUTCHours() + 2);
    ends.value = at.toISOString().slice(0, 16);
  });

  // What was typed and not saved is not left by mistake.
  let typed = Boolean(document.getElementById('errors'));
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

// Escape closes the row that is being changed, and goes back to its button.
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const open = document.activeElement?.closest('.attendee-change > details[open]');
  if (!open) return;
  open.open = false;
  open.querySelector('summary').focus();
});
