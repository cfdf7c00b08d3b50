import { propose as run } from '../../src/services/sessions/commands.ts';
import { sessionFields } from '../../src/services/sessions/input.ts';
import { type Field, readAnswer } from '../../src/shared/form.ts';
import type { Refusal } from '../../src/shared/result.ts';
import { issueText, refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Given, Outcome, Slot } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkCamp, lineFor } from './camp-slot.ts';
import { fieldSlot } from './fields.ts';

const asked = ['title', 'abstract', 'kind', 'minutes', 'tags'];

/**
 * `propose TITLE` proposes at once: nobody on a phone answers five questions. `propose "TITLE" "ABSTRACT" KIND MINUTES TAGS`
 * says it all; without a line each is asked.
 */
export const propose: Dialogue = {
  name: 'propose',
  also: ['pitch'],
  needsPerson: true,
  needsProof: true,
  begin: beginLine,
  slots: () => [
    campSlot(),
    titleSlot(),
    ...fields()
      .slice(1)
      .map((one) => fieldSlot(one, promptOf(one))),
  ],
  checks: { camp: checkCamp, title: checkTitle },
  act,
};

/** The fields that a chat asks for, with their labels. */
const fields = (): Field[] =>
  asked.map((name) => ({
    ...sessionFields.find((one) => one.name === name)!,
    label: t(`fields:labels.${name}`),
  }));

const promptOf = ({ name }: Field): string => t(`bot-sessions:propose.${name}`);

/** Read by a check: it must know whether words of a line come after it. */
const titleSlot = (): Slot => {
  const { read: _, ...slot } = fieldSlot(fields()[0]!, t('bot-sessions:propose.title'));
  return slot;
};

/** The title; of a line all that it says, and nothing more is asked. */
async function checkTitle({ typed, rest, given }: Checking): Promise<Outcome> {
  const [title, ...more] = fields();
  const words = given.line ? readLine([typed, ...rest]) : [typed];
  const read = readAnswer(title!, words[0]!);
  if ('code' in read) {
    const data = { label: title!.label, ...read.data };
    return { kind: 'again', slot: 'title', text: issueText(t, { field: 'title', code: read.code, data }) };
  }
  if (!given.line) return { kind: 'given', given: { title: read.value } };
  // What the line says of the others goes to their slots; what it does not say stays empty.
  const empty = Object.fromEntries(more.slice(words.length - 1).map(({ name }) => [name, null]));
  return { kind: 'given', given: { title: read.value, ...empty }, used: 2 + rest.length - words.length };
}

/** A title in quotes has other answers after it; without quotes all words are the title. */
export function readLine(words: string[]): string[] {
  const quoted = words[0]!.includes(' ') || words.includes('-');
  return quoted ? words.slice(0, asked.length) : [words.join(' ')];
}

async function act(doing: Doing): Promise<Outcome> {
  const { ctx, given, key } = doing;
  const camp = campOf(given);
  const answers = Object.fromEntries(asked.map((name) => [name, given[name] ?? '']));
  const result = await run(ctx, { event: camp.slug, answers, requestKey: key });
  if (!result.ok) return refused(given, result.refusal);
  const { number, title } = result.value;
  const text = [
    t('bot-sessions:propose.done', { number, title }),
    `${ctx.baseUrl}/events/${camp.slug}/sessions/${number}`,
  ].join('\n');
  const items = [
    { label: t('bot-sessions:items.claim'), send: lineFor('claim', camp, number) },
    { label: t('bot-sessions:items.withdraw'), send: lineFor('withdraw', camp, number) },
  ];
  return { kind: 'done', said: { text, items }, wrote: true };
}

/** Asks again for what was refused; whoever is not registered can do that first. */
function refused(given: Given, refusal: Refusal): Outcome {
  const text = refusalText(t, refusal);
  const issue = refusal.issues?.[0];
  if (issue)
    return { kind: 'again', slot: issue.field, text: refusalText(t, { ...refusal, issues: [issue] }) };
  const send = `register ${campOf(given).slug}`;
  const items = refusal.code === 'not_attending' ? [{ label: t('bot:items.register'), send }] : [];
  return { kind: 'done', said: { text, items } };
}
