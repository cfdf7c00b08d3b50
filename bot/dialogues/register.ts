import { publicEvent } from '../../src/services/events/queries.ts';
import { register as run } from '../../src/services/registrations/commands.ts';
import type { Field } from '../../src/shared/form.ts';
import type { Refusal } from '../../src/shared/result.ts';
import { moment } from '../../src/shared/time.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue, Doing, Given, Me, Outcome, Slot } from '../dialogue.ts';
import { already, type Chosen, chooseEvent, chooseInstead, keep, keepPlates } from './choosing.ts';
import { fieldSlot } from './fields.ts';
import { memberOf, memberSlots, type Plates, slotOfDish, slotOfIssue } from './plates.ts';

/** `register EVENT NAME E-MAIL ANSWERS… LISTED yes`: the answers in the order in which they are asked. */
export const register: Dialogue = {
  name: 'register',
  also: ['join', 'signup', 'rsvp', 'attend', 'anmelden'],
  slots,
  checks: { event: chooseEvent },
  confirm(given) {
    const { name, waiting, prove } = given.event as Chosen;
    const waits = waiting !== undefined;
    const check = waits ? t('bot:register.check_waiting', { count: waiting }) : t('bot:register.check');
    return {
      head: prove === undefined ? check : `${t('proof:event', prove)}\n${check}`,
      question: t('bot:register.question'),
      what: t('bot:register.what', { event: name }),
    };
  },
  act,
};

function slots(given: Given, me: Me): Slot[] {
  const event = given.event as Chosen | undefined;
  const questions = event?.questions ?? [];
  const size = Number(given.size ?? 1);
  const party = event?.plates
    ? [
        ...(event.plates.most > 1 ? [sizeSlot(event.plates.most)] : []),
        ...Array.from({ length: size }, (_, n) => memberSlots(n, size, event.plates!, given)).flat(),
      ]
    : [];
  const asked = questions.map((one) => fieldSlot(one));
  return [eventSlot(), nameSlot(), emailSlot(me), ...party, ...asked, listedSlot()];
}

const eventSlot = (): Slot => ({
  name: 'event',
  label: t('bot:event.label'),
  prompt: t('bot:register.which'),
  listed: true,
  shown: (value) => t('bot:register.event', value as Chosen),
  word: (value) => (value as Chosen).slug,
});

const nameSlot = (): Slot =>
  fieldSlot(
    { name: 'name', kind: 'text', label: t('fields:labels.name'), required: true },
    t('bot:register.name'),
  );

/** Whom we know may choose the address that we know them by. */
const emailSlot = (me: Me): Slot => ({
  ...fieldSlot(
    { name: 'email', kind: 'email', label: t('fields:labels.email'), required: true },
    t('bot:register.email'),
  ),
  items: me.email ? [{ label: me.email, send: me.email }] : undefined,
});

/** How many they are; one is a press of a key. */
const sizeSlot = (most: number): Slot => ({
  name: 'size',
  label: t('bot-dinner:size_label'),
  kind: 'number',
  prompt: t('bot-dinner:size', { most }),
  assumed: 1,
  read: (text) => {
    const size = /^\d{1,2}$/.test(text.trim()) ? Number(text) : 0;
    return size >= 1 && size <= most ? { value: size } : { error: t('bot-dinner:size_wrong', { most }) };
  },
  shown: String,
  word: String,
});

/** Nobody is listed who did not say so. */
const listedSlot = (): Slot => ({
  ...fieldSlot(
    { name: 'listed', kind: 'yesno', label: t('bot:register.listed_label'), required: true },
    t('bot:register.listed'),
  ),
  assumed: false,
});

async function act(doing: Doing): Promise<Outcome> {
  const { ctx, given, key } = doing;
  const event = given.event as Chosen;
  const result = await run(ctx, {
    event: event.slug,
    name: String(given.name),
    email: String(given.email),
    answers: answersOf(event.questions, given),
    members: event.plates && membersOf(given, event.plates),
    listed: given.listed === true,
    requestKey: key,
  });
  if (!result.ok) return refused(doing, event, result.refusal);
  const items = [
    { label: t('bot:items.my'), send: 'my' },
    { label: t('bot:items.events'), send: 'events' },
  ];
  if (result.value.kind === 'mailed')
    return {
      kind: 'done',
      said: { text: t('bot:register.look', { event: event.name }), items },
      teach: true,
      wrote: true,
    };
  const { state, rank, proveBy } = result.value;
  const text = [
    t(`site:registration.${state}`, { event: event.name, when: event.when, rank: rank ?? 0 }),
    t(state === 'waitlisted' || state === 'offered' ? 'bot:register.mailed_waiting' : 'bot:register.mailed', {
      email: given.email,
    }),
    proveBy && t('proof:chat', { email: given.email, until: moment(proveBy, event.prove?.zone ?? 'UTC') }),
  ]
    .filter(Boolean)
    .join('\n');
  return { kind: 'done', said: { text, items }, teach: true, wrote: true };
}

const membersOf = (given: Given, { menu }: Plates) =>
  Array.from({ length: Number(given.size ?? 1) }, (_, n) => memberOf(given, n, menu));

const answersOf = (questions: Field[], given: Given) =>
  Object.fromEntries(questions.map(({ name }) => [name, Object.hasOwn(given, name) ? given[name] : '']));

/** Asks again for what was refused, or says what can be done instead. */
async function refused({ ctx, given }: Doing, event: Chosen, refusal: Refusal): Promise<Outcome> {
  const text = refusalText(t, refusal);
  switch (refusal.code) {
    case 'invalid': {
      // The organisers may have changed the questions meanwhile.
      const fresh = await publicEvent(ctx.db, event.slug);
      const issue = refusal.issues?.[0];
      const first = issue ? refusalText(t, { ...refusal, issues: [issue] }) : text;
      return {
        kind: 'again',
        slot: slotOfIssue(issue?.field ?? ''),
        text: first,
        given: fresh && { event: keep(fresh, await keepPlates(ctx, fresh)) },
      };
    }
    case 'dish_gone': {
      const fresh = await publicEvent(ctx.db, event.slug);
      const slot = slotOfDish(given, String(refusal.data?.dish));
      return {
        kind: 'again',
        slot,
        text,
        given: fresh && { event: keep(fresh, await keepPlates(ctx, fresh)) },
      };
    }
    case 'full':
    case 'party_too_large':
      // With fewer people there may be room.
      if (Number(given.size ?? 1) > 1) return { kind: 'again', slot: 'size', text };
      return chooseInstead(ctx, text);
    case 'email_known':
      return { kind: 'first', dialogue: 'link', given: { offer: String(given.email) }, text };
    case 'email_not_yours':
      return { kind: 'again', slot: 'email', text };
    case 'already_registered':
      return already(event.slug, text);
    default:
      return chooseInstead(ctx, text);
  }
}
