import { createWriteStream, existsSync, rmSync } from 'node:fs';
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
  const chunks = Readable.from(made.chunks);
  if (!values.output) return pipeline(chunks, process.stdout, { end: false });
  await writeFile(chunks, values.output);
  cli.say(t('cli:export.done', { file: values.output }));
};

/** A file that is there is somebody's, and what is in this one is for nobody else. One that is not whole is taken away again. */
async function writeFile(chunks: Readable, file: string): Promise<void> {
  if (existsSync(file)) throw new Problem(t('cli:export.there', { file }));
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  let made = false;
  let failure: NodeJS.ErrnoException | undefined;
  target
    .once('open', () => {
      made = true;
    })
    .once('error', (error) => {
      failure = error;
    });
  try {
    await pipeline(chunks, target);
  } catch (error) {
    if (made) rmSync(file, { force: true });
    // What the database says is told by whoever asked it.
    if (error !== failure) throw error;
    throw new Problem(t('cli:export.unwritable', { file, why: failure?.code ?? failure?.message }));
  }
}
