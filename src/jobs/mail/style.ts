import type { Mood } from '../../shared/message.ts';

// The site's paper, ink and tape (public/css/tokens.css), as mail programs need them: on each element, as many drop
// style sheets; and a sheet for those that know of dark mode. No colour of text or ground is left to the program.

export const tapes: Record<Mood, string> = {
  good: '#4f9d5c',
  wait: '#6a6ae0',
  bad: '#e2503a',
  change: '#efa827',
  plain: '#2a9ba3',
};

const font = "'Bricolage Grotesque','Avenir Next','Segoe UI',system-ui,sans-serif";

export const css = {
  paper: `margin:0;padding:24px 12px;background:#f6efe1;color:#1b1a24;font:400 17px/1.5 ${font};`,
  card: 'max-width:560px;margin:0 auto;background:#fffdf7;border:1px solid #d8ccb4;border-radius:4px;',
  tape: 'width:112px;height:14px;margin-left:24px;',
  inner: 'padding:20px 24px 28px;',
  word: 'margin:0 0 20px;font-weight:800;font-size:18px;letter-spacing:-0.5px;',
  wordTape: 'display:inline-block;padding:0 8px;margin-left:-8px;background:#efa827;color:#17181f;',
  heading: 'margin:0 0 20px;font-weight:800;font-size:28px;line-height:1.15;',
  text: 'margin:0 0 20px;white-space:pre-line;',
  facts: 'margin:0 0 20px;',
  label: 'margin:0;font-size:14px;color:#57524c;',
  fact: 'margin:0 0 10px;font-weight:600;white-space:pre-line;',
  button:
    'display:inline-block;padding:12px 20px;border-radius:4px;background:#1b1a24;color:#fffdf7;font-weight:700;text-decoration:none;',
  stub: 'margin:0 0 20px;padding:20px;border:2px dashed #857b6a;border-radius:4px;text-align:center;',
  code: 'display:inline-block;background:#ffffff;border:0;',
  digits:
    'margin:0 0 20px;padding:12px;border:2px dashed #857b6a;border-radius:4px;text-align:center;font:700 32px/1.2 ui-monospace,monospace;letter-spacing:6px;',
  quote: 'margin:0 0 20px;padding:4px 0 4px 16px;border-left:4px solid #857b6a;white-space:pre-line;',
  link: 'color:inherit;',
  footer: 'max-width:512px;margin:20px auto 0;font-size:14px;color:#57524c;',
  line: 'margin:0 0 8px;',
  sheet: `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.paper{background:#0e1320!important;color:#f4eddd!important}
.card{background:#171e30!important;border-color:#2d3650!important}
.soft{color:#b6b3ad!important}
.button{background:#f4eddd!important;color:#12172a!important}
.stub{border-color:#7a83a0!important}
}`,
};
