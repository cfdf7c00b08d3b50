import pg from 'pg';
import { jsonOf } from '../shared/text.ts';

// A net below everything that is sent to Postgres: what it cannot hold (NUL; in JSON, half of a surrogate pair too) is taken out of every
// value, so that no column and no statement can forget to. What is text elsewhere loses halves by being made UTF-8.

/** A connection whose statements are given values that Postgres can hold. */
export class BindingClient extends pg.Client {
  // All of the ways in which it can be called pass through here, those of a pool and of drizzle too.
  // biome-ignore lint/suspicious/noExplicitAny: the many forms of node-postgres' own method.
  override query(config: any, values?: any, callback?: any): any {
    const given = isStatement(config) ? { ...config, values: config.values.map(bound) } : config;
    const bounds = Array.isArray(values) ? values.map(bound) : values;
    return (pg.Client.prototype.query as (...args: unknown[]) => unknown).call(this, given, bounds, callback);
  }
}

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
