import { expect, it } from 'vitest';
import { chaos } from '../chaos/chaos.ts';
import type { Target } from '../chaos/kills.ts';

// A short run of `npm run chaos`, on an embedded Postgres of its own.

it('four kills under load: nothing acknowledged is lost, nothing is half-written, and all comes back', {
  timeout: 600_000,
}, async () => {
  const seed = Date.now() % 1_000_000;
  const only: Target[] = ['web', 'connection', 'postmaster', 'tree'];
  const { faults, kills, counts, mails } = await chaos({
    ...{ seed, kills: only.length, people: 3, only, pause: 1_500 },
    // Of a machine that does other things too.
    patience: 180_000,
    env: { XMPP_SERVICE: 'xmpp://127.0.0.1:1', XMPP_JID: 'turnout@localhost', XMPP_PASSWORD: 'x' },
  });
  expect(faults, `seed ${seed}`).toEqual([]);
  expect(kills.map(({ target }) => target)).toEqual(only);
  // There was something to lose.
  expect(Object.keys(counts)).toEqual(expect.arrayContaining(['registered by form', 'registered by chat']));
  expect(mails.sent).toBeGreaterThan(5);
});
