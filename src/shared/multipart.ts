import type { RequestHandler } from 'express';
import multer from 'multer';

/** Texts and lists of them, as of every form: `name[a]`, which multer makes an object of, is no field of ours. */
const flat = (body: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).filter(([, value]) => [value].flat().every((one) => typeof one === 'string')),
  );

/**
 * Reads a form of several parts with a reader of multer. What cannot be read is the client's error, as with the other forms: 413 where
 * something is too large or too many, 400 for the rest.
 */
export const readParts =
  (read: RequestHandler): RequestHandler =>
  (req, res, next) =>
    read(req, res, (error: unknown) => {
      if (req.body) req.body = flat(req.body);
      if (!error) return next();
      const isTooMuch = error instanceof multer.MulterError && error.code !== 'LIMIT_UNEXPECTED_FILE';
      next(Object.assign(error, { status: isTooMuch ? 413 : 400 }));
    });
