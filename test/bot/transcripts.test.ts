import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTheatre, type Theatre } from '../support/dialog.ts';

const folder = join(import.meta.dirname, '../transcripts');

vi.setConfig({ testTimeout: 60_000 });

let theatre: Theatre;
beforeAll(async () => {
  theatre = await openTheatre();
});
afterAll(() => theatre.close());

describe('a conversation goes as written', () => {
  // A bot that is started anew for every message is what a restart, or another process taking over, comes down to.
  it.each(readdirSync(folder))('%s, with a new bot for every message', async (file) => {
    const { wanted, got } = await theatre.play(join(folder, file), { fresh: true });
    expect(got).toBe(wanted);
  });

  it('and with one bot that stays', async () => {
    const { wanted, got } = await theatre.play(join(folder, 'identity.txt'));
    expect(got).toBe(wanted);
  });
});
