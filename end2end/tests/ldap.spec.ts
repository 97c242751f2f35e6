// LDAP: switched on, bound to users and groups, and set up in clients from what the screen says.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, addUser, asGrace, enter, test } from '../support/organization.ts';

async function choose(page: Page, field: ReturnType<Page['getByLabel']>, text: string): Promise<void> {
  await field.fill(text);
  await page.getByRole('option', { name: new RegExp(text) }).first().click();
}

test('LDAP is switched on, and the screen says what to write into clients', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  await open(page, '/admin');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'LDAP' }).click();
  await live(page);
  const connection = page.getByRole('region', { name: 'Connection' });
  await expect(connection).toContainText('dc=');
  await expect(page.getByText('The program does not listen for LDAP.')).toBeVisible();
  await page.getByText('sssd', { exact: true }).click();
  await expect(page.getByText('ldap_search_base = ou=Users,o=')).toBeVisible();
  await everyLook(page, 'ldap');

  await page.getByRole('link', { name: 'Settings', exact: true }).last().click();
  const settings = page.getByRole('region', { name: 'Settings' });
  await settings.getByRole('switch', { name: 'Active' }).click();
  await settings.getByRole('textbox', { name: 'Suffix' }).fill('example.org');
  await settings.getByRole('button', { name: 'Save settings' }).click();
  await expect(settings.getByText('Write it like dc=example,dc=org.').first()).toBeVisible();
  await settings.getByRole('textbox', { name: 'Suffix' }).fill('dc=example,dc=org');
  await settings.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved the settings of LDAP')).toBeVisible();
  await everyLook(page, 'ldap-settings');
  await open(page, '/admin/ldap');
  await expect(connection).toContainText(/ou=Users,o=[0-9a-f]{24},dc=example,dc=org/);
});

test('users and groups are bound to LDAP, and the Access tab says why', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  const ada = await addUser(page, 'ada.lovelace');
  await asGrace(page, 'create_group', { form: { name: 'Sales' } });
  await open(page, '/admin/ldap/users');
  await page.getByRole('button', { name: 'Bind users…' }).click();
  const binding = page.getByRole('dialog', { name: 'Bind users to LDAP' });
  await expect(binding.getByText('They reach LDAP at once.')).toBeVisible();
  await choose(page, binding.getByLabel('Users'), 'Ada Lovelace');
  await binding.getByRole('button', { name: 'Bind users' }).click();
  await expect(page.getByText('Bound Ada Lovelace to LDAP')).toBeVisible();
  await expect(page.getByRole('row', { name: /Ada Lovelace/ })).toContainText('Directly since');
  await everyLook(page, 'ldap-users');
  await page.getByRole('link', { name: /^User groups/ }).click();
  await choose(page, page.getByLabel('Bind a group'), 'Sales');
  await page.getByRole('button', { name: 'Bind group' }).click();
  await expect(page.getByRole('list', { name: 'User groups' })).toContainText('0 members · bound');
  await everyLook(page, 'ldap-groups');
  await open(page, `/admin/users/${ada}/access`);
  await expect(page.getByRole('dialog').getByRole('region', { name: 'LDAP LDAP' })).toContainText('LDAP is switched off.');
});

test('who may only see LDAP changes nothing', async ({ page, server, program }) => {
  await enter(page);
  addAdministrator(server, program, 'reads@example.org', 'Read Only');
  await enter(page, 'reads@example.org');
  await open(page, '/admin/ldap/settings');
  await expect(page.getByText(/^You can look at these settings, but not change them/)).toBeVisible();
  await open(page, '/admin/ldap/users');
  await expect(page.getByRole('button', { name: 'Bind users…' })).toHaveAttribute('aria-disabled', 'true');
});
