/** A label's key and its text. */
export type Row = [key: string, text: string];

/** What one process has to say in the announcement. */
export type Part = { rows: Row[]; howTo?: string };

/** `first`: at its first start a child also fills a new database (where `seeds`), and says where it is to be found. */
export type Start = { databaseUrl: string; embedded: boolean; first: boolean; seeds: boolean };

/** What the parent tells a child. */
export type Order = { start: Start } | { stop: true } | { ping: true };

/** What a child tells its parent. `mistake`: it could not start, by something that an operator can mend, and has said so. */
export type Report = { ready: Part } | { mistake: true } | { pong: true };
