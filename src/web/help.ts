import { Router } from 'express';
import { t } from '../words/words.ts';
import type { Site } from './http.ts';

const rules = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];

/** What is the same for every event, in plain words. */
export function help(_site: Site): Router {
  const router = Router();
  router.get('/help/waiting-list', (_req, res) => {
    res.page(
      'help/waiting-list',
      { rules: rules.map((one) => t(`line:rule.${one}`)) },
      { title: t('line:rule.title') },
    );
  });
  return router;
}
