import { load, median, type Row, startScript } from './support.ts';

/** The public page of an event, kept rendered, against Node's own server sending the same bytes. */
export async function page(url: string, slug: string): Promise<Row[]> {
  const site = await startScript('../test/support/web-process.ts', url);
  const ours = `${site.line}/events/${slug}`;
  await fetch(ours);
  const bare = await startScript('bare.ts', ours);
  try {
    const rounds = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < 3; round++) {
      rounds.theirs.push(await load({ url: bare.line, expect: 200 }));
      rounds.ours.push(await load({ url: ours, expect: 200 }));
    }
    const [we, they] = [median(rounds.ours), median(rounds.theirs)];
    return [
      { what: 'bare Node, the bytes of the event page', figure: `${Math.round(they)}/s` },
      {
        what: "the event's public page",
        figure: `${Math.round(we)}/s`,
        ratio: we / they,
        target: '>= 0.5',
        good: we / they >= 0.5,
      },
    ];
  } finally {
    await site.stop();
    await bare.stop();
  }
}
