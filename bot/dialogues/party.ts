import { publicEvent } from '../../src/services/events/queries.ts';
import type { MemberInput } from '../../src/services/registrations/members.ts';
import { platesSaid } from '../../src/services/registrations/messages.ts';
import { resizeParty } from '../../src/services/registrations/parties.ts';
import { membersOf, registrationById } from '../../src/services/registrations/queries.ts';
import { portionsOf } from '../../src/shared/menu.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Given, Outcome, Slot } from '../dialogue.ts';
import { keepPlates } from './choosing.ts';
import { checkOwn, type Own, ownSlot } from './own-event.ts';
import { memberOf, memberSlots, type Plates, slotOfDish, slotOfIssue } from './plates.ts';

/** What is to be done: a guest more, one fewer, somebody changed (by number), or whom to sit near. */
type What = { do: 'add' | 'remove' | 'change' | 'near'; n: number; name?: string };
type Kept = Own & { plates: Plates };

/** `party EVENT`, `party EVENT add NAME`, `party EVENT 2`, `party EVENT remove 2`, `party EVENT near NAMES`. */
export const party: Dialogue = {
  name: 'party',
  also: ['guests'],
  needsPerson: true,
  begin: () => ({}),
  slots,
  checks: { event, what },
  act,
};

function slots(given: Given): Slot[] {
  const what = given.what as What | undefined;
  const { plates } = (given.event ?? {}) as Partial<Kept>;
  return [
    ownSlot(t('bot-dinner:party.which'), t('bot:event.label')),
    {
      name: 'what',
      label: t('bot-dinner:party.what_label'),
      prompt: t('bot-dinner:party.unknown'),
      listed: true,
    },
    ...(what && plates ? more(what, plates, given) : []),
  ];
}

function more(what: What, plates: Plates, given: Given): Slot[] {
  if (what.do === 'near')
    return [
      {
        name: 'near',
        label: t('bot-dinner:party.near_label'),
        prompt: t('bot-dinner:party.near_ask'),
        free: true,
        optional: true,
        read: (text) => ({ value: text }),
      },
    ];
  return what.do === 'remove' ? [] : memberSlots(what.n, what.n + 1, plates, given);
}

async function event(checking: Checking): Promise<Outcome> {
  const which = { which: t('bot-dinner:party.which'), none: t('bot:my.none') };
  const outcome = await checkOwn(() => true, which)(checking);
  if (outcome.kind !== 'given') return outcome;
  const own = outcome.given.event as Own;
  const [found, members] = await Promise.all([
    publicEvent(checking.ctx.db, own.slug),
    membersOf(checking.ctx.db, [own.id]),
  ]);
  // What the party has already it may choose again, though there is no more of it.
  const had = new Set(portionsOf(members.get(own.id) ?? []));
  const kept = (found && (await keepPlates(checking.ctx, found))) ?? {
    asks: false,
    menu: [],
    most: 1,
    gone: [],
  };
  const plates = { ...kept, gone: kept.gone.filter((dish) => !had.has(dish)) };
  return { ...outcome, given: { event: { ...own, plates } satisfies Kept } };
}

/** Reads what is to be done; without a word the party is shown. */
async function what({ ctx, typed, rest, given }: Checking): Promise<Outcome> {
  const own = given.event as Kept;
  if (typed === '') return shown(ctx, own);
  const words = [typed, ...rest];
  const [first = '', second = ''] = words.map((one) => one.toLowerCase());
  const number = Number(first === 'remove' || first === 'change' ? second : first);
  const used = first === 'remove' || first === 'change' ? 2 : 1;
  if (first === 'add') return { kind: 'given', given: { what: { do: 'add', n: own.size } }, used: 1 };
  if (first === 'near') {
    const names = rest.join(' ');
    const near = names ? { near: names } : {};
    return { kind: 'given', given: { what: { do: 'near', n: 0 }, ...near }, used: words.length };
  }
  if (!Number.isInteger(number)) return { kind: 'again', slot: 'what', text: t('bot-dinner:party.unknown') };
  if (number < 1 || number > own.size)
    return { kind: 'again', slot: 'what', text: t('bot-dinner:party.no_such', { n: number }) };
  if (first === 'remove' && number === 1)
    return { kind: 'done', said: { text: t('bot-dinner:party.not_you', own) } };
  const doing: What = { do: first === 'remove' ? 'remove' : 'change', n: number - 1 };
  return { kind: 'given', given: { what: doing }, used };
}

async function shown(ctx: Doing['ctx'], own: Kept): Promise<Outcome> {
  const [members, row] = await Promise.all([membersOf(ctx.db, [own.id]), registrationById(ctx.db, own.id)]);
  const lines = (members.get(own.id) ?? []).map((one, n) => {
    const plates = platesSaid(t, own.plates.menu, one);
    return t('bot-dinner:party.line', {
      n: n + 1,
      name: one.name ?? t('party:guest_of', { name: row!.name }),
      plates: plates && `: ${plates}`,
    });
  });
  const size = t('party:size', { count: own.size });
  const near = row!.near ? t('bot-dinner:party.near', { near: row!.near }) : '';
  const text = [t('bot-dinner:party.head', { event: own.name, size }), ...lines, near]
    .filter(Boolean)
    .join('\n');
  return { kind: 'done', said: { text, after: t('bot-dinner:party.after', own) } };
}

async function act({ ctx, given }: Doing): Promise<Outcome> {
  const own = given.event as Kept;
  const doing = given.what as What;
  const before = (await membersOf(ctx.db, [own.id])).get(own.id) ?? [];
  const members = changed(before, doing, given, own.plates);
  const near = doing.do === 'near' ? String(given.near ?? '') : undefined;
  const result = await resizeParty(ctx, { event: own.slug }, members, near);
  if (result.ok) {
    const size = t('party:size', { count: members.length });
    return {
      kind: 'done',
      said: { text: t('bot-dinner:party.saved', { event: own.name, size }) },
      wrote: true,
    };
  }
  const { refusal } = result;
  const text = refusalText(t, refusal);
  if (refusal.code === 'dish_gone')
    return { kind: 'again', slot: slotOfDish(given, String(refusal.data?.dish)), text };
  if (refusal.code === 'invalid')
    return { kind: 'again', slot: slotOfIssue(refusal.issues?.[0]?.field ?? ''), text };
  return { kind: 'done', said: { text } };
}

function changed(
  before: MemberInput[],
  { do: what, n }: What,
  given: Given,
  { menu }: Plates,
): MemberInput[] {
  switch (what) {
    case 'add':
      return [...before, memberOf(given, n, menu)];
    case 'remove':
      return before.filter((_, at) => at !== n);
    case 'change':
      return before.map((one, at) => (at === n ? memberOf(given, n, menu) : one));
    case 'near':
      return before;
    default:
      return what satisfies never;
  }
}
