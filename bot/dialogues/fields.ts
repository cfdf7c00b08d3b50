import { type Answer, answerText, type Field, readAnswer } from '../../src/shared/form.ts';
import { cut } from '../../src/shared/text.ts';
import { issueText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Item, Slot } from '../dialogue.ts';

/** A field of a form as something to ask for in a chat; choices are numbered. */
export function fieldSlot(field: Field, prompt = field.label): Slot {
  return {
    name: field.name,
    label: field.label,
    kind: field.kind,
    options: field.kind === 'several' ? (field.options ?? []) : undefined,
    prompt: [prompt, field.help].filter(Boolean).join('\n'),
    below: manyOf(field),
    items: itemsOf(field),
    optional: !field.required,
    free: field.kind === 'text' || field.kind === 'long',
    read(text) {
      const read = readAnswer(field, text);
      return 'code' in read ? { error: problem(field, read.code, read.data) } : { value: read.value ?? null };
    },
    shown: (value) => shortened(answerText(value as Answer, yesNo()), 80),
    word: (value) => answerText(value as Answer, { yes: 'yes', no: 'no' }),
  };
}

/** A yes or a no, by its name. */
export const yesNoItems = (): Item[] => [
  { label: t('bot:buttons.yes'), send: 'yes' },
  { label: t('bot:buttons.no'), send: 'no' },
];

function itemsOf(field: Field): Item[] | undefined {
  if (field.kind === 'yesno') return yesNoItems();
  if (field.kind !== 'choice') return undefined;
  return field.options?.map((option) => ({ label: option, send: option }));
}

/** Several of these: numbers to type, no buttons, as one press would send only one. */
function manyOf(field: Field): string | undefined {
  if (field.kind !== 'several') return undefined;
  const options = field.options ?? [];
  return [...options.map((option, index) => `${index + 1}. ${option}`), t('bot:several_hint')].join('\n');
}

const problem = (field: Field, code: string, data?: Record<string, string | number>): string =>
  issueText(t, { field: field.name, code, data: { label: field.label, ...data } });

const yesNo = () => ({ yes: t('site:yes'), no: t('site:no') });

/** A text as one line, with an ellipsis where something of it is left out. */
export const shortened = (text: string, most: number): string => cut(text.replace(/\s+/g, ' '), most, '…');
