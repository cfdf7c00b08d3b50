/** Where the server of a database URL listens, on a port or a socket, and how it is reached by another port. */
export function addresses(given: string) {
  const url = new URL(given);
  const folder = url.searchParams.get('host');
  const port = url.port || '5432';
  const to = folder ? `${folder}/.s.PGSQL.${port}` : Number(port);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  const by = (other: number) => Object.assign(new URL(url), { port: String(other) }).href;
  return { to, url: by };
}
