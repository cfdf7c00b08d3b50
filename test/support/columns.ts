/**
 * What becomes of each column that holds text when somebody is forgotten:
 * `erased`: the row, or what stands there, goes · `anonymised`: the row stays for others or for the counts, and names nobody ·
 * `kept`: it is others' · `none`: nothing of a person is ever in it. The words are told in docs/privacy.md.
 */
export type Decision = 'erased' | 'anonymised' | 'kept' | 'none';

type Decided = { [column: string]: [Decision, why: string] };

const none = (why: string): [Decision, string] => ['none', why];
const word = none('a word of a fixed list');
const withRow = (row: string): [Decision, string] => ['erased', `goes with ${row}`];
const organisers = (what: string): [Decision, string] => ['kept', `organisers' words: ${what}`];
const queue = none("the queue's own name");

/** By schema and table, in the order of docs/privacy.md. A new column that holds text is added here. */
export const columns: Record<string, Decided> = {
  'public.people': {
    email: ['anonymised', 'becomes forgotten-N@nobody.invalid, which nobody can have'],
    name: ['anonymised', 'becomes –'],
    zone: ['erased', 'emptied'],
    muted: ['erased', 'emptied'],
    language: ['erased', 'emptied'],
  },
  'public.addresses': {
    uri: ['erased', 'chat addresses that are theirs, only say so, or were and are nobody’s now'],
    language: withRow('the address'),
  },
  'public.conversations': {
    address: ['erased', 'of their addresses'],
    state: ['erased', 'of their addresses; in the forms of others their e-mail and full name become –'],
  },
  'public.inbox': {
    address: ['erased', 'of their addresses'],
    key: withRow('the answer'),
    replies: ['erased', 'of their addresses; in the answers to others their e-mail and full name become –'],
  },
  'public.chat_messages': {
    address: ['erased', 'of their addresses'],
    key: withRow('the message'),
    author: word,
    text: ['erased', 'of their addresses; in the chats of others their e-mail and full name become –'],
    choices: ['erased', 'as the text'],
    asks: ['erased', 'as the text'],
    language: word,
  },
  'public.chat_codes': { hash: withRow('the code'), email: ['erased', 'codes shown or mailed to them'] },
  'public.sign_ins': { email: ['erased', 'links mailed to them'], next: withRow('the link') },
  'public.web_sessions': { sid: withRow('the session'), sess: ['erased', 'in every browser'] },
  'public.gateway_users': { network: withRow('the name'), user: ['erased', 'their name on the gateway'] },
  'public.pushes': { text: ['erased', 'what programs wrote to them'] },
  'public.limits': { key: none('a limit’s name and a keyed hash; gone within a day') },
  'public.roles': { role: word },
  'public.registrations': {
    name: ['anonymised', 'becomes –; that somebody was registered still counts'],
    answers: ['erased', 'emptied'],
    near: ['erased', 'emptied; their name goes out of the wishes of others'],
    request_key: ['erased', 'emptied'],
    state: word,
    door: word,
    cancelled_by: word,
    cancelled_from: word,
  },
  'public.members': {
    name: ['erased', 'with who came along'],
    diets: ['erased', 'with who came along'],
    diet_other: ['erased', 'with who came along'],
    choices: ['erased', 'with who came along'],
  },
  'public.restaurant_sheets': {
    content: ['anonymised', 'how many is kept; a diet in their own words becomes –'],
  },
  'public.sessions': {
    title: ['anonymised', 'becomes – where they held it alone; what others hold too stays theirs'],
    abstract: ['erased', 'where they held it alone'],
    features: ['erased', 'where they held it alone'],
    tags: ['erased', 'where they held it alone'],
    links: ['erased', 'where they held it alone'],
    request_key: ['erased', 'emptied'],
    search: ['erased', 'made of title and text'],
    kind: word,
    level: word,
    language: word,
  },
  'public.session_hosts': { name: ['anonymised', 'becomes –; beside other hosts it goes'] },
  'public.notices': { key: withRow('the notice'), kind: word, data: withRow('the notice') },
  'public.announcements': {
    text: organisers('said to everyone of an event; who wrote it is not on file any more'),
    request_key: ['erased', 'emptied'],
    audience: word,
  },
  'public.grid_changes': {
    request_key: ['erased', 'emptied'],
    before: none('a room and times'),
    after: none('a room and times'),
    kind: word,
  },
  'public.events': {
    ...Object.fromEntries(
      [
        'slug',
        'name',
        'summary',
        'description',
        'cost',
        'deposit',
        'cancel_message',
        'questions',
        'menu',
      ].map((column) => [column, organisers('what an event says')]),
    ),
    request_key: none('a random number of the form that made it'),
    venue_name: organisers('where an event is'),
    venue_address: organisers('where an event is'),
    venue_url: organisers('where an event is'),
    kind: word,
    zone: word,
    state: word,
    line: word,
  },
  'public.series': {
    slug: organisers('what a series says'),
    name: organisers('what a series says'),
    summary: organisers('what a series says'),
  },
  'public.images': { type: word, bytes: organisers('the picture of an event') },
  'public.rooms': { name: organisers('a room'), features: organisers('what is in a room') },
  'public.slots': { title: organisers('what all do together') },
  'public.dinner_tables': { name: organisers('a table') },
  'public.chatrooms': { jid: organisers('the address of a room for many') },
  'public.api_tokens': { name: none('the name of a program') },
  'public.bot_status': {
    status: none('what the bot shows of itself'),
    message: none('what the bot shows of itself'),
  },
  'public.settings': { name: word, value: none('fingerprints of the site') },
  'public.demo_rows': { kind: word, fingerprint: none('a fingerprint of what the demo made') },
  'graphile_worker._private_jobs': {
    payload: ['erased', 'jobs that are about them; a payload holds ids'],
    last_error: ['erased', 'with the job; addresses are taken out before it is kept'],
    key: ['erased', 'with the job'],
    locked_by: queue,
    flags: queue,
  },
  'graphile_worker._private_job_queues': { queue_name: queue, locked_by: queue },
  'graphile_worker._private_tasks': { identifier: queue },
  'graphile_worker._private_known_crontabs': { identifier: queue },
  'drizzle.__drizzle_migrations': { hash: none('which migrations have run') },
};
