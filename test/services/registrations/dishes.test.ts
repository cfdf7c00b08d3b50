import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { publicEvent } from '../../../src/services/events/queries.ts';
import { cancelByToken } from '../../../src/services/registrations/commands.ts';
import { resizeParty } from '../../../src/services/registrations/parties.ts';
import { membersOf, portionsFree } from '../../../src/services/registrations/queries.ts';
import { type Request, settle } from '../../../src/services/registrations/settle.ts';
import { freshDatabase } from '../../support/database.ts';
import { by, dinners, refusal } from '../../support/dinners.ts';
import { asVisitor, makeBase, must, signUp } from '../../support/factories.ts';

let database: { url: string; drop(): Promise<void> };
let base: Base;
let other: Base;
let at: ReturnType<typeof dinners>;
beforeAll(async () => {
  database = await freshDatabase();
  // Two pools have queues of their own, as two processes have.
  [base, other] = [makeBase(database.url), makeBase(database.url)];
  at = dinners(base);
});
afterAll(async () => {
  await Promise.all([base, other].map((one) => one.db.$client.end()));
  await database.drop();
});

const menu = [
  { label: 'Starter', dishes: 'Soup\nTerrine | 1' },
  { label: 'Main course', dishes: 'Roast lamb | 2\nRisotto' },
];
const dinner = (more: object = {}) => at.dinner({ capacity: '10', menu, ...more });
const lamb = { choices: { main_course: 'roast' } };
const risotto = { choices: { main_course: 'Risotto' } };

describe('a dish that the kitchen can only make so many of', () => {
  it('is chosen by a beginning of its name, and kept under its own; nothing has to be chosen', async () => {
    const event = await dinner();
    const ann = must(await signUp(base, event, 'Ann', { members: [lamb, {}] }));
    expect((await membersOf(base.db, [ann.id])).get(ann.id)?.map((one) => one.choices)).toEqual([
      { main_course: 'Roast lamb' },
      {},
    ]);
    const left = await portionsFree(base.db, (await publicEvent(base.db, event.slug))!);
    expect([...left]).toEqual([
      ['starter:Terrine', 1],
      ['main_course:Roast lamb', 1],
    ]);
  });

  it('is refused to a party that asks for more of it than there is, and nothing is written', async () => {
    const event = await dinner();
    must(await signUp(base, event, 'Ann', { members: [lamb] }));
    const refused = refusal(await signUp(base, event, 'Bob', { members: [lamb, lamb, risotto] }));
    expect(refused).toMatchObject({
      kind: 'conflict',
      code: 'dish_gone',
      data: { course: 'Main course', dish: 'Roast lamb', count: 1 },
    });
    expect(await at.counters(event)).toMatchObject({ taken: 1, waiting: 0 });
  });

  it('is kept for whoever waits, and free again once they leave or choose anew', async () => {
    const event = await dinner({ capacity: '1' });
    const ann = must(await signUp(base, event, 'Ann', { members: [lamb] }));
    const bob = must(await signUp(base, event, 'Bob', { members: [lamb] }));
    expect(bob.state).toBe('waitlisted');
    expect(refusal(await signUp(base, event, 'Cyd', { members: [lamb] }))?.code).toBe('dish_gone');
    must(await resizeParty(asVisitor(base), by(bob), [risotto]));
    const cyd = must(await signUp(base, event, 'Cyd', { members: [lamb] }));
    expect(refusal(await resizeParty(asVisitor(base), by(bob), [lamb]))?.code).toBe('dish_gone');
    must(await cancelByToken(asVisitor(base), by(cyd).token));
    must(await resizeParty(asVisitor(base), by(bob), [lamb]));
    // Whoever has it may say so again.
    must(await resizeParty(asVisitor(base), by(ann), [lamb]));
  });

  it('that is not on the menu is named with those that are', async () => {
    const event = await dinner();
    const members = [{ choices: { main_course: 'Unicorn', starter: ['Soup'], other: 'x' } }];
    expect(refusal(await signUp(base, event, 'Ann', { members }))?.issues).toEqual([
      {
        field: 'members.0.choices.main_course',
        code: 'choice',
        data: { label: 'Main course', options: 'Roast lamb, Risotto' },
      },
    ]);
  });

  it('goes to as many as there are portions when everybody asks at once, in two processes', async () => {
    const event = await dinner({ capacity: '100', menu: [{ label: 'Main', dishes: 'Lamb | 7\nRisotto' }] });
    const members = [{ choices: { main: 'Lamb' } }];
    const asked = await Promise.all(
      Array.from({ length: 30 }, (_, n) => signUp([base, other][n % 2]!, event, `P${n}`, { members })),
    );
    expect(asked.filter((one) => one.ok)).toHaveLength(7);
    expect(new Set(asked.flatMap((one) => refusal(one)?.code ?? []))).toEqual(new Set(['dish_gone']));
    expect(await at.faults(event)).toEqual([]);
  });

  it('is never chosen beyond its limit within a batch, and refused only when there are too few', () => {
    const dishes = fc.array(fc.constantFrom('main:lamb', 'main:soup'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(dishes, { maxLength: 12 }), fc.nat(6), (parties, limit) => {
        const requests = parties.map(
          (chosen, n): Request => ({
            kind: 'register',
            who: String(n),
            registered: false,
            size: chosen.length,
            dishes: chosen,
          }),
        );
        const places = { capacity: 9, waitingList: true, taken: 0, held: 0, waiting: 0, nextPosition: 1 };
        const start = { ...places, line: [], promotes: true, portions: new Map([['main:lamb', limit]]) };
        const { decisions } = settle(start, requests);
        let left = limit;
        decisions.forEach((decision, n) => {
          const wanted = parties[n]!.filter((dish) => dish === 'main:lamb').length;
          expect(decision.kind === 'dish_gone').toBe(wanted > left);
          if (decision.kind !== 'dish_gone') left -= wanted;
        });
        // What was handed in is not touched.
        expect(start.portions.get('main:lamb')).toBe(limit);
      }),
    );
  });
});
