// Applications: made, bound to users and groups, seen as tiles in the User Portal, explained in the user's Access tab, and deleted.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, addUser, asGrace, enter, grace, leave, signInAsUser, test } from '../support/organization.ts';

async function addApplication(page: Page, name: string): Promise<string> {
  const form = { name, url: `https://${name.toLowerCase()}.example.org`, description: `${name} of all` };
  return (await asGrace(page, 'create_application', { form })) as string;
}

async function addGroup(page: Page, name: string): Promise<string> {
  return (await asGrace(page, 'create_group', { form: { name } })) as string;
}

async function choose(page: Page, field: ReturnType<Page['getByLabel']>, text: string): Promise<void> {
  await field.fill(text);
  await page.getByRole('option', { name: new RegExp(text) }).first().click();
}

test('an application is made, and users are bound to it and unbound', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  await addUser(page, 'ada.lovelace');
  await open(page, '/admin');
  await page.getByRole('link', { name: 'SSO Applications' }).click();
  await live(page);
  await expect(page.getByText('No applications')).toBeVisible();
  await page.getByRole('link', { name: 'Add application' }).click();
  const form = page.getByRole('dialog', { name: 'Add application' });
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Wiki');
  await form.getByRole('textbox', { name: 'Address' }).fill('javascript:alert(1)');
  await form.getByRole('button', { name: 'Add application' }).click();
  await expect(form.locator('.field .error')).toHaveText('Enter an address, such as https://wiki.example.org.');
  await form.getByRole('textbox', { name: 'Address' }).fill('https://wiki.example.org');
  await everyLook(page, 'application-new');
  await form.getByRole('button', { name: 'Add application' }).click();
  await expect(page.getByText('Added Wiki')).toBeVisible();
  await everyLook(page, 'applications');
  await page.getByRole('row', { name: /Wiki/ }).getByRole('link').click();

  const panel = page.getByRole('dialog', { name: 'Wiki' });
  await everyLook(page, 'application');
  await panel.getByRole('link', { name: /^Users/ }).click();
  await expect(panel.getByText('Nobody.')).toBeVisible();
  await panel.getByRole('button', { name: 'Bind users…' }).click();
  const binding = page.getByRole('dialog', { name: 'Bind users to Wiki' });
  await choose(page, binding.getByLabel('Users'), 'Ada Lovelace');
  await binding.getByRole('button', { name: 'Bind users' }).click();
  await expect(page.getByText('Bound Ada Lovelace to Wiki')).toBeVisible();
  const row = panel.getByRole('row', { name: /Ada Lovelace/ });
  await expect(row).toContainText('Directly since');
  await row.getByRole('button', { name: 'Unbind Ada Lovelace' }).click();
  const question = page.getByRole('dialog', { name: 'Unbind Ada Lovelace from Wiki' });
  await expect(question.getByText('Ada Lovelace loses access.')).toBeVisible();
  await question.getByRole('button', { name: 'Unbind' }).click();
  await expect(panel.getByText('Nobody.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(row).toBeVisible();
});

test('a group binds its members, who find a tile and every reason in the Access tab', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  const ada = await addUser(page, 'ada.lovelace', grace.password);
  const [wiki, sales] = [await addApplication(page, 'Wiki'), await addGroup(page, 'Sales')];
  await asGrace(page, 'add_group_members', { add: { group: sales, period: {} }, users: [ada] });
  await open(page, `/admin/applications/${wiki}/groups`);
  const panel = page.getByRole('dialog', { name: 'Wiki' });
  await choose(page, panel.getByLabel('Bind a group'), 'Sales');
  await panel.getByRole('button', { name: 'Bind group' }).click();
  await expect(panel.getByRole('list', { name: 'User groups' })).toContainText('1 member · bound');
  await everyLook(page, 'application-groups');
  await open(page, `/admin/users/${ada}/access`);
  const access = page.getByRole('dialog').getByRole('region', { name: 'Application Wiki' });
  await expect(access).toContainText('Has access');
  await expect(access.getByRole('list', { name: 'Ways' })).toContainText('Sales');
  await everyLook(page, 'user-access');
  await open(page, `/admin/user-groups/${sales}/access`);
  await expect(page.getByRole('dialog').getByRole('list', { name: 'Bound' })).toContainText('Wiki');
  await everyLook(page, 'group-access');

  await leave(page);
  await signInAsUser(page, 'ada.lovelace', grace.password);
  await live(page);
  const tile = page.getByRole('list', { name: 'Applications' }).getByRole('link', { name: /Wiki/ });
  await expect(tile).toHaveAttribute('href', 'https://wiki.example.org');
  await expect(tile).toHaveAttribute('rel', /noopener/);
  await everyLook(page, 'portal-tiles');
});

test('deleting says who loses it, and who may only see changes nothing', async ({ page, server, program }) => {
  await enter(page);
  const ada = await addUser(page, 'ada.lovelace');
  const wiki = await addApplication(page, 'Wiki');
  await asGrace(page, 'bind', { binding: { resource: wiki, bound: 'user', ids: [ada] } });
  addAdministrator(server, program, 'reads@example.org', 'Read Only');
  await enter(page, 'reads@example.org');
  await open(page, `/admin/applications/${wiki}`);
  const panel = page.getByRole('dialog', { name: 'Wiki' });
  await expect(panel.getByText(/^You can look at this application, but not change it/)).toBeVisible();
  await enter(page);
  await open(page, `/admin/applications/${wiki}`);
  await panel.getByRole('button', { name: 'Delete application…' }).click();
  const question = page.getByRole('dialog', { name: 'Delete Wiki' });
  await expect(question.getByText('Ada Lovelace loses access.')).toBeVisible();
  await question.getByRole('button', { name: 'Delete Wiki' }).click();
  await expect(page.getByText('Deleted Wiki')).toBeVisible();
  await expect(page.getByText('No applications')).toBeVisible();
});
