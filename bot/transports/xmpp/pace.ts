/** How long things take, in milliseconds, and how much of them there may be. */
export const usual = {
  /** From the first byte to a stream that stanzas may be sent over. */
  connectWithin: 20_000,
  /** The first wait before connecting again; doubled each time, up to the most, and drawn by lot from its upper half. */
  backoff: 1_000,
  backoffMost: 60_000,
  /** The wait after what does not pass by itself: another one logged in as us, wrong credentials, no encryption. */
  backoffSlow: 300_000,
  /** After so much silence the server is asked whether it is there, and has so long to answer. */
  pingEvery: 30_000,
  pingWithin: 10_000,
  /** How long `send` waits for the server to say that it has a message. */
  confirmWithin: 20_000,
  /** How long an answer is tried to be given while there is no connection. */
  answerWithin: 300_000,
  /** A message that comes again so long after its answer is answered again, in the same words: it was not heard. */
  again: 4_000,
  /** Work that takes longer is shown as typing, and at last given up. */
  typingAfter: 300,
  workWithin: 60_000,
  /** After so long what could not be answered is not tried again: its sender is told. */
  retryWithin: 4_000,
  finishWithin: 8_000,
  /** Messages in work at once, and how many may wait before the server is read no further. */
  atOnce: 16,
  waiting: 200,
  /** Messages a minute that are answered: to one person, and to all of one server together. */
  perPerson: 40,
  perDomain: 3_000,
  /** How often the list of rooms and their news are looked at, and the lines a minute that are answered in one. */
  roomsEvery: 10_000,
  perRoom: 20,
};
export type Pace = typeof usual;
