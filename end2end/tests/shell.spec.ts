import { everyLook, expect, open, test } from '../support/test.ts';

test('a page comes to life and leads to a screen that is loaded when opened', async ({ page }) => {
  await open(page, '/admin');
  await expect(page).toHaveTitle('Home · Bailiwick');

  let documents = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents += 1;
  });
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
  await expect(page).toHaveTitle('Users · Bailiwick');
  await expect(page).toHaveURL('/admin/users');
  expect(documents, 'documents loaded on the way').toBe(0);
});

test('a screen that is loaded when opened can also be opened by its address', async ({ page }) => {
  await open(page, '/admin/users');
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
});

test('an address that leads nowhere says so in every look', async ({ page, guard }) => {
  guard.allowStatus(404, /^\/nowhere$/);
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'Not Found' })).toBeVisible();
  await everyLook(page, 'not-found');
});
