import path from 'node:path';

export type Settings = {
  folder: string;
  c2s: number;
  /** More of the global part, and more hosts, as Lua. */
  globals?: string;
  hosts?: string;
};

export const domain = 'localhost';

/** Where everything is, below one folder. */
export const files = (folder: string) => ({
  config: path.join(folder, 'prosody.cfg.lua'),
  data: path.join(folder, 'data'),
  guest: path.join(folder, 'guest'),
  log: path.join(folder, 'prosody.log'),
  pid: path.join(folder, 'prosody.pid'),
});

/**
 * A server that this machine alone can reach, and that speaks to no other server. Nobody makes an account from a client: whoever has
 * the console does (`prosodyctl`).
 * Without TLS: nothing leaves the machine, and no client would know the certificate.
 */
export const configuration = ({ folder, c2s, globals = '', hosts = '' }: Settings): string =>
  `-- Made anew at every start.
pidfile = ${lua(files(folder).pid)}
data_path = ${lua(files(folder).data)}
certificates = ${lua(folder)}
daemonize = false
run_as_root = true
log = { info = "*console" }
interfaces = { "127.0.0.1" }
local_interfaces = { "127.0.0.1" }
c2s_ports = { ${c2s} }
c2s_direct_tls_ports = {}
s2s_ports = {}
s2s_direct_tls_ports = {}
component_ports = {}
http_ports = {}
https_ports = {}
modules_enabled = {
  "roster", "saslauth", "disco", "carbons", "ping", "smacks", "mam", "posix", "pep", "vcard_legacy", "private",
  "blocklist", "bookmarks", "version", "time", "adhoc", "user_account_management"
}
modules_disabled = { "s2s" }
c2s_require_encryption = false
allow_registration = false
network_settings = { nagle = false }
authentication = "internal_hashed"
storage = "internal"
archive_expires_after = "2d"
${globals}
VirtualHost "${domain}"
${hosts}
`;

/** A string of Lua. */
const lua = (text: string): string => `"${text.replace(/[\\"\n]/g, (one) => `\\${one}`)}"`;
