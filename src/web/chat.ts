import { Router } from 'express';
import type { Site } from './http.ts';

export function chat(_site: Site): Router {
  return Router();
}
