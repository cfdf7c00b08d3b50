import MarkdownIt, { type Token } from 'markdown-it';
import { clean } from '../shared/form.ts';

const markdown = new MarkdownIt({ html: false, linkify: false });

/** Markdown as the text that it is read as, for programs that show no markup: paragraphs, lists with dashes, links in brackets. */
export function plainText(text: string): string {
  const lists: { number?: number }[] = [];
  let begun = '';
  let made = '';
  const add = (words: string, end: string) => {
    made += `${begun}${words}${end}`;
    begun = '';
  };
  for (const token of markdown.parse(text, {})) {
    if (token.type === 'bullet_list_open') lists.push({});
    if (token.type === 'ordered_list_open') lists.push({ number: Number(token.attrGet('start') ?? 1) });
    if (/_list_close$/.test(token.type) && lists.pop() && lists.length === 0) made += '\n';
    if (token.type === 'list_item_open') begun = bullet(lists);
    if (token.type === 'inline') add(inline(token.children ?? []), lists.length > 0 ? '\n' : '\n\n');
    if (token.type === 'fence' || token.type === 'code_block') add(token.content.trimEnd(), '\n\n');
  }
  return clean(made.replace(/\n{3,}/g, '\n\n'));
}

function bullet(lists: { number?: number }[]): string {
  const list = lists.at(-1)!;
  const mark = list.number === undefined ? '-' : `${list.number++}.`;
  return `${'  '.repeat(lists.length - 1)}${mark} `;
}

function inline(tokens: Token[]): string {
  let made = '';
  let link = { href: '', from: 0 };
  for (const token of tokens) {
    if (token.type === 'text' || token.type === 'code_inline') made += token.content;
    if (token.type === 'softbreak' || token.type === 'hardbreak') made += '\n';
    if (token.type === 'image') made += token.content;
    if (token.type === 'link_open') link = { href: String(token.attrGet('href') ?? ''), from: made.length };
    if (token.type === 'link_close' && made.slice(link.from) !== link.href) made += ` (${link.href})`;
  }
  return made;
}
