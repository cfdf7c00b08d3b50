// The database's tables, a file a noun.

export * from './schema/announcements.ts';
export * from './schema/chatrooms.ts';
export * from './schema/chats.ts';
export * from './schema/dinners.ts';
export * from './schema/entrances.ts';
export * from './schema/events.ts';
export * from './schema/grid.ts';
export * from './schema/limits.ts';
export * from './schema/notices.ts';
export * from './schema/people.ts';
export * from './schema/programs.ts';
export * from './schema/registrations.ts';
export * from './schema/sessions.ts';
export * from './schema/site.ts';
