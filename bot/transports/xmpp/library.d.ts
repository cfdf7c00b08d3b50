// Neither package brings types; here is what we use of them.

declare module '@xmpp/client' {
  type Stanza = import('./types.ts').Stanza;
  type Entity = import('./types.ts').Entity;

  /** Logs in with the mechanism; the third argument is for SASL2 alone. */
  type Authenticate = (
    credentials: { username: string; password: string },
    mechanism: string,
    userAgent?: Stanza,
  ) => Promise<void>;

  export function client(options: {
    service: string;
    domain: string;
    resource: string;
    timeout?: number;
    credentials: (
      authenticate: Authenticate,
      mechanisms: string[],
      fast: unknown,
      entity: Entity,
    ) => Promise<void>;
  }): Entity;

  export function xml(
    name: string,
    attrs?: Record<string, string | undefined>,
    ...children: (Stanza | string | undefined | false)[]
  ): Stanza;
}

declare module '@xmpp/component' {
  export function component(options: {
    service: string;
    domain: string;
    password: string;
  }): import('./types.ts').Entity;
}
