import { expect, it } from 'vitest';
import { runToEnd } from '../support/turnout.ts';

const script = 'test/support/crashing.ts';

it.concurrent.each([
  ['throws', 'uncaught'],
  ['rejects', 'a promise failed unheard'],
  ['throws while it stops', 'uncaught'],
])(
  'a process that %s says so, stops in order, and does not end with 0',
  { timeout: 60_000 },
  async (what, said) => {
    const { code, out, log } = await runToEnd(script, [what], {});
    const fatal = log
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter(({ level }) => level === 60);
    expect(fatal).toMatchObject([{ msg: said, err: { message: expect.stringContaining('nobody') } }]);
    expect(out).toContain('in order');
    expect(code).toBe(1);
  },
);

it.concurrent('a process that was asked to stop, and did, ends with 0', { timeout: 60_000 }, async () => {
  expect(await runToEnd(script, ['nothing'], {})).toMatchObject({ code: 0, out: 'ready\nin order\n' });
});
