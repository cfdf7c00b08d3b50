import { defineConfig } from 'vitest/config';

// An odd zone (UTC+12:45, +13:45 in summer) finds code that takes the machine's time for the event's.
process.env.TZ = 'Pacific/Chatham';

const figures = 'test/**/*figures.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/support/global.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: [figures],
          // Many of them wait for processes that start and end.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      // What is measured is measured alone, before the rest has left anything to be tidied.
      {
        extends: true,
        test: { name: 'figures', include: [figures], maxWorkers: 1, sequence: { groupOrder: 0 } },
      },
    ],
    // Processes, not threads: a server that a test starts goes with the thread that started it.
    pool: 'forks',
    // Loading the project for each file anew would take a quarter of the time.
    isolate: false,
    // For a machine that does much else beside.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: { provider: 'v8', include: ['src/**', 'bot/**'] },
  },
});
