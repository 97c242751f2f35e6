// `test` with a server, a guard and the looks; import it instead of Playwright's.
import { expect, test as base, type Page } from '@playwright/test';
import axe, { type RunOptions } from 'axe-core';
import path from 'node:path';
import { Guard } from './guard.ts';
import { Server } from './server.ts';

export { expect, type Page };

export const sizes = { wide: { width: 1440, height: 900 }, small: { width: 390, height: 844 } };
export type Theme = 'light' | 'dark';
export type Size = keyof typeof sizes;
export type Look = { theme: Theme; size: Size };

/** Every look that a screen must be good in. */
export const looks: Look[] = [
  { theme: 'light', size: 'wide' },
  { theme: 'dark', size: 'wide' },
  { theme: 'light', size: 'small' },
  { theme: 'dark', size: 'small' },
];

export type Options = {
  /** The program under test; what is relative is so to this package. */
  program: string;
};

type Fixtures = {
  theme: Theme;
  size: Size;
  guard: Guard;
  /** What the server is told by its environment. */
  env: Record<string, string>;
  server: Server;
};
type WorkerFixtures = Options & {
  /** The folder that each server begins with a copy of; without one it is not set up. */
  prepared: string | undefined;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  program: ['../target/debug/bailiwick', { option: true, scope: 'worker' }],
  theme: ['light', { option: true }],
  size: ['wide', { option: true }],

  prepared: [async ({}, use) => use(undefined), { scope: 'worker' }],
  env: async ({}, use) => use({}),

  // Each test has a server and a directory of its own: what one sets, or how far it moves the clock,
  // is nothing to another.
  server: async ({ program, env, prepared }, use) => {
    const server = await Server.start(program, env, prepared);
    await use(server);
    const status = await server.stop();
    expect(status, `the server's end\n${server.output()}`).toBe(0);
  },

  baseURL: async ({ server }, use) => use(server.url),
  colorScheme: async ({ theme }, use) => use(theme),
  viewport: async ({ size }, use) => use(sizes[size]),

  guard: [
    async ({ context }, use) => {
      const guard = new Guard();
      await guard.watch(context);
      await use(guard);
      expect(guard.faults(), 'what the browser complained of').toEqual([]);
    },
    { auto: true },
  ],
});

/** Opens an address and waits until WASM has taken the page over. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await live(page);
}

export async function live(page: Page): Promise<void> {
  await expect(page.locator('html[data-live]')).toBeAttached();
}

/** Changes the look of a page that is open. */
export async function wear(page: Page, look: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: look.theme, reducedMotion: 'reduce' });
  await page.setViewportSize(sizes[look.size]);
  // What is measured afterwards is what was painted.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** No fault of accessibility, contrast included. */
export async function accessible(page: Page, rules: 'all' | 'of colour' = 'all'): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const options: RunOptions = { resultTypes: ['violations'] };
  if (rules === 'of colour') options.runOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
  const told = await page.evaluate(async (options) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(options);
    return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}\n    ${node.html}`));
  }, options);
  expect(told, 'faults of accessibility').toEqual([]);
}

/** A picture for people to look at, when SCREENSHOTS names a folder. */
export async function picture(page: Page, name: string, look?: Look): Promise<void> {
  const dir = process.env.SCREENSHOTS;
  if (!dir) return;
  const file = [name, look?.theme, look?.size].filter(Boolean).join('-');
  await page.screenshot({ path: path.join(dir, `${file}.png`) });
}

/**
 * Looks at the screen that is open in every look, the light and wide one at last: accessible, nothing
 * cut off, a picture. A theme changes colours and nothing else, so the dark ones are judged by those.
 */
export async function everyLook(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await wear(page, look);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, `pixels beyond the right edge, ${look.theme} ${look.size}`).toBeLessThanOrEqual(0);
    await accessible(page, look.theme === 'light' ? 'all' : 'of colour');
    await picture(page, name, look);
  }
  await wear(page, { theme: 'light', size: 'wide' });
}
