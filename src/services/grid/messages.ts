import type { T } from '../../words/words.ts';
import type { Warning } from './rules.ts';

/** Why a place on the grid is allowed but unwise, as a sentence. */
export const warningText = (t: T, { code, data }: Warning): string => t(`warnings:${code}`, data);
