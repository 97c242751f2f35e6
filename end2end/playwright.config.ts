import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';
import type { Options } from './support/test.ts';

// Debian's browser where there is one, else Playwright's own.
const chromium = process.env.BAILIWICK_CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig<Options>({
  testDir: './tests',
  forbidOnly: !!process.env.CI,
  fullyParallel: true,
  workers: 2,
  timeout: 180_000,
  // How long something may take on two busy cores is no test's matter.
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    // Costs a quarter of the time, and nobody can open one on a machine that is gone afterwards.
    trace: process.env.CI ? 'off' : 'retain-on-failure',
    launchOptions: {
      executablePath: existsSync(chromium) ? chromium : undefined,
      args: [
        '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ],
    },
  },
  projects: [
    // Built with the feature `test-clock`, so that a test can move the clock.
    { name: 'built', testIgnore: '**/*.released.spec.ts', use: { program: '../target/debug/bailiwick' } },
    // What people download: does it come to life?
    { name: 'released', testMatch: '**/*.released.spec.ts', use: { program: '../target/release/bailiwick' } },
  ],
});
