import type { Base } from '../context.ts';
import { markPushed } from '../services/programs/commands.ts';
import { pushToSend } from '../services/programs/queries.ts';
import type { Deliver } from '../shared/chat.ts';
import { insist } from './timer.ts';

/** Sends what a program has written to somebody, once the network has it; not to whoever has said `stop` since. */
export async function chatPush(
  { base, deliver, signal }: { base: Base; deliver: Deliver; signal: AbortSignal },
  id: number,
): Promise<void> {
  const push = await pushToSend(base.db, id);
  if (!push) return;
  await deliver(push.uri, `push-${id}`, { text: push.text });
  await insist(() => markPushed(base, id), signal);
}
