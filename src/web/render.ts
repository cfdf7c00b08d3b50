import { join } from 'node:path';
import ejs from 'ejs';
import { root } from '../shared/root.ts';
import { t } from '../words/words.ts';
import { assetUrl } from './assets.ts';
import { icon } from './view/icons.ts';
import type { Tape } from './view/tape.ts';

/** What the layout needs of a page, and of the request that it answers. */
export type Frame = {
  title: string;
  path: string;
  /** The entry of the main navigation that the page belongs to. */
  section?: 'events' | 'chat' | 'me' | 'organise';
  description?: string;
  /** Absolute links for those who share the page; the image is a PNG, JPEG or WebP. */
  canonical?: string;
  image?: string;
  robots?: string;
  /** schema.org data about the page. */
  jsonLd?: object;
  /** A path of a calendar with what the page shows. */
  calendar?: string;
  who?: { name: string; organiser: boolean };
  flash?: Flash;
  /** The colour of the page's accents: its series'. */
  tape?: Tape;
  /** For tables and editors: the whole width of the window. */
  wide?: boolean;
  /** Nothing around it: for a wall. */
  bare?: boolean;
  /** Where a page without a script goes on to by itself. */
  refresh?: { seconds: number; url: string };
  /** A script of public/js that the page is better with; it works without. */
  script?: string;
};

export type Flash = { kind: 'ok' | 'info' | 'error'; text: string };

const views = join(root, 'views');
const compiled = new Map<string, ejs.TemplateFunction>();

/** Renders `views/<view>.ejs` with `page`, `t` and `icon`, then the layout around it. */
export function renderPage(view: string, page: object, frame: Frame): string {
  const body = template(view)({ page, t, icon, assetUrl });
  const jsonLd = frame.jsonLd && JSON.stringify(frame.jsonLd).replace(/</g, '\\u003c');
  return template('layout')({ frame: { ...frame, jsonLd }, body, t, icon, assetUrl });
}

/** Renders a part of a page alone, for a script to put in. */
export const renderPart = (view: string, page: object): string => template(view)({ page, t, icon, assetUrl });

function template(view: string): ejs.TemplateFunction {
  const known = compiled.get(view);
  if (known) return known;
  const filename = join(views, `${view}.ejs`);
  const made = ejs.compile(ejs.fileLoader(filename).toString(), { filename, root: views, cache: true });
  compiled.set(view, made);
  return made;
}
