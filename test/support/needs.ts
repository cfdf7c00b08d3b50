import { appendFileSync } from 'node:fs';
import { describe, test } from 'vitest';

/** Programs that some tests need, and the variable that holds the path. `npm test` finds or installs them. */
const variables = {
  prosody: 'PROSODY',
  ejabberd: 'EJABBERD',
  chromium: 'CHROMIUM',
  nginx: 'NGINX',
  caddy: 'CADDY',
} as const;
export type Need = keyof typeof variables;

/** The path of a program that `describeWith` has made sure of. */
export const programPath = (need: Need): string => process.env[variables[need]] ?? '';

/**
 * A suite that needs a program. Where it is missing the suite fails under CI; elsewhere it is skipped, and
 * `npm test` says so at its end.
 */
export function describeWith(need: Need, name: string, suite: () => void): void {
  if (programPath(need)) {
    describe(name, suite);
  } else if (process.env.CI) {
    describe(name, () => {
      test(`needs ${need}`, () => {
        throw new Error(`${need} is missing: install it, or give its path in ${variables[need]}`);
      });
    });
  } else {
    if (process.env.SKIPPED_SUITES) appendFileSync(process.env.SKIPPED_SUITES, `${name} (needs ${need})\n`);
    describe.skip(name, suite);
  }
}
