// What fails on CI is tried again, twice at most, and nowhere else: Playwright run by Playwright.
import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

type Spec = { title: string; tests: { status: string; results: unknown[] }[] };

/** How each of the tests that pass at their first, second, third and fourth try ended, and after how many. */
function tried(CI: string, output: string): { ended: number | null; tests: string[] } {
  const { PLAYWRIGHT_JSON_OUTPUT_FILE: _, ...env } = process.env;
  const done = spawnSync(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', 'test', '--config=support/again/playwright.config.ts', '--reporter=json'],
    { cwd: root, encoding: 'utf8', env: { ...env, CI, AGAIN_OUTPUT: output } },
  );
  const { suites } = JSON.parse(done.stdout) as { suites: { specs: Spec[] }[] };
  const specs = suites.flatMap((suite) => suite.specs);
  return { ended: done.status, tests: specs.map(({ tests: [only] }) => `${only?.status} ${only?.results.length}`) };
}

test('what fails is tried again on CI, twice at most', ({}, info) => {
  expect(tried('true', info.outputDir)).toEqual({ ended: 1, tests: ['expected 1', 'flaky 2', 'flaky 3', 'unexpected 3'] });
});

test('what fails is not tried again elsewhere', ({}, info) => {
  expect(tried('', info.outputDir)).toEqual({ ended: 1, tests: ['expected 1', 'unexpected 1', 'unexpected 1', 'unexpected 1'] });
});
