import type { Base } from '../../src/context.ts';
import { seatEverybody } from '../../src/services/dinners/seats.ts';
import { freezeSheet } from '../../src/services/dinners/sheets.ts';
import { addTables } from '../../src/services/dinners/tables.ts';
import { cancelByToken } from '../../src/services/registrations/commands.ts';
import { resizeParty } from '../../src/services/registrations/parties.ts';
import { t } from '../../src/words/words.ts';
import { by } from '../support/dinners.ts';
import { asSystem, asVisitor, makeEvent, must, signUp } from '../support/factories.ts';

/** A dinner with everything: parties, plates, tables, a told sheet, somebody with an offer and somebody who waits. */
export async function makeDinner(base: Base, naughty: string[]) {
  const [script, , , , arabic, emoji, long] = naughty;
  const event = await makeEvent(base, {
    ...{ name: 'Supper', slug: 'supper', kind: 'dinner', capacity: '8', partyMost: '6', line: 'offer' },
    menu: `${long!.slice(0, 60)}:\nLamb | 3\n${long}\n${script!.replaceAll('|', '')}\n\nPudding:\nCake | 1\nCheese`,
    cost: 'Your share at the table, about £25.',
  });
  const eats = { diets: ['vegan', 'halal', 'nut_allergy'], dietOther: naughty.join(' ').slice(0, 190) };
  const party = must(
    await signUp(base, event, 'Gus', {
      members: [{ ...eats, choices: { pudding: 'Cake' } }, { name: long, ...eats }, { name: arabic }, {}],
      near: `${emoji}, Hal`,
    }),
  );
  const hal = must(await signUp(base, event, 'Hal', { members: [{}, { name: emoji }], near: 'Gus' }));
  const ida = must(await signUp(base, event, 'Ida', { members: [{}, {}] }));
  const offered = must(await signUp(base, event, 'Jo', { members: [{}, {}] }));
  must(await signUp(base, event, script!, { email: 'kit@example.org', members: [{}, {}, {}, {}] }));
  const organiser = asSystem(base);
  must(await addTables(organiser, event.slug, { count: '2', seats: '4' }, t));
  must(await seatEverybody(organiser, event.slug, false));
  must(await freezeSheet(organiser, event.slug));
  must(await resizeParty(asVisitor(base), by(hal), [{ diets: ['kosher'] }, { name: emoji }]));
  must(await cancelByToken(asVisitor(base), by(ida).token));
  return { party, offered };
}
