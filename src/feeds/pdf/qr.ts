import type PDFDocument from 'pdfkit';
import QRCode from 'qrcode';

/** White around the code, in modules: ISO/IEC 18004 asks for four. */
const quiet = 4;

/** A QR code in a square of that size. */
export function drawQr(
  doc: InstanceType<typeof PDFDocument>,
  text: string,
  x: number,
  y: number,
  size: number,
) {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const one = size / (modules.size + 2 * quiet);
  doc.rect(x, y, size, size).fill('#fff');
  for (let row = 0; row < modules.size; row++)
    for (let from = 0; from < modules.size; from++) {
      const start = from;
      while (from < modules.size && modules.get(row, from)) from++;
      // Those side by side as one piece: no hairline shows between them.
      if (from > start)
        doc.rect(x + (start + quiet) * one, y + (row + quiet) * one, (from - start) * one, one);
    }
  doc.fill('#000');
}
