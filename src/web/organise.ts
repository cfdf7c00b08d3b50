import { Router } from 'express';
import type { Site } from './http.ts';

export function organise(_site: Site): Router {
  return Router();
}
