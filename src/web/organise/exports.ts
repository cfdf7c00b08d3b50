import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { type ExportFormat, exportAttendees, exportFormats } from '../../services/registrations/export.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site } from '../http.ts';
import { deskUrl } from '../view/organise/desk.ts';
import { queryOf, readBack } from './attendee-url.ts';
import { chooseColumns, chosenColumns, readColumnList } from './columns.ts';
import type { Guarded } from './guard.ts';

/** The attendee list as a file, with the filter of the list's URL; and the columns that it has. */
export function exports(_site: Site, routes: Guarded) {
  for (const format of exportFormats)
    routes.get(`/organise/events/:slug/attendees.${format}`, 'manage', (req, res) => send(req, res, format));

  routes.post('/organise/events/:slug/columns', 'manage', async (req, res) => {
    await chooseColumns(req, req.body?.column);
    const { params, at } = readBack(req.event.questions, req.body?.back);
    const query = queryOf({ ...params, ...at, said: 'columns_chosen' });
    res.redirect(303, deskUrl(req.event, `/attendees${query}#columns`));
  });
}

async function send(req: Request, res: Response, format: ExportFormat) {
  const columns = readColumnList(req, req.query.column) ?? chosenColumns(req);
  const made = await exportAttendees(req.ctx, req.event.slug, {
    ...{ format, columns, t },
    filter: req.query,
    rows: req.query.rows,
  });
  if (!made.ok) return refusePage(res, made.refusal);
  const { filename, type, chunks } = made.value;
  res.set('Content-Type', type).set('Content-Disposition', `attachment; filename="${filename}"`);
  try {
    await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }), res);
  } catch (error) {
    // Whoever went away before the end wants no more of it, and made no fault of ours.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
