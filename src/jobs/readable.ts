import { cut, whole } from '../shared/text.ts';

const most = 500;

/**
 * An error's text as it may be kept beside a job and shown to organisers: without addresses of people, without anything
 * that could be a key, without the values of a statement.
 */
export const readable = (text: string): string =>
  cut(
    whole(cut(text, most * 20))
      .replace(/\nparams:[\s\S]*$/, '')
      .replace(/[^\s<>"'(),:;]+/g, (word) => (/.@./.test(word) ? '…@…' : word))
      .replace(/[\w-]{32,}/g, '…')
      .replace(/\s+/g, ' ')
      .trim(),
    most,
  );
