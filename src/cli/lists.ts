import { createWriteStream, existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type ExportFormat, exportAttendees, exportFormats } from '../services/registrations/export.ts';
import { t } from '../words/words.ts';
import { needed, orProblem, Problem, type Verb } from './verb.ts';

/** `export SLUG [--format csv|xlsx|json] [--output FILE]`: to standard output unless a file is named. */
export const exportList: Verb = async (cli, args) => {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { format: { type: 'string', default: 'csv' }, output: { type: 'string' } },
  });
  const format = exportFormats.find((one) => one === values.format) as ExportFormat | undefined;
  if (!format) throw new Problem(t('cli:usage'));
  const made = orProblem(await exportAttendees(cli.ctx, needed(positionals[0]), { format, t }));
  // A file that is there is somebody's, and what is in this one is for nobody else.
  if (values.output && existsSync(values.output))
    throw new Problem(t('cli:export.there', { file: values.output }));
  const options = { flags: 'wx', mode: 0o600 };
  const target = values.output ? createWriteStream(values.output, options) : process.stdout;
  await pipeline(Readable.from(made.chunks), target, { end: values.output !== undefined });
  if (values.output) cli.say(t('cli:export.done', { file: values.output }));
};
