import type { Door } from '../../context.ts';
import { type Answers, clean, type Field, limits, readAnswers } from '../../shared/form.ts';
import type { Menu } from '../../shared/menu.ts';
import type { Issue } from '../../shared/result.ts';
import { type Member, type MemberInput, readMembers } from './members.ts';
import type { Answer, Ending, Move } from './settle.ts';

/** What a door gives to `register`. Texts are raw: they are read, and refused, by the command. */
export type RegisterInput = {
  event: string;
  name: string;
  email: string;
  /** Raw answers by question name. */
  answers: Record<string, unknown>;
  /** The whole party: who registers first, then the guests. Absent: one person, of whom nothing more is said. */
  members?: MemberInput[];
  /** Names of people to sit near, at a dinner. */
  near?: string;
  /** Show the name on the public attendee list. */
  listed?: boolean;
  /** The same key twice is one registration with one answer. */
  requestKey?: string;
  /** The token of a link for the wall by which the form was reached. */
  entrance?: string;
};

/** A request as it stands in an event's queue: who may ask has been decided before. */
export type Ask =
  | (Omit<RegisterInput, 'event'> & {
      kind: 'register';
      door: Door;
      /** Who sends it, as far as that is known: what limits count on. */
      personId?: number;
      addressId?: number;
      network?: string | null;
      /** To be answered the same, whoever the address is of: see evenly.ts. */
      even?: boolean;
      byOrganiser?: boolean;
      /** An organiser's guest gets a place even when all are taken. */
      beyond?: boolean;
      /** Of an import: these people were told elsewhere. */
      quiet?: boolean;
    })
  /** `quiet`: they are not written to. `many`: the cancellation of many that it is part of, or takes back. */
  | { kind: Move | Ending; id: number; by: By; quiet?: boolean; many?: number }
  /** `near` absent: left as it was. */
  | { kind: 'resize'; id: number; by: By; members: MemberInput[]; near?: string }
  | { kind: Answer; id: number }
  | { kind: 'capacity'; capacity: number | null; waitingList: boolean };

type By = 'self' | 'organiser' | 'unproved';

export type AskRegister = Extract<Ask, { kind: 'register' }>;

/** The fields that every registration has; their labels are in the catalogue under `fields:labels`. */
export const baseFields: Field[] = [
  { name: 'name', kind: 'text', label: '', required: true },
  { name: 'email', kind: 'email', label: '', required: true },
];

export type Entry = { name: string; email: string; answers: Answers; near: string };

/** Reads name, e-mail, the event's questions and the party; all problems are named at once. */
export function readEntry(
  { questions, menu }: { questions: Field[]; menu: Menu },
  ask: AskRegister,
): { entry: Entry; members: Member[]; issues: Issue[] } {
  const base = readAnswers(baseFields, { name: ask.name, email: ask.email });
  // An organiser who adds somebody at the door may not know every answer.
  const asked = ask.byOrganiser ? questions.map((field) => ({ ...field, required: false })) : questions;
  const own = readAnswers(asked, ask.answers);
  const party = readMembers(ask.members ?? [], menu);
  const near = readNear(ask.near);
  return {
    entry: {
      name: String(base.answers.name ?? ''),
      email: String(base.answers.email ?? ''),
      answers: own.answers,
      near: near.near,
    },
    members: party.members,
    issues: [...base.issues, ...own.issues, ...party.issues, ...near.issues],
  };
}

/** Reads with whom somebody would like to sit. */
export function readNear(raw: unknown): { near: string; issues: Issue[] } {
  const near = clean(raw).replace(/\s+/g, ' ');
  const issue = { field: 'near', code: 'too_long', data: { max: limits.text, length: near.length } };
  return { near, issues: near.length > limits.text ? [issue] : [] };
}
