const most = 500;

/**
 * An error's text as it may be kept beside a job and shown to organisers: without addresses of people, without anything
 * that could be a key, without the values of a statement.
 */
export const readable = (text: string): string =>
  text
    .replace(/\nparams:[\s\S]*$/, '')
    .replace(/[^\s<>"'(),:;]+@[^\s<>"'(),:;]+/g, '…@…')
    .replace(/[\w-]{32,}/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, most);
