import { makeEvent, register } from './registrations.ts';
import { median, type Row, startScript } from './support.ts';

const rounds = 5;

/**
 * What counting costs the opening minute: registrations over HTTP for one hot event where nothing is counted, where all come from one
 * network, and where each comes from a network of its own, in turn.
 */
export async function limited(url: string): Promise<Row[]> {
  const [counted, uncounted] = await Promise.all([
    startScript('../test/support/web-process.ts', url),
    startScript('../test/support/web-process.ts', url, 'uncounted'),
  ]);
  let host = 0;
  const own = () => `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host++ & 255}`;
  try {
    const reached: Record<'off' | 'one' | 'many', number[]> = { off: [], one: [], many: [] };
    for (let round = 0; round < rounds; round++) {
      const event = (name: string) => makeEvent(url, 1_000, `limits-${name}-${round}`);
      reached.off.push(await register(uncounted.line, await event('off')));
      reached.one.push(await register(counted.line, await event('one')));
      reached.many.push(await register(counted.line, await event('many'), own));
    }
    const off = median(reached.off);
    const against = (what: string, figures: number[]): Row => {
      const ratio = median(figures) / off;
      const figure = `${Math.round(median(figures))}/s`;
      return { what, figure, ratio, target: '>= 0.9', good: ratio >= 0.9 };
    };
    return [
      { what: 'registrations, nothing is counted', figure: `${Math.round(off)}/s` },
      against('registrations from one network', reached.one),
      against('registrations, each from a network of its own', reached.many),
    ];
  } finally {
    await Promise.all([counted.stop(), uncounted.stop()]);
  }
}
