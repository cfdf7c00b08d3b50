import { ConfigError } from '../config.ts';

/** Says why there was no start, and ends: what an operator can mend is one line, what is a bug is a stack. */
export function fail(error: unknown): never {
  console.error(mistake(error) ?? (error instanceof Error ? error.stack : String(error)));
  process.exit(1);
}

/** The line for what an operator can mend; nothing for any other error. */
export function mistake(error: unknown): string | undefined {
  return error instanceof ConfigError ? error.message : undefined;
}
