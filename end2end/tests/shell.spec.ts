// The shell: places, titles, focus, the menu, and what a role does not see.
import { everyLook, expect, live, open } from '../support/test.ts';
import { addAdministrator, enter, test } from '../support/organization.ts';

test('a screen leads to another without loading a document', async ({ page }) => {
  await enter(page);
  await open(page, '/admin');
  await expect(page).toHaveTitle('Home · Bailiwick');
  let documents = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents += 1;
  });
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  await expect(page).toHaveTitle('Users · Bailiwick');
  await expect(page).toHaveURL('/admin/users');
  expect(documents, 'documents loaded on the way').toBe(0);
  await page.goBack();
  await expect(page).toHaveTitle('Home · Bailiwick');
});

test('the menu is folded up and stays so', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users');
  await page.getByRole('button', { name: 'Collapse Menu' }).click();
  await expect(page.getByRole('button', { name: 'Expand Menu' })).toBeVisible();
  await page.reload();
  await live(page);
  await expect(page.getByRole('button', { name: 'Expand Menu' })).toBeVisible();
  await page.getByRole('button', { name: 'Expand Menu' }).click();
  await expect(page.getByRole('button', { name: 'Collapse Menu' })).toBeVisible();
});

test('whoever is not signed in is asked to, and comes to the place they wanted', async ({ page }) => {
  await page.goto('/admin/users?q=ada');
  await expect(page.getByRole('heading', { name: 'Administrator login' })).toBeVisible();
  await page.getByLabel('Company email').fill('grace@example.org');
  await page.getByLabel('Password', { exact: true }).fill('tundra-violin-oxide-9');
  await page.getByRole('button', { name: 'Administrator Login' }).click();
  await expect(page).toHaveURL('/admin/users?q=ada');
  await live(page);
});

test('an address that leads nowhere says so in every look', async ({ page, guard }) => {
  guard.allowStatus(404, /^\/nowhere$/);
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
  await everyLook(page, 'not-found');
});

test('administrators, listed and looked at', async ({ page, server, program }) => {
  addAdministrator(server, program, 'radia@example.org', 'Manager');
  await enter(page);
  await open(page, '/admin/settings/administrators');
  const row = page.getByRole('row', { name: /radia/ });
  await expect(row).toContainText('Manager');
  await everyLook(page, 'administrators');
  await row.getByText('radia@example.org').click();
  await expect(page.getByRole('dialog')).toContainText('radia@example.org');
  await everyLook(page, 'administrator');
});

test('the least role sees no people, and is told why', async ({ page, server, program, guard }) => {
  addAdministrator(server, program, 'dennis@example.org', 'Command Runner');
  await enter(page, 'dennis@example.org');
  await open(page, '/admin');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Users' })).toHaveCount(0);
  await everyLook(page, 'home-command-runner');
  guard.allowStatus(403, /./);
  guard.allowMessage(/Failed to load resource/);
  await page.goto('/admin/users');
  await expect(page.getByText(/your role is Command Runner/i)).toBeVisible();
  await everyLook(page, 'forbidden');
});
