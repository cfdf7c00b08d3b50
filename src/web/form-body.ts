import type { IncomingMessage } from 'node:http';
import express, { type Request, type RequestHandler, type Response } from 'express';
import multer from 'multer';
import { readParts } from '../shared/multipart.ts';

/** Bytes of text that a form may have, percent-encoding taken off: of everybody's, and of an organiser's. */
export const mostText = 64 * 1024;
export const mostOrganisersText = 300 * 1024;

/** No form has as many fields: a party of twenty with its dishes and thirty questions comes near. */
const mostFields = 2000;

/** Reads a form's fields as flat texts, or lists of them. What is too much is refused, by its path, before it is taken apart. */
export function formBody(): RequestHandler {
  const everybodys = reader(mostText);
  const organisers = reader(mostOrganisersText);
  return (req, res, next) => (req.path.startsWith('/organise/') ? organisers : everybodys)(req, res, next);
}

/** A letter of another script is three bytes of text, and nine on the way: what is counted is what was written. */
const reader = (most: number) =>
  express.urlencoded({
    extended: false,
    limit: most * 3,
    parameterLimit: mostFields,
    verify: (_req: IncomingMessage, _res, body) => {
      if (textBytes(body) > most) throw Object.assign(new Error('too much text'), { status: 413 });
    },
  });

function textBytes(body: Buffer): number {
  let bytes = body.length;
  for (const byte of body) if (byte === 0x25) bytes -= 2;
  return bytes;
}

/** Bytes of a form in parts of which the texts are kept when it cannot be taken: an image of the usual size comes with it. */
const mostParts = 12 * 1024 * 1024;

const readTexts = readParts(
  multer({
    limits: { fields: 500, fieldSize: mostOrganisersText, files: 5 },
    fileFilter: (_req, _file, done) => done(null, false),
  }).any(),
);

/** Reads what was typed into a form in parts that nobody has read yet, without its files; the request is not going to be done. */
export async function readTyped(req: Request, res: Response): Promise<void> {
  const isUnread = req.body === undefined && !req.readableEnded && req.is('multipart/form-data');
  if (!isUnread || !(Number(req.get('content-length')) <= mostParts)) return;
  await new Promise<void>((resolve) => void readTexts(req, res, () => resolve()));
}
