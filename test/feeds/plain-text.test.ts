import { expect, it } from 'vitest';
import { plainText } from '../../src/feeds/plain-text.ts';

it.each([
  ['', ''],
  ['One\ntwo\n\nthree', 'One\ntwo\n\nthree'],
  ['# A *head*\nand `code`, **bold**', 'A head\n\nand code, bold'],
  ['* one\n* two\n    1. a\n    2. b\n\nAfter', '- one\n- two\n  1. a\n  2. b\n\nAfter'],
  ['3. three\n4. four', '3. three\n4. four'],
  [
    'See [the site](https://example.org/a) or <https://example.org>',
    'See the site (https://example.org/a) or https://example.org',
  ],
  ['![A cat](https://example.org/cat.png)', 'A cat'],
  ['```js\nlet x;\n```\n\n> quoted', 'let x;\n\nquoted'],
  ['<b>not</b> & <script>x</script>', '<b>not</b> & <script>x</script>'],
  ['&#0;a&#xfffe;&amp;b', '\ufffda\ufffd&b'],
  ['[x](javascript:alert(1))', '[x](javascript:alert(1))'],
])('%j is read as %j', (markdown, text) => {
  expect(plainText(markdown)).toBe(text);
});
