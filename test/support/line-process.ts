import { control } from '../../src/services/registrations/batch.ts';
import { cancelByToken } from '../../src/services/registrations/commands.ts';
import {
  lapseOffer,
  passOffer,
  resizeParty,
  skipOffer,
  takeOffer,
} from '../../src/services/registrations/parties.ts';
import { manageToken } from '../../src/services/registrations/queries.ts';
import { by, guests } from './dinners.ts';
import { asVisitor, makeBase, noon, secret, signUp } from './factories.ts';

// A process in which people come, change their parties and answer offers, many at once; says how much was done. `unlocked`
// is for the negative control alone. By its clock each round is a day after the last, so that the
// time of the offers of an earlier one is over.

const [databaseUrl = '', mode, slug = '', name = ''] = process.argv.slice(2);
if (mode === 'unlocked') {
  control.locked = false;
  control.pause = () => new Promise((resolve) => setTimeout(resolve, 10));
}
let round = 0;
const base = makeBase(databaseUrl, () => new Date(noon.getTime() + round * 24 * 3_600_000));
const me = asVisitor(base);

type Row = { id: number; key: string; generation: number; state: string };

async function somebody(): Promise<Row[]> {
  const found = await base.db.$client.query<Row>(
    `select r.id, r.key, r.generation, r.state from registrations r join events e on e.id = r.event_id
      where e.slug = $1 and r.state <> 'cancelled' order by r.state = 'offered' desc, random() limit 8`,
    [slug],
  );
  return found.rows;
}

let people = 0;
const size = () => 1 + Math.floor(Math.random() * 4);
const come = () => signUp(base, { slug }, `${name}${people++}`, { members: guests(size()) });

function change(row: Row): Promise<unknown> {
  const which = Math.floor(Math.random() * 7);
  if (row.state === 'offered' && which < 2) return takeOffer(me, by(row));
  if (row.state === 'offered' && which < 3) return passOffer(me, by(row));
  if (row.state === 'offered' && which < 4) return skipOffer(me, by(row));
  if (row.state === 'offered') return lapseOffer(base, row.id);
  if (which < 3) return cancelByToken(me, manageToken(secret, row));
  return resizeParty(me, by(row), guests(size()));
}

let done = 0;
for (; round < 12; round++) {
  const rows = await somebody();
  const all = [...Array.from({ length: 6 }, come), ...rows.map(change)];
  // What has gone wrong without the lock may also make what comes after it fail.
  await (mode === 'unlocked' ? Promise.allSettled(all) : Promise.all(all));
  done += all.length;
}
await base.db.$client.end();
console.log(`done ${done}`);
