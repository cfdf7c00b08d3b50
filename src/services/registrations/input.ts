import type { Door } from '../../context.ts';
import { type Answers, type Field, readAnswers } from '../../shared/form.ts';
import type { Issue } from '../../shared/result.ts';

/** What a door gives to `register`. Texts are raw: they are read, and refused, by the command. */
export type RegisterInput = {
  event: string;
  name: string;
  email: string;
  /** Raw answers by question name. */
  answers: Record<string, unknown>;
  /** Show the name on the public attendee list. */
  listed?: boolean;
  /** The same key twice is one registration with one answer. */
  requestKey?: string;
};

/** A request as it stands in an event's queue: who may ask has been decided before. */
export type Ask =
  | (Omit<RegisterInput, 'event'> & {
      kind: 'register';
      door: Door;
      addressId?: number;
      byOrganiser?: boolean;
      /** An organiser's guest gets a place even when all are taken. */
      beyond?: boolean;
    })
  | { kind: 'cancel' | 'give_place' | 'to_waiting' | 'to_front'; id: number; by: 'self' | 'organiser' }
  | { kind: 'capacity'; capacity: number | null; waitingList: boolean };

export type AskRegister = Extract<Ask, { kind: 'register' }>;

/** The fields that every registration has; their labels are in the catalogue under `fields:labels`. */
export const baseFields: Field[] = [
  { name: 'name', kind: 'text', label: '', required: true },
  { name: 'email', kind: 'email', label: '', required: true },
];

/** The words that a question may not use as its name: fields of the form, and what every object has. */
export const reservedNames = ['name', 'email', 'listed', 'nonce', 'event', 'constructor'];

export type Entry = { name: string; email: string; answers: Answers };

/** Reads name, e-mail and the event's questions; all problems are named at once. */
export function readEntry(questions: Field[], ask: AskRegister): { entry: Entry; issues: Issue[] } {
  const base = readAnswers(baseFields, { name: ask.name, email: ask.email });
  // An organiser who adds somebody at the door may not know every answer.
  const asked = ask.byOrganiser ? questions.map((field) => ({ ...field, required: false })) : questions;
  const own = readAnswers(asked, ask.answers);
  return {
    entry: {
      name: String(base.answers.name ?? ''),
      email: String(base.answers.email ?? ''),
      answers: own.answers,
    },
    issues: [...base.issues, ...own.issues],
  };
}
