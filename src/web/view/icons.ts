/** Line drawings on a grid of 24, in the colour of the text around them. */
const paths = {
  'arrow-left': 'M19 12H5m6-7-7 7 7 7',
  'arrow-right': 'M5 12h14m-6-7 7 7-7 7',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v5M16 3v5',
  chat: 'M4 5h16v11H10l-5 4v-4H4z',
  check: 'M4 12.5l5.5 5.5L20 6',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2',
  coin: 'M12 5c4.4 0 8 1.1 8 2.5S16.4 10 12 10 4 8.9 4 7.5 7.6 5 12 5zM4 7.5v9C4 17.9 7.6 19 12 19s8-1.1 8-2.5v-9M4 12c0 1.4 3.6 2.5 8 2.5s8-1.1 8-2.5',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  cross: 'M5 5l14 14M19 5L5 19',
  door: 'M6 21V4l9-1v18M3 21h18M15 5h3v16M12 12v1',
  download: 'M12 4v11m-5-5 5 5 5-5M5 20h14',
  edit: 'M4 20l1-5L16 4l4 4L9 19zM13 7l4 4',
  error: 'M12 2.5l9.5 9.5-9.5 9.5L2.5 12zM12 8v4.5M12 16v.2',
  eye: 'M2 12c3-5 6.5-7 10-7s7 2 10 7c-3 5-6.5 7-10 7s-7-2-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  filter: 'M4 5h16l-6 8v6l-4-2v-4z',
  'fork-knife': 'M7 3v18M4 3v5a3 3 0 0 0 6 0V3M17 21v-7h-3c0-6 1-9 3-11z',
  hourglass: 'M6 3h12M6 21h12M7 3c0 6 10 12 10 18M17 3c0 6-10 12-10 18',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.5v.2',
  key: 'M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11.5 12.5L4 20v1h3v-3h3v-3M16 8v.5',
  laptop: 'M5 5h14v10H5zM2 19h20',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  mail: 'M3 5h18v14H3zM3 6l9 7 9-7',
  pin: 'M12 21c5-6 7-9 7-12a7 7 0 1 0-14 0c0 3 2 6 7 12zM12 6.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  plus: 'M12 4v16M4 12h16',
  printer: 'M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21',
  send: 'M4 12L20 4l-5 16-4-6zM11 14l4-4',
  sprout: 'M12 21v-8m0 0c0-4.5-3-7-8-7 0 5 3 7 8 7zm0-3c0-4 3-6 8-6 0 4.5-3 6-8 6z',
  stage: 'M4 5h16v9H4zM12 14v6M8 20h8M8 9h8',
  star: 'M12 3l2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2l-5.6 3.1 1.2-6.3L3 9.6l6.3-.8z',
  success: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.5l3 3 5.5-6',
  tag: 'M4 4h8l8.5 8.5-8 8L4 12zM8.5 8.5v.2',
  tent: 'M12 4L2 20h20zM12 11l-5 9M12 11l5 9',
  ticket: 'M3 7h18v4a1.5 1.5 0 0 0 0 3v3H3v-3a1.5 1.5 0 0 0 0-3zM15 7v2M15 12v1M15 16v1',
  undo: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4 3-6 8-6s8 2 8 6',
  users:
    'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2 20c0-4 3-5 7-5s7 1 7 5M16 5.5a3.5 3.5 0 0 1 0 6.5M18 15c2.5.6 4 2 4 5',
  warning: 'M12 3L2 20h20zM12 10v4.5M12 17v.2',
  wrench: 'M14.5 9.5L4 20m10.5-10.5a4.5 4.5 0 0 1 5.5-5.5l-3 3 2 2 3-3a4.5 4.5 0 0 1-5.5 5.5z',
} as const;

export type IconName = keyof typeof paths;
export const iconNames = Object.keys(paths) as IconName[];

/** An inline icon; with a label it speaks for itself, without it is decoration beside its text. */
export function icon(name: IconName, label?: string): string {
  const said = label ? `role="img" aria-label="${escaped(label)}"` : 'aria-hidden="true"';
  return `<svg class="icon" ${said} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="${paths[name]}"/></svg>`;
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
