import type { Base } from '../../context.ts';
import type { Letter } from '../../shared/message.ts';
import type { T } from '../../words/words.ts';
import { dataOf } from './queries.ts';

/** The mail with all that is on file of a person; undefined when they have been forgotten meanwhile. */
export async function dataMail(
  base: Base,
  t: T,
  { person, asked }: { person: number; asked: number },
): Promise<Pick<Letter, 'to' | 'at' | 'message' | 'file'> | undefined> {
  const data = await dataOf(base.db, person);
  if (!data) return undefined;
  const { email } = data.person as { email: string };
  return {
    to: { email },
    at: new Date(asked * 1000),
    message: {
      subject: t('privacy:data.subject'),
      heading: t('privacy:data.heading'),
      mood: 'plain',
      parts: [
        { kind: 'text', text: t('privacy:data.lead') },
        { kind: 'text', text: t('privacy:data.more') },
      ],
      footer: [{ text: t('mail:footer.asked') }, { text: t('mail:footer.site'), href: base.baseUrl }],
    },
    file: {
      name: 'my-data.json',
      type: 'application/json; charset=utf-8',
      text: `${JSON.stringify(data, null, 2)}\n`,
    },
  };
}
