import type { Base } from '../context.ts';
import { quietFor } from '../services/people/rules.ts';
import { markPushed } from '../services/programs/commands.ts';
import { pushToSend } from '../services/programs/queries.ts';
import type { Deliver } from '../shared/chat.ts';
import { enqueue } from './enqueue.ts';
import { insist } from './timer.ts';

/** Sends what a program has written to somebody; not in their quiet hours, and not to whoever has said `stop` since. */
export async function chatPush(
  { base, deliver, signal }: { base: Base; deliver: Deliver; signal: AbortSignal },
  id: number,
): Promise<void> {
  const push = await pushToSend(base.db, id);
  if (!push) return;
  const until = quietFor(push, base.now());
  if (until) return enqueue(base.db, 'chat_push', { push: id }, { runAt: until });
  await deliver(push.uri, `push-${id}`, { text: push.text });
  await insist(() => markPushed(base, id), signal);
}
