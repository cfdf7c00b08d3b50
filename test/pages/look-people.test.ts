import { lookAt } from './look.ts';
import { organiser, pagesToCheck } from './pages.ts';

lookAt(
  'somebody signed in',
  pagesToCheck.filter(({ as }) => as && as !== organiser),
);
