import { defineConfig } from 'vitest/config';

// An odd zone (UTC+12:45, +13:45 in summer) finds code that takes the machine's time for the event's.
process.env.TZ = 'Pacific/Chatham';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global.ts'],
    // Processes, not threads: a server that a test starts goes with the thread that started it.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**', 'bot/**'] },
  },
});
