import type { RequestHandler } from 'express';
import multer from 'multer';

/**
 * Reads a form of several parts with a reader of multer. What cannot be read is the client's error, as with the other forms: 413 where
 * something is too large or too many, 400 for the rest.
 */
export const readParts =
  (read: RequestHandler): RequestHandler =>
  (req, res, next) =>
    read(req, res, (error: unknown) => {
      if (!error) return next();
      const isTooMuch = error instanceof multer.MulterError && error.code !== 'LIMIT_UNEXPECTED_FILE';
      next(Object.assign(error, { status: isTooMuch ? 413 : 400 }));
    });
