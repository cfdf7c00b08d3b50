/** What we use of autocannon 9, which brings no types. */
declare module 'autocannon' {
  namespace autocannon {
    type Request = { method?: string; path?: string; headers?: Record<string, string>; body?: string };
    type Options = Request & {
      url: string;
      connections?: number;
      duration?: number;
      requests?: (Request & { setupRequest?: (request: Request) => Request })[];
    };
    type Result = {
      errors: number;
      duration: number;
      requests: { total: number };
      statusCodeStats?: Record<string, { count: number }>;
    };
  }
  function autocannon(options: autocannon.Options): Promise<autocannon.Result>;
  export = autocannon;
}
