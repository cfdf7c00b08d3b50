import { Router } from 'express';
import type { Site } from './http.ts';

export function mailbox(_site: Site): Router {
  return Router();
}
