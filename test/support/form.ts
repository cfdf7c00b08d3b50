import { type CheerioAPI, load } from 'cheerio';
import type { Agent } from './site.ts';

/** What a browser without JavaScript would send for a form as it stands in the page, in its order. */
export function valuesOf($: CheerioAPI, form: string): Record<string, string> {
  const values: Record<string, string> = {};
  $(form)
    .find('input[name], select[name], textarea[name]')
    .each((_, element) => {
      const field = $(element);
      const type = field.attr('type') ?? '';
      if (type === 'file') return;
      if ((type === 'checkbox' || type === 'radio') && field.attr('checked') === undefined) return;
      const value = field.val();
      // A text area drops the line break that its tag begins with.
      values[field.attr('name')!] = String(value ?? '').replace(/^\n/, '');
    });
  return values;
}

/** Fills in a form of a page and presses one of its buttons, as a browser does; a file goes last. */
export async function submit(
  agent: Agent,
  html: string,
  form: string,
  typed: Record<string, string> = {},
  { button = {}, file }: { button?: Record<string, string>; file?: Buffer } = {},
) {
  const $ = load(html);
  const post = agent.post($(form).attr('action')!);
  const values = { ...valuesOf($, form), ...typed, ...button };
  if ($(form).attr('enctype') !== 'multipart/form-data') return post.type('form').send(values);
  for (const [name, value] of Object.entries(values)) post.field(name, value);
  if (file) post.attach('image', file, { filename: 'picture.png', contentType: 'image/png' });
  return post;
}
