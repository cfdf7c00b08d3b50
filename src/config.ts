import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, folderMistake } from './mistakes.ts';
import { readSecret } from './secret-file.ts';

export { ConfigError };

export const roles = ['web', 'worker', 'bot'] as const;
export type Role = (typeof roles)[number];

export type Xmpp =
  | { mode: 'client'; service: string; jid: string; password: string }
  | { mode: 'component'; service: string; domain: string; secret: string };

export type Config = {
  port: number;
  host: string;
  /** Where people reach the site, without a slash at the end: the root of every absolute link. */
  baseUrl: string;
  dataDir: string;
  /** Absent: the embedded Postgres below `dataDir`. */
  databaseUrl?: string;
  /** Absent: mail goes to files below `dataDir` and to the mailbox page. */
  smtpUrl?: string;
  /** A mail server that offers no TLS is used as well. */
  smtpMayBePlain: boolean;
  mailFrom: string;
  /** Of SECRET or of the file in `dataDir`; empty where there is none: see src/secret.ts, which makes it at the first start. */
  secret: string;
  /** By SECRET. */
  secretIsSet: boolean;
  roles: Role[];
  /** Absent: a private Prosody where the program is found. */
  xmpp?: Xmpp;
  /** The bot's callback in the Imified style; absent: there is none. */
  imified?: { key: string; secret?: string };
  logLevel: string;
};

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMTP_TLS: z.enum(['required', 'optional']).default('required'),
  MAIL_FROM: z.string().min(3).default('Turnout <turnout@localhost>'),
  SECRET: z.string().min(32).optional(),
  ROLES: z.string().default(roles.join(',')),
  XMPP_SERVICE: z.url({ protocol: /^(xmpps?|wss?)$/ }).optional(),
  XMPP_JID: z
    .string()
    .regex(/^[^@/\s]+@[^@/\s]+$/)
    .optional(),
  XMPP_PASSWORD: z.string().min(1).optional(),
  XMPP_DOMAIN: z.string().min(1).optional(),
  XMPP_COMPONENT_SECRET: z.string().min(1).optional(),
  IMIFIED_KEY: z.string().min(16).optional(),
  IMIFIED_SECRET: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});
type Environment = z.infer<typeof environment>;

const shape: Partial<Record<keyof Environment, string>> = {
  PORT: 'a port number from 0 to 65535',
  BASE_URL: 'an address such as https://events.example.org',
  DATABASE_URL: 'an address such as postgres://user:password@host:5432/turnout',
  SMTP_URL: 'an address such as smtp://user:password@host:587',
  SMTP_TLS: 'required or optional',
  SECRET: 'at least 32 characters, such as the output of: openssl rand -hex 32',
  XMPP_SERVICE: 'an address such as xmpp://host:5222',
  XMPP_JID: 'an address such as turnout@example.org',
  IMIFIED_KEY: 'at least 16 characters, such as the output of: openssl rand -hex 16',
  IMIFIED_SECRET: 'at least 16 characters, such as the output of: openssl rand -hex 32',
  LOG_LEVEL: 'one of trace, debug, info, warn, error, fatal, silent',
};

/** Reads the environment; throws a ConfigError at the first wrong value. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = parse(env);
  const dataDir = resolve(given.DATA_DIR);
  return {
    port: given.PORT,
    host: given.HOST,
    baseUrl: (given.BASE_URL ?? `http://localhost:${given.PORT}`).replace(/\/+$/, ''),
    dataDir,
    databaseUrl: given.DATABASE_URL,
    smtpUrl: given.SMTP_URL,
    smtpMayBePlain: given.SMTP_TLS === 'optional',
    mailFrom: given.MAIL_FROM,
    secret: given.SECRET ?? keptSecret(dataDir),
    secretIsSet: given.SECRET !== undefined,
    roles: readRoles(given.ROLES),
    xmpp: readXmpp(given),
    imified: given.IMIFIED_KEY ? { key: given.IMIFIED_KEY, secret: given.IMIFIED_SECRET } : undefined,
    logLevel: given.LOG_LEVEL,
  };
}

function parse(env: NodeJS.ProcessEnv): Environment {
  const known = Object.keys(environment.shape) as (keyof Environment)[];
  // An empty variable counts as absent: `SMTP_URL= npm start` and a compose file's blank both mean that.
  const given = Object.fromEntries(known.map((name) => [name, env[name] === '' ? undefined : env[name]]));
  const read = environment.safeParse(given);
  if (read.success) return read.data;
  const name = read.error.issues[0]?.path[0] as keyof Environment;
  throw new ConfigError(`${name} has a wrong value: it should be ${shape[name] ?? 'a non-empty text'}.`);
}

function readRoles(text: string): Role[] {
  const asked = text.split(/[\s,]+/).filter(Boolean);
  const wrong = asked.find((role) => !roles.includes(role as Role));
  if (wrong !== undefined || asked.length === 0)
    throw new ConfigError(`ROLES has a wrong value: it should be some of ${roles.join(', ')}, with commas.`);
  return roles.filter((role) => asked.includes(role));
}

function readXmpp(given: Environment): Xmpp | undefined {
  const service = given.XMPP_SERVICE;
  if (!service) return undefined;
  if (given.XMPP_JID && given.XMPP_PASSWORD)
    return { mode: 'client', service, jid: given.XMPP_JID, password: given.XMPP_PASSWORD };
  if (given.XMPP_DOMAIN && given.XMPP_COMPONENT_SECRET)
    return { mode: 'component', service, domain: given.XMPP_DOMAIN, secret: given.XMPP_COMPONENT_SECRET };
  throw new ConfigError(
    'XMPP_SERVICE needs XMPP_JID with XMPP_PASSWORD (client) or XMPP_DOMAIN with XMPP_COMPONENT_SECRET (component).',
  );
}

function keptSecret(dataDir: string): string {
  try {
    return readSecret(dataDir) ?? '';
  } catch (error) {
    throw folderMistake(error, dataDir) ?? error;
  }
}
