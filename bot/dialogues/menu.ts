import { t } from '../../src/words/words.ts';
import type { Dialogue, Item } from '../dialogue.ts';

const lines = ['events', 'register', 'my', 'unregister', 'schedule', 'sessions', 'propose', 'whoami'];

/** The main menu: what the numbers stand for until another list is shown. */
export const menu: Dialogue = {
  name: 'menu',
  also: ['hi', 'hello', 'hey', 'hallo', 'm', 'menü'],
  say: () => ({ text: t('bot:menu.text'), items: menuItems(), after: t('bot:menu.after') }),
};

export const menuItems = (): Item[] => lines.map((line) => ({ label: t(`bot:menu.${line}`), send: line }));
