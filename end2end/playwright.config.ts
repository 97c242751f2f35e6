import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from './support/test.ts';

// Debian's browser where there is one, else Playwright's own.
const chromium = process.env.BAILIWICK_CHROMIUM ?? '/usr/bin/chromium';

const ci = process.env.CI === 'true';

// Where cargo puts what it builds.
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');

export default defineConfig<Options>({
  testDir: './tests',
  // What was seen once and must be seen again, whatever the machine.
  snapshotPathTemplate: '{testDir}/seen/{arg}{ext}',
  forbidOnly: ci,
  // A busy machine may be late once; what passes only when tried again is told by name at the end.
  retries: ci ? 2 : 0,
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
    trace: ci ? 'off' : 'retain-on-failure',
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
    { name: 'built', testIgnore: '**/*.released.spec.ts', use: { program: path.join(target, 'debug/bailiwick') } },
    // What people download: does it come to life?
    { name: 'released', testMatch: '**/*.released.spec.ts', use: { program: path.join(target, 'release/bailiwick') } },
  ],
});
