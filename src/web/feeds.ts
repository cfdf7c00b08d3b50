import { Router } from 'express';
import type { Site } from './http.ts';

export function feeds(_site: Site): Router {
  return Router();
}
