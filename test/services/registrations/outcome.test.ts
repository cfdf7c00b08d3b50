import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Checked, Ready } from '../../../src/services/registrations/check.ts';
import type { EventRow } from '../../../src/services/registrations/facts.ts';
import { outcomes } from '../../../src/services/registrations/outcome.ts';
import type { Decision, Settled } from '../../../src/services/registrations/settle.ts';

// One form may be in a batch more than once. Each copy is told what came of the form in the end, not what was refused on the way.

const event = { name: 'Dinner', menu: [] as unknown } as EventRow;
const form = (requestKey: string) =>
  ({ kind: 'ready', ask: { kind: 'register', requestKey }, entry: { email: 'ann@example.org' } }) as Ready;
const cancels = { kind: 'ready', ask: { kind: 'cancel', id: 1 } } as Checked;

const answers = (checked: Checked[], decisions: Decision[]) => {
  const places = decisions.flatMap((one) => ('position' in one ? one.position : []));
  const written = new Map(places.map((at) => [at, { id: at, key: `k${at}`, generation: 1, proveBy: null }]));
  return outcomes(event, checked, { decisions } as Settled, written);
};

const full: Decision = { kind: 'full', free: 0, size: 1 } as Decision;
const confirmed = { kind: 'confirmed', position: 7 } as Decision;
const already: Decision = { kind: 'already' };

it('a form that was full, and then was not, is told that it is registered', () => {
  const [first, , second, third] = answers(
    [form('a'), cancels, form('a'), form('a')],
    [full, { kind: 'cancelled' } as Decision, confirmed, already],
  );
  expect(first).toMatchObject({ ok: false, refusal: { code: 'full' } });
  expect(second).toMatchObject({ ok: true, value: { kind: 'registered', state: 'confirmed', key: 'k7' } });
  expect(third).toEqual(second);
});

it('no copy after the one that went well is told anything else; no other form has its answer', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.nat(5), (before, after) => {
      const copies = before + 1 + after;
      const forms = Array.from({ length: copies }, () => form('a'));
      const given = forms.map((_, n) => (n < before ? full : n === before ? confirmed : already));
      const results = answers([...forms, form('b')], [...given, already]);
      expect(results.slice(0, before).every((one) => !one.ok)).toBe(true);
      expect(results.slice(before, copies).every((one) => one.ok)).toBe(true);
      expect(results.at(-1)).toMatchObject({ ok: false, refusal: { code: 'already_registered' } });
    }),
  );
});
