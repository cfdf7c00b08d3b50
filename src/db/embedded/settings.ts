import type { Address } from './address.ts';

/**
 * Settings of the server as program arguments, not in the data's `postgresql.conf`: a later version of Turnout can change them.
 * Without parallel queries and JIT there is no need of a large /dev/shm, which containers do not have.
 */
export function serverSettings(address: Address, options: { fsync?: boolean } = {}): string[] {
  const settings = {
    ...network(address),
    max_connections: '200',
    shared_buffers: '64MB',
    max_parallel_workers_per_gather: '0',
    max_parallel_maintenance_workers: '0',
    jit: 'off',
    max_wal_size: '512MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    ...(options.fsync === false && unsafe),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const unsafe = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

function network(address: Address): Record<string, string> {
  if (address.kind === 'tcp') return { listen_addresses: '127.0.0.1', port: String(address.port) };
  return {
    listen_addresses: '',
    unix_socket_directories: address.folder,
    unix_socket_permissions: '0700',
    port: '5432',
  };
}
