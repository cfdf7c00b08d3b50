import { jsonOf } from '../shared/text.ts';

// A net below everything that is sent to Postgres: what it cannot hold (NUL; in JSON, half of a surrogate pair too) is taken out of every
// value, so that no column and no statement can forget to. What is text elsewhere loses halves by being made UTF-8.

/** What a statement is asked with (`pg.Client.query`, in all of its forms), with values that Postgres can hold. */
export const boundAsked = ([config, values, ...rest]: unknown[]): unknown[] => [
  isStatement(config) ? { ...config, values: config.values.map(bound) } : config,
  Array.isArray(values) ? values.map(bound) : values,
  ...rest,
];

const isStatement = (config: unknown): config is { values: unknown[] } =>
  typeof config === 'object' &&
  config !== null &&
  !('submit' in config) &&
  'values' in config &&
  Array.isArray(config.values);

/** A value as it is bound: a text without NUL, an object as JSON; lists one by one. */
export function bound(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '') : value;
  if (Array.isArray(value)) return value.map(bound);
  if (value === null || typeof value !== 'object') return value;
  const isOwn = value instanceof Date || ArrayBuffer.isView(value) || 'toPostgres' in value;
  return isOwn ? value : jsonOf(value);
}
