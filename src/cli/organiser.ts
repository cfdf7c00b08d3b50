import { parseArgs } from 'node:util';
import { eventBySlug } from '../services/events/queries.ts';
import { grantRole, revokeRole, signInLink } from '../services/people/commands.ts';
import { type RoleRow, rolesOf } from '../services/people/members.ts';
import { t } from '../words/words.ts';
import { type Cli, needed, orProblem, Problem, type Verb } from './verb.ts';

type Asked = { email: string; event?: string; name?: string; role: 'organiser' | 'helper' };

/** `organiser add EMAIL`, `organiser list`, `organiser remove EMAIL`. */
export const organiser: Verb = async (cli, args) => {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { name: { type: 'string' }, event: { type: 'string' }, helper: { type: 'boolean' } },
  });
  const [verb, email] = positionals;
  if (verb === 'list') return list(cli);
  const asked: Asked = {
    email: needed(email).toLowerCase(),
    event: values.event,
    name: values.name,
    role: values.helper ? 'helper' : 'organiser',
  };
  if (verb === 'add') return add(cli, asked);
  if (verb === 'remove') return remove(cli, asked);
  throw new Problem(t('cli:usage'));
};

/** `sign-in EMAIL`: a link for whoever is at the console. */
export const signIn: Verb = async (cli, [email]) =>
  cli.say(t('cli:organiser.link', { link: await signInLink(cli.ctx, needed(email).toLowerCase()) }));

async function add(cli: Cli, { email, event, name, role }: Asked) {
  const eventId = await eventIdOf(cli, event);
  orProblem(await grantRole(cli.ctx, { email, role, eventId, name }));
  cli.say(t('cli:organiser.added', { email, role: t(`cli:organiser.${role}`), where: where(event) }));
  cli.say(t('cli:organiser.link', { link: await signInLink(cli.ctx, email, '/organise') }));
}

async function remove(cli: Cli, { email, event }: Asked) {
  const found = (await rolesOf(cli.base.db)).find(
    (one) => one.email === email && (one.event ?? undefined) === event,
  );
  if (!found) throw new Problem(t('cli:organiser.unknown', { email }));
  orProblem(await revokeRole(cli.ctx, found.id));
  cli.say(t('cli:organiser.removed', row(found)));
}

async function list(cli: Cli) {
  const rows = await rolesOf(cli.base.db);
  if (rows.length === 0) cli.say(t('cli:organiser.nobody'));
  for (const one of rows) cli.say(t('cli:organiser.row', row(one)));
}

const row = (one: RoleRow) => ({
  email: one.email,
  role: t(`cli:organiser.${one.role}`),
  where: where(one.event ?? undefined),
});

const where = (event: string | undefined) => event ?? t('cli:organiser.site');

async function eventIdOf(cli: Cli, slug: string | undefined): Promise<number | null> {
  if (!slug) return null;
  const event = await eventBySlug(cli.base.db, slug);
  if (!event) throw new Problem(t('refusals:event_unknown'));
  return event.id;
}
