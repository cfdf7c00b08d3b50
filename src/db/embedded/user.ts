import { chownSync, readFileSync, statSync } from 'node:fs';

/** The unprivileged user that the server runs as when we are root: Postgres refuses to run as root. */
export type User = { name: string; uid: number; gid: number };

/** The owner of the folder if that is not root, else a user that most systems have; undefined when we are not root. */
export function whoRuns(home: string): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  const owner = statSync(home).uid;
  const named = (name: string) => users.find((user) => user.name === name);
  const user =
    users.find((one) => one.uid === owner && owner !== 0) ??
    named('turnout') ??
    named('postgres') ??
    named('nobody');
  if (!user) throw new Error('The embedded Postgres needs a user that is not root: add one named "turnout"');
  return user;
}

/** Gives the folder to the server's user, who must own it alone. */
export function ownFolder(home: string, user: User | undefined): void {
  const owner = statSync(home).uid;
  if (user && owner !== user.uid) chownSync(home, user.uid, user.gid);
  if (!user && process.getuid && owner !== process.getuid())
    throw new Error(`${home} belongs to another user (number ${owner}): start as that user, or as root`);
}

function readUsers(): User[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.name !== '' && user.uid > 0);
}
