import type { RequestHandler, Router } from 'express';
import { errorPage } from './http.ts';

/** A path with a NUL names nothing, and the database would not even be asked such a question. */
export const noNulls: RequestHandler = (req, res, next) => {
  if (/%00/.test(req.path)) errorPage(res, 404);
  else next();
};

/** What Express keeps of a route; its types leave `match` out. */
type Layer = {
  match(path: string): boolean;
  route?: { methods: Record<string, boolean | undefined> };
};

/** No route answered: the path is known with another method (405, which says with which), or not at all (404). */
export const noRoute =
  (routers: Router[]): RequestHandler =>
  (req, res) => {
    const methods = methodsOf(routers, req.path);
    // A page that is there as such but has nothing of that name answers as any other that is missing.
    const known = methods.has(req.method) || (req.method === 'HEAD' && methods.has('GET'));
    if (methods.size === 0 || known) return errorPage(res, 404);
    res.set('Allow', [...methods].join(', '));
    errorPage(res, 405);
  };

function methodsOf(routers: Router[], path: string): Set<string> {
  const layers = routers.flatMap((router) => router.stack as unknown as Layer[]);
  const found = layers.filter((layer) => layer.route && layer.match(path));
  const methods = found.flatMap((layer) => Object.keys(layer.route!.methods));
  return new Set(methods.map((method) => method.toUpperCase()).filter((method) => method !== '_ALL'));
}
