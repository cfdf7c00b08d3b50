import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Sends a PDF as it is made. */
export async function sendPdf(res: Response, filename: string, pdf: NodeJS.ReadableStream) {
  res.set('Content-Type', 'application/pdf').set('Content-Disposition', `inline; filename="${filename}"`);
  try {
    await pipeline(pdf, res);
  } catch (error) {
    // Whoever went away before the end wants no more of it, and made no fault of ours.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
