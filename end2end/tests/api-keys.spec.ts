// An API key from the day that it is allowed to the day that it is revoked: by two administrators and a program.
import { everyLook, expect, open, sizes, type Page } from '../support/test.ts';
import { addAdministrator, advance, enter, grace, test } from '../support/organization.ts';

test.setTimeout(240_000);

const list = '/admin/settings/administrators';

const panel = (page: Page) => page.getByRole('dialog', { name: 'max Admin' });

test('a key is allowed, made, used and revoked', async ({ page, browser, server, program, guard }) => {
  addAdministrator(server, program, 'max@example.org', 'Manager');
  const ask = async (key: string, path = '/api/systemusers?limit=2&sort=username', init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { ...init, headers: { 'x-api-key': key, 'content-type': 'application/json' } });

  // Without access he is told whom to ask.
  const context = await browser.newContext({ baseURL: server.url, viewport: sizes.wide });
  await guard.watch(context);
  const his = await context.newPage();
  await enter(his, 'max@example.org');
  await his.goto('/admin/account/api-key');
  await expect(his.getByText('API access is off for you.')).toContainText('Ask Grace Hopper.');
  await everyLook(his, 'api-key-off');

  await enter(page);
  await open(page, list);
  await expect(page.getByRole('row').filter({ hasText: 'max Admin' })).toContainText('No');
  await page.getByRole('link', { name: 'max Admin' }).click();
  const access = panel(page).getByRole('switch', { name: 'Enable API access' });
  await expect(access).not.toBeChecked();
  await access.click();
  await panel(page).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved the administrator')).toBeVisible();

  // Who has proven the password long ago does so again, before anything is chosen.
  await advance(server, 11 * 60);
  await open(his, '/admin');
  await his.getByRole('button', { name: /your account/ }).click();
  await his.getByRole('menuitem', { name: 'My API key' }).click();
  await expect(his.getByText('You have none yet.')).toBeVisible();
  await everyLook(his, 'api-key-none');
  await his.getByRole('link', { name: 'Generate a key' }).click();
  await expect(his.getByRole('heading', { name: 'Is it you?' })).toBeVisible();
  await his.getByLabel('Password', { exact: true }).fill(grace.password);
  await his.getByRole('button', { name: 'Continue' }).click();
  await expect(his.getByRole('radio', { name: 'After 90 days' })).toBeChecked();
  await expect(his.getByLabel('Last day')).toBeHidden();
  await his.getByRole('radio', { name: 'After a day of your choice' }).check();
  await his.getByLabel('Last day').fill('2020-01-31');
  guard.allowStatus(422, /api-key\/new/);
  await his.getByRole('button', { name: 'Generate' }).click();
  await expect(his.getByText('This day is over. Choose one to come.')).toBeVisible();
  await everyLook(his, 'api-key-new');
  await his.getByRole('radio', { name: 'After 30 days' }).check();
  await his.getByRole('button', { name: 'Generate' }).click();
  await expect(his.getByRole('heading', { name: 'Your new API key' })).toBeVisible();
  const key = (await his.locator('.api-key code').textContent()) ?? '';
  expect(key).toMatch(/^bwk_[0-9A-Za-z]{48}$/);
  await everyLook(his, 'api-key-shown');

  // Loading the page again makes no other key.
  guard.allowStatus(409, /api-key\/new/);
  await his.reload();
  await expect(his.getByRole('heading', { name: 'Your key was shown already' })).toBeVisible();
  await everyLook(his, 'api-key-shown-already');

  // A program reads and writes with it.
  const read = await ask(key);
  expect(read.status).toBe(200);
  const { totalCount, results } = (await read.json()) as { totalCount: number; results: { _id: string }[] };
  expect(totalCount).toBe(1284);
  expect(results).toHaveLength(2);
  const one = `/api/systemusers/${results[0]?._id}`;
  const written = await ask(key, one, { method: 'PUT', body: JSON.stringify({ department: 'Robotics', state: 'SUSPENDED' }) });
  expect(await written.json()).toMatchObject({ department: 'Robotics', state: 'SUSPENDED' });
  await open(page, `/admin/users/${results[0]?._id}/activity`);
  await expect(page.getByText('max Admin, by API key').first()).toBeVisible();

  await his.getByRole('link', { name: 'See my API key' }).click();
  await expect(his.getByText(key.slice(0, 8), { exact: true })).toBeVisible();
  await expect(his.locator('body')).not.toContainText(key.slice(0, 12));
  await everyLook(his, 'api-key');

  // Taken away by somebody else.
  await open(page, list);
  await expect(page.getByRole('row').filter({ hasText: 'max Admin' })).toContainText('Key');
  await everyLook(page, 'administrators-api-access');
  const hidden = await page.locator('.table-scroll').evaluate((one) => one.scrollWidth - one.clientWidth);
  expect(hidden, 'pixels of the list out of sight at 1440').toBe(0);
  await page.getByRole('link', { name: 'max Admin' }).click();
  await expect(panel(page)).toContainText(key.slice(0, 8));
  await everyLook(page, 'administrator-api-key');
  await panel(page).getByRole('button', { name: 'Revoke the API key…' }).click();
  const sure = page.getByRole('dialog', { name: 'Revoke the API key of max Admin' });
  await everyLook(page, 'administrator-api-key-revoke');
  await sure.getByRole('button', { name: 'Revoke the API key of max Admin' }).click();
  await expect(page.getByText('Revoked the API key of max Admin')).toBeVisible();
  expect((await ask(key)).status).toBe(401);

  // Made anew, and revoked by himself.
  await his.goto('/admin/account/api-key/new');
  await his.getByRole('button', { name: 'Generate' }).click();
  const second = (await his.locator('.api-key code').textContent()) ?? '';
  expect((await ask(second)).status).toBe(200);
  await his.getByRole('link', { name: 'I have kept it' }).click();
  await his.getByRole('link', { name: 'Revoke' }).click();
  await everyLook(his, 'api-key-revoke');
  await his.getByRole('button', { name: 'Revoke' }).click();
  await expect(his.getByText('The API key is revoked.')).toBeVisible();
  expect((await ask(second)).status).toBe(401);
  await context.close();
});
