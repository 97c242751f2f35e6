// The program as people download it: every address renders, comes to life, and can be reached
// from another.
import { expect, open, sizes } from '../support/test.ts';
import { enter, test } from '../support/organization.ts';

const pages = [
  { address: '/admin', heading: /^Good / },
  { address: '/admin/users', heading: 'Users' },
  { address: '/admin/users/new', heading: 'Add user' },
  { address: '/admin/settings/administrators', heading: 'Settings' },
];

for (const { address, heading } of pages) {
  test(`${address} comes to life`, async ({ page }) => {
    await enter(page);
    await open(page, address);
    await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();
  });
}

test('chunks are loaded on the way', async ({ page }) => {
  await page.setViewportSize(sizes.wide);
  await enter(page);
  await open(page, '/admin');
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).first().click();
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('heading', { name: /^Good / })).toBeVisible();
});

test('what is loaded ahead is used', async ({ page }) => {
  await page.addInitScript(() => {
    const fetched: string[] = [];
    const real = window.fetch;
    window.fetch = (...asked) => {
      fetched.push(new Request(...asked).url);
      return real(...asked);
    };
    Object.assign(window, { fetched });
  });
  await enter(page);
  for (const { address } of pages) {
    await open(page, address);
    const [ahead, fetched] = await page.evaluate(() => [
      [...document.querySelectorAll<HTMLLinkElement>('link[rel=preload][as=fetch]')].map((link) => link.href),
      (window as unknown as { fetched: string[] }).fetched,
    ] as const);
    expect(ahead.length, `files loaded ahead at ${address}`).toBeGreaterThan(0);
    expect(fetched, `fetched at ${address}`).toEqual(expect.arrayContaining([...ahead]));
  }
});

test('files are compressed, typed, and kept', async ({ page }) => {
  await enter(page);
  const answers: Record<string, Record<string, string>> = {};
  page.on('response', async (response) => {
    answers[new URL(response.url()).pathname] = await response.allHeaders();
  });
  await open(page, '/admin');
  const wasm = Object.entries(answers).find(([path]) => path.endsWith('_bg.wasm'))?.[1];
  expect(wasm).toMatchObject({
    'content-type': 'application/wasm',
    'content-encoding': 'br',
    'cache-control': 'public, max-age=31536000, immutable',
  });
});
