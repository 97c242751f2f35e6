// A second factor that is required of all administrators at once.
import { everyLook, expect, live, open, sizes } from '../support/test.ts';
import { addAdministrator, advance, enter, giveCredentials, prove, test } from '../support/organization.ts';

test.setTimeout(240_000);

const list = '/admin/settings/administrators';

test('a second factor is required of all administrators', async ({ page, browser, server, program, guard }) => {
  guard.allowStatus(403, /save_organization/);
  addAdministrator(server, program, 'bea@example.org', 'Administrator');
  await enter(page);
  await open(page, '/admin/settings/organization');
  const required = page.getByRole('switch', { name: 'Require MFA of all administrators' });
  await required.check();
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved the organization’s settings')).toBeVisible();
  await required.scrollIntoViewIfNeeded();
  await everyLook(page, 'organization-administrators');
  const context = await browser.newContext({ baseURL: server.url, viewport: sizes.wide });
  await guard.watch(context);
  const hers = await context.newPage();
  await hers.goto('/admin/login');
  await giveCredentials(hers, 'bea@example.org');
  await expect(hers).toHaveURL(/\/admin\/login\/enroll/);
  await context.close();
  // Whoever is in goes on; to ask for less takes a recent proof.
  await page.reload();
  await live(page);
  await expect(required).toBeChecked();
  // The switch of a single one says what it does not change.
  const told = /The organization requires MFA of all administrators/;
  await open(page, list);
  await page.getByRole('row').filter({ hasText: 'bea Admin' }).getByRole('link', { name: 'bea Admin' }).click();
  await expect(page.getByRole('dialog', { name: 'bea Admin' })).toBeVisible();
  await expect(page.getByRole('switch', { name: 'Require MFA' })).toHaveAccessibleDescription(told);
  await open(page, `${list}/new`);
  await expect(page.getByRole('switch', { name: 'Require MFA' })).toHaveAccessibleDescription(told);
  await open(page, '/admin/settings/organization');
  await advance(server, 11 * 60);
  await required.uncheck();
  await page.getByRole('button', { name: 'Save settings' }).click();
  await everyLook(page, 'organization-proof');
  await prove(page);
  await expect(page.getByText('Saved the organization’s settings')).toBeVisible();
  await expect(required).not.toBeChecked();
});
