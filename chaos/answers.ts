import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './checks.ts';
import type { Random } from './random.ts';

/** What is known of what was asked: it was done, it was refused and changed nothing, or nobody can say. */
export type Answer = 'yes' | 'no' | 'unsure';

/** What all who use the site write down together. */
export type Notes = {
  /** Answers by status, and what was done by its name. */
  counts: Record<string, number>;
  /** What was wrong at once: a message that got another answer the second time. */
  faults: Fault[];
  /** When the last request that was acknowledged had been sent: `performance.now()`. */
  lastDone: number;
  stopped: boolean;
};

export type Site = { url: string; imifiedKey: string };

export const count = ({ counts }: Notes, what: string): void => {
  counts[what] = (counts[what] ?? 0) + 1;
};

/** A form as a browser posts it, from a network of its own as far as limits can tell; undefined without an answer. */
export async function post(
  { site, notes, random }: Asking,
  path: string,
  body: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response | undefined> {
  const began = performance.now();
  const byte = () => 1 + random.below(250);
  const answer = await fetch(site.url + path, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(20_000),
    headers: {
      'Sec-Fetch-Site': 'same-origin',
      'X-Forwarded-For': `10.${byte()}.${byte()}.${byte()}`,
      ...headers,
    },
    body: new URLSearchParams(body),
  }).catch(() => undefined);
  count(notes, `status ${answer?.status ?? 'none'}`);
  if (answer && answer.status < 400) notes.lastDone = Math.max(notes.lastDone, began);
  return answer;
}

export type Asking = { site: Site; notes: Notes; random: Random };

/** 303: done. 4xx: refused, nothing changed. Anything else leaves it open. */
export const answerOf = (answer: Response | undefined): Answer =>
  answer?.status === 303 ? 'yes' : answer && answer.status >= 400 && answer.status < 500 ? 'no' : 'unsure';

/** Asks again what got no answer, as a person does who presses the button again; undefined when there was none in a minute. */
export async function again<T>(notes: Notes, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const until = performance.now() + 60_000;
  while (!notes.stopped && performance.now() < until) {
    const got = await ask();
    if (got !== undefined) return got;
    await sleep(500);
  }
  return undefined;
}
