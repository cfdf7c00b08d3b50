import { mostLinks, sessionFields } from '../../services/sessions/input.ts';
import type { Session } from '../../services/sessions/queries.ts';
import { revisionOf } from '../../services/sessions/rules.ts';
import { languageName } from '../../shared/languages.ts';

export type LinkRow = { kind: string; url: string; title: string };
/** A session's form as it is typed: texts by field name, the rows of its links, and who is to be taken off. */
export type SessionForm = { typed: Record<string, string>; links: LinkRow[]; unhost: number[] };

const names = sessionFields.map((field) => field.name);

/** Reads a submitted form. Rows are `links.<n>.<part>`; those in which nothing is typed are left out. */
export function readSessionForm(body: Record<string, unknown>): SessionForm {
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : '');
  const links = Array.from({ length: mostLinks }, (_, n) => ({
    kind: text(`links.${n}.kind`),
    url: text(`links.${n}.url`),
    title: text(`links.${n}.title`),
  }));
  const unhost = [body.unhost].flat().filter((one) => typeof one === 'string' && /^\d{1,9}$/.test(one));
  return {
    typed: Object.fromEntries([...names, 'email', 'seen', 'was'].map((name) => [name, text(name)])),
    links: links.filter((row) => row.url.trim() || row.title.trim()),
    unhost: unhost.map(Number),
  };
}

/** The form of a session as it is on file. `seen` is its revision, `was` the form itself: what the editor sees. */
export function sessionForm(session: Session): SessionForm {
  const typed: Record<string, string> = {
    title: session.title,
    abstract: session.abstract,
    kind: session.kind,
    minutes: session.minutes === null ? '' : String(session.minutes),
    level: session.level,
    language: languageName(session.language),
    features: session.features.join(', '),
    tags: session.tags.join(', '),
  };
  const links = session.links.map(({ kind, url, title }) => ({ kind, url, title }));
  const was = JSON.stringify({ ...typed, links: linksText(links) });
  return { typed: { ...typed, email: '', seen: revisionOf(session), was }, links, unhost: [] };
}

/** The form on top of the session as it is now: what was typed is kept, what was left alone follows the session. */
export function rebased(form: SessionForm, session: Session): SessionForm {
  const now = sessionForm(session);
  const was = readWas(form.typed.was!);
  const untouched = (name: string, text: string) => same(was[name], text);
  const texts = names.map((name) => [
    name,
    untouched(name, form.typed[name]!) ? now.typed[name]! : form.typed[name]!,
  ]);
  return {
    ...form,
    typed: { ...form.typed, ...Object.fromEntries(texts), seen: now.typed.seen!, was: now.typed.was! },
    links: untouched('links', linksText(form.links)) ? now.links : form.links,
  };
}

/** Where the session as it is now and the form say different things; `theirs` is the session's. */
export function differences(form: SessionForm, session: Session) {
  const now = sessionForm(session);
  const all = [
    ...names.map((name) => ({ name, theirs: now.typed[name]!, yours: form.typed[name]! })),
    { name: 'links', theirs: linksText(now.links), yours: linksText(form.links) },
  ];
  return all.filter((one) => !same(one.theirs, one.yours));
}

const linksText = (links: LinkRow[]): string =>
  links.map(({ kind, url, title }) => [kind, title, url].filter(Boolean).join(' · ')).join('\n');

const plain = (text: string) => text.replace(/\r\n?/g, '\n').trim();
const same = (a: unknown, b: string): boolean => typeof a === 'string' && plain(a) === plain(b);

/** What came back of it may be anything. */
function readWas(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
