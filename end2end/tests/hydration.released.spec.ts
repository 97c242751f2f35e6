// The program as people download it: every address renders, comes to life, and can be reached
// from another.
import { expect, open, test } from '../support/test.ts';

const pages = [
  { address: '/admin', heading: 'Home' },
  { address: '/admin/users', heading: 'Users' },
];

for (const { address, heading } of pages) {
  test(`${address} comes to life`, async ({ page }) => {
    await open(page, address);
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
  });
}

test('chunks are loaded on the way', async ({ page }) => {
  await open(page, '/admin');
  for (const { heading } of [...pages].reverse()) {
    await page.getByRole('link', { name: heading }).click();
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
  }
});

test('files are compressed, typed, and kept', async ({ page }) => {
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
