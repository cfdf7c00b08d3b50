import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

const markdown = new MarkdownIt({ html: false, linkify: true, typographer: true });

/**
 * Markdown that an organiser wrote, as HTML that may stand in a page. Headings begin below the page's own; an image is a
 * link to itself, as it would tell another host who reads the page.
 */
export function markdownHtml(text: string): string {
  return sanitizeHtml(markdown.render(text), {
    allowedTags: [...blocks, ...spans],
    allowedAttributes: { a: ['href', 'rel'], ol: ['start'] },
    allowedSchemes: ['http', 'https', 'mailto', 'xmpp', 'tel'],
    transformTags: {
      h1: 'h3',
      h2: 'h3',
      h3: 'h4',
      h4: 'h5',
      a: sanitizeHtml.simpleTransform('a', { rel }),
      img: (_tag, { src = '', alt }) => ({ tagName: 'a', attribs: { href: src, rel }, text: alt || src }),
    },
  });
}

const rel = 'nofollow noopener ugc';

const blocks = [
  'p',
  'ul',
  'ol',
  'li',
  'blockquote',
  'pre',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
];
const spans = ['a', 'em', 'strong', 'code', 'br', 's'];
