import { makeToken, revokeToken } from '../services/programs/commands.ts';
import { allTokens } from '../services/programs/queries.ts';
import { t } from '../words/words.ts';
import { needed, orProblem, Problem, type Verb } from './verb.ts';

/** `token add NAME`, `token list`, `token revoke NAME`: what programs prove themselves with at /api/bot/. */
export const token: Verb = async (cli, [verb, name]) => {
  if (verb === 'list') {
    const rows = await allTokens(cli.base.db);
    if (rows.length === 0) cli.say(t('imified:token.none'));
    for (const row of rows) cli.say(t('imified:token.row', { name: row.name, state: stateOf(row) }));
    return;
  }
  if (verb === 'add') {
    const made = orProblem(await makeToken(cli.ctx, needed(name)));
    const url = `${cli.base.baseUrl}/api/bot/`;
    return cli.say(t('imified:token.made', { token: made.token, name, url }));
  }
  if (verb !== 'revoke') throw new Problem(t('cli:usage'));
  orProblem(await revokeToken(cli.ctx, needed(name)));
  cli.say(t('imified:token.gone', { name }));
};

function stateOf({ revokedAt, lastUsedAt }: { revokedAt: Date | null; lastUsedAt: Date | null }): string {
  if (revokedAt) return t('imified:token.revoked', { at: revokedAt.toISOString() });
  return lastUsedAt ? t('imified:token.used', { at: lastUsedAt.toISOString() }) : t('imified:token.unused');
}
