import type { Reply } from '../../../src/shared/chat.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as HTML that a gateway makes lines of: what people have written can be no tag of its own. */
export const html = (text: string): string =>
  text.replace(/[&<>"]/g, (one) => entities[one]!).replace(/\n/g, '<br>');

/**
 * The answer to a call. At its end `<reset>` where no dialogue is under way: the gateway then counts from 1 again. Where it took the call
 * for another step than it was, `<goto=N>` says which the next one is.
 */
export function answerOf(replies: Reply[], step?: number): string {
  const asks = replies.at(-1)?.asks;
  const said = replies.map(({ text }) => html(text)).join('<br><br>');
  if (!asks) return `${said}<reset>`;
  return step === undefined || step === asks.turn ? said : `${said}<goto=${asks.turn + 1}>`;
}
