import type { Request, RequestHandler } from 'express';
import multer from 'multer';
import { keepImage, largestImage } from '../../services/events/images.ts';
import { readParts } from '../../shared/multipart.ts';
import { invalid, ok, type Result } from '../../shared/result.ts';

declare global {
  namespace Express {
    interface Request {
      /** The file of the form was larger than we read. */
      tooLarge?: boolean;
    }
  }
}

const read = readParts(
  multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: largestImage, files: 1, fields: 400, fieldSize: 64 * 1024 },
  }).single('image'),
);

/** Reads a form with an image. One that is too large stops the reading: the file comes last, so that every text is there. */
export const formWithImage: RequestHandler = (req, res, next) => {
  read(req, res, (error: unknown) => {
    if (!(error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE')) return next(error);
    req.tooLarge = true;
    next();
  });
};

/** The id of the image that the form asks for, as a text: the one just sent, else the one from before, else none. */
export async function imageOf(req: Request): Promise<Result<string>> {
  if (req.tooLarge) return invalid([{ field: 'image', code: 'image_large' }]);
  if (req.file) {
    const kept = await keepImage(req.ctx, req.file.buffer);
    return kept.ok ? ok(String(kept.value.id)) : kept;
  }
  const before = String(req.body?.imageId ?? '');
  return ok(req.body?.removeImage === 'yes' || !/^\d{1,9}$/.test(before) ? '' : before);
}
