import { lookAt } from './look.ts';
import { organiser, pagesToCheck } from './pages.ts';

lookAt(
  'organisers',
  pagesToCheck.filter(({ as }) => as === organiser),
);
