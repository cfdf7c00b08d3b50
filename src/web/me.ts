import { Router } from 'express';
import type { Site } from './http.ts';

export function me(_site: Site): Router {
  return Router();
}
