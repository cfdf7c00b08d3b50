import QRCode from 'qrcode';

/** White around the code, in modules: ISO/IEC 18004 asks for four. */
const quiet = 4;

/** A QR code as an SVG that names itself to screen readers. Dark on white in either scheme: scanners expect that. */
export function qrSvg(text: string, label: string): string {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const rows = Array.from({ length: modules.size }, (_, y) => rowPath(modules, y));
  const whole = modules.size + 2 * quiet;
  return `<svg class="qr" role="img" aria-label="${escaped(label)}" viewBox="0 0 ${whole} ${whole}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${whole}v${whole}H0z"/><path fill="#000" d="${rows.join('')}"/></svg>`;
}

/** A row's dark modules, those side by side as one piece: no hairline shows between them. */
function rowPath({ size, data }: { size: number; data: ArrayLike<number | boolean> }, y: number): string {
  let pieces = '';
  for (let x = 0; x < size; x++) {
    const start = x;
    while (x < size && data[y * size + x]) x++;
    if (x > start) pieces += `M${start + quiet} ${y + quiet}h${x - start}v1h-${x - start}z`;
  }
  return pieces;
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
