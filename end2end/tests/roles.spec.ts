// A custom role's life: begun from Help Desk, given, obeyed by the screens and the server, changed, and deleted.
import { everyLook, expect, live, open, sizes, type Page } from '../support/test.ts';
import { addAdministrator, advance, enter, grace, test } from '../support/organization.ts';

test.setTimeout(240_000);

const list = '/admin/settings/custom-roles';
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const panel = (page: Page, name: string) => page.getByRole('dialog', { name });
const area = (page: Page, name: string) => page.getByRole('group', { name, exact: true });
const level = (page: Page, of: string, word: string) => area(page, of).getByRole('radio', { name: word });

test('a custom role from Help Desk to its end', async ({ page, browser, server, program, guard }) => {
  guard.allowStatus(403, /^\/admin\/(security\/passwords|users)$/);
  guard.allowStatus(403, /update_role/);
  guard.allowStatus(409, /update_role/);
  addAdministrator(server, program, 'nina@example.org', 'Read Only');
  await enter(page);
  await open(page, list);
  await expect(page.getByText('0 of at most 20')).toBeVisible();
  await page.getByRole('link', { name: 'Add custom role' }).click();
  await expect(panel(page, 'Add custom role')).toBeVisible();
  await everyLook(page, 'role-new-empty');
  await page.getByRole('button', { name: 'Add custom role' }).click();
  await expect(page.getByText('Choose the role to begin from.').first()).toBeVisible();
  await page.getByLabel('Begin from').selectOption('Help Desk');
  await page.getByRole('button', { name: 'Add custom role' }).click();
  await expect(page.getByText('Enter a name.').first()).toBeVisible();
  await page.getByLabel('Name').fill('help desk');
  await page.getByRole('button', { name: 'Add custom role' }).click();
  await expect(page.getByText(/Help Desk is a role that comes with Bailiwick/).first()).toBeVisible();
  await page.getByLabel('Name').fill('Night shift');
  await page.getByLabel('Description').fill('Answers the phone at night');
  await expect(level(page, 'Users', 'View')).toBeChecked();
  await page.getByRole('checkbox', { name: 'Add and import users' }).check();
  await level(page, 'MFA, password and security settings', 'None').check();
  await expect(page.getByRole('region', { name: 'What it allows' })).toContainText('add and import users, unlock');
  await everyLook(page, 'role-new');
  await page.getByRole('button', { name: 'Add custom role' }).click();
  await expect(page.getByText('Added the role Night shift')).toBeVisible();
  await expect(page).toHaveURL(list);
  await expect(row(page, 'Night shift')).toContainText('Help Desk');
  await expect(row(page, 'Night shift')).toContainText('Nobody');

  // Given to Nina, and found by it.
  await open(page, '/admin/settings/administrators');
  await row(page, 'nina Admin').getByRole('link', { name: 'nina Admin' }).click();
  await page.getByRole('combobox', { name: 'Role' }).selectOption('Night shift');
  await expect(page.getByText('Answers the phone at night')).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved the administrator')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go to the role' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Filter by' }).click();
  await page.getByRole('checkbox', { name: 'Night shift' }).check();
  await page.getByRole('button', { name: 'Add filter' }).click();
  await expect(row(page, 'Grace Hopper')).toBeHidden();
  await expect(row(page, 'nina Admin')).toContainText('Night shift');

  // As Nina: what she may not see is not there, and what she may not use says why.
  const context = await browser.newContext({ baseURL: server.url, viewport: sizes.wide });
  await guard.watch(context);
  const hers = await context.newPage();
  await enter(hers, 'nina@example.org');
  await open(hers, '/admin/users');
  await expect(hers.getByRole('link', { name: 'Password settings' })).toBeHidden();
  await expect(hers.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' })).toBeVisible();
  await hers.getByRole('row').nth(1).getByRole('link').first().click();
  const why = 'Your role is Night shift, which does not allow this.';
  await expect(hers.getByRole('dialog').getByText(why).first()).toBeAttached();
  await hers.goto('/admin/security/passwords');
  await expect(hers.getByText('Not for your role')).toBeVisible();
  await open(hers, list);
  await row(hers, 'Night shift').getByRole('link', { name: 'Night shift' }).click();
  await expect(hers.getByText(`You can look at this role, but not change it. ${why}`)).toBeVisible();
  await expect(level(hers, 'Users', 'Full')).toBeDisabled();
  await everyLook(hers, 'role-readonly');

  // Less from now on: her next request obeys, without her being signed out.
  await open(page, list);
  await row(page, 'Night shift').getByRole('link', { name: 'Night shift' }).click();
  await expect(panel(page, 'Night shift').getByRole('button', { name: 'Delete…' })).toHaveAccessibleDescription(
    '1 administrator has this role. Give them another first.',
  );
  await level(page, 'Users', 'None').check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await advance(server, 11 * 60);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const proof = page.getByRole('dialog', { name: 'Is it you?' });
  await proof.getByLabel('Password').fill(grace.password);
  await proof.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Saved the role')).toBeVisible();
  const asked = await context.request.post('/_fn/list_users', { data: { query: { filters: [], columns: [], search: '', limit: 20 } } });
  expect(asked.status(), await asked.text()).toBe(403);
  await open(hers, '/admin');
  await expect(hers.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Users' })).toBeHidden();
  await hers.goto('/admin/users');
  await expect(hers.getByText('Not for your role')).toBeVisible();
  await context.close();

  // Raced in another window.
  const other = await page.context().newPage();
  await open(other, page.url());
  await other.getByLabel('Description').fill('At night');
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(other.getByText('Saved the role')).toBeVisible();
  await other.close();
  await page.getByLabel('Description').fill('In the dark');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('You, in another window, changed this role while you were editing.')).toBeVisible();
  await page.getByRole('button', { name: 'Load what is there now' }).click();
  await expect(page.getByLabel('Description')).toHaveValue('At night');
  await page.getByRole('button', { name: 'Cancel' }).click();

  // In use it stays; once Nina has another one it goes.
  await everyLook(page, 'roles');
  await row(page, 'Night shift').getByRole('link', { name: '1 administrator' }).click();
  await expect(page).toHaveURL(/administrators\?filter=/);
  await row(page, 'nina Admin').getByRole('link', { name: 'nina Admin' }).click();
  await page.getByRole('combobox', { name: 'Role' }).selectOption('Read Only');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved the administrator')).toBeVisible();
  await open(page, list);
  await row(page, 'Night shift').getByRole('link', { name: 'Night shift' }).click();
  await page.getByRole('button', { name: 'Delete…' }).click();
  const ask = page.getByRole('dialog', { name: 'Delete the role Night shift' });
  await everyLook(page, 'role-delete');
  await ask.getByRole('button', { name: 'Delete the role' }).click();
  await expect(page.getByText('Deleted the role Night shift')).toBeVisible();
  await expect(page.getByText('0 of at most 20')).toBeVisible();
  await live(page);
});
