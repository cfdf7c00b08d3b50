import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { Router } from 'express';
import { root } from '../shared/root.ts';

const folder = join(root, 'public');
const fonts = join(
  dirname(createRequire(import.meta.url).resolve('@fontsource-variable/bricolage-grotesque/package.json')),
  'files',
);

/** The style sheets in the order of their layers: one request instead of one a file. */
const sheets = [
  'tokens',
  'base',
  'layout',
  'components',
  'cards',
  'forms',
  'events',
  'schedule',
  'screen',
  'tickets',
  'party',
  'sessions',
  'organise',
  'grid-organise',
  'chat',
  'mail',
  'print',
];

/** Known by name, so that no other request has to look for a file. */
const atRoot = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `/${entry.name}`);

const css = sheets.map((name) => readFileSync(join(folder, 'css', `${name}.css`), 'utf8')).join('\n');
const version = hashOf(css);

/** The address of a file of `public`, which changes when any of them does: it can be kept for ever. */
export const assetUrl = (path: string): string => `/assets/${version}/${path}`;

/** `/assets/<version>/…`: style sheet, scripts, fonts, icons; and the few that browsers ask for at the root. */
export function assets(): Router {
  const router = Router();
  const forever = { immutable: true, maxAge: '1y', index: false } as const;
  router.get('/assets/:version/site.css', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=31536000, immutable').type('css').send(css);
  });
  router.use('/assets/:version/fonts', express.static(fonts, forever));
  router.use('/assets/:version', express.static(folder, forever));
  router.get(atRoot, express.static(folder, { index: false, maxAge: '1d', redirect: false }));
  return router;
}

function hashOf(text: string): string {
  const hash = createHash('sha256').update(text);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const path of files.map((file) => join(file.parentPath, file.name)).sort())
    hash.update(readFileSync(path));
  return hash.digest('hex').slice(0, 10);
}
