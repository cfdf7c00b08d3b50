/**
 * Where a spreadsheet would begin a cell with what it takes for a formula: at the start of a text, and behind each semicolon, tab and
 * end of a line, at which others split a file than the commas that it was written with; also within quotes, which are none to them.
 */
const formula = /(^|[;\t\r\n])(?="*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** A text of which no spreadsheet makes a formula, whatever it splits a line at: an apostrophe stands before what would be one. */
export function neutral(text: string): string {
  if (!risky.test(text)) return text;
  const safe = text.replace(formula, "$1'");
  return /^[\t\r\n]/.test(safe) ? `'${safe}` : safe;
}

const risky = /[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]/;
