// User groups: made, filled, put into each other, renamed and deleted; from the group, from the list of users, and from a user.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, addUser, asGrace, enter, test } from '../support/organization.ts';

async function addGroup(page: Page, name: string, more: object = {}): Promise<string> {
  return (await asGrace(page, 'create_group', { form: { name, ...more } })) as string;
}

/** Takes somebody or something that a field finds. */
async function choose(page: Page, field: ReturnType<Page['getByLabel']>, text: string): Promise<void> {
  await field.fill(text);
  await page.getByRole('option', { name: new RegExp(text) }).first().click();
}

test('a group is made, and members are added, changed and removed', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  const ada = await addUser(page, 'ada.lovelace');
  await open(page, '/admin');
  await page.getByRole('link', { name: 'User Groups' }).click();
  await live(page);
  await expect(page.getByText('No user groups')).toBeVisible();
  await page.getByRole('link', { name: 'Add group' }).click();
  const form = page.getByRole('dialog', { name: 'Add group' });
  await form.getByRole('button', { name: 'Add group' }).click();
  await expect(form.locator('.field .error')).toHaveText('Enter a name.');
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Field Sales');
  await form.getByLabel('Description').fill('Who visits customers');
  await everyLook(page, 'group-new');
  await form.getByRole('button', { name: 'Add group' }).click();
  await expect(page.getByText('Added Field Sales')).toBeVisible();
  await page.getByRole('row', { name: /Field Sales/ }).getByRole('link').click();

  const panel = page.getByRole('dialog', { name: 'Field Sales' });
  await panel.getByRole('link', { name: /^Members/ }).click();
  await expect(panel.getByText('Nobody is in this group yet.')).toBeVisible();
  await panel.getByRole('button', { name: 'Add members…' }).click();
  const adding = page.getByRole('dialog', { name: 'Add members to Field Sales' });
  await choose(page, adding.getByLabel('Users'), 'Ada Lovelace');
  await adding.getByRole('group', { name: 'Membership ends' }).getByLabel('At a date and time').check();
  const end = adding.getByRole('group', { name: 'Membership ends' }).last();
  await end.getByLabel('Date', { exact: false }).last().fill('2030-12-01');
  await end.getByLabel('Time zone').fill('Europe/Berlin');
  await expect(adding.getByText(/1 Dec 2030, 08:00 UTC/)).toBeVisible();
  await everyLook(page, 'group-add-members');
  await adding.getByRole('button', { name: 'Add members' }).click();
  await expect(page.getByText('Added Ada Lovelace to Field Sales')).toBeVisible();
  const row = panel.getByRole('row', { name: /Ada Lovelace/ });
  await expect(row).toContainText('added by Grace Hopper, ends 1 Dec 2030');
  await expect(panel.getByText('1 member', { exact: true })).toBeVisible();
  await everyLook(page, 'group-members');

  await row.getByRole('button', { name: 'Change the membership of Ada Lovelace' }).click();
  const period = page.getByRole('dialog', { name: 'Membership of Ada Lovelace in Field Sales' });
  await period.getByLabel('Never').check();
  await period.getByRole('button', { name: 'Change the membership' }).click();
  await expect(row).not.toContainText('ends');

  await row.getByRole('button', { name: 'Remove Ada Lovelace' }).click();
  await page.getByRole('dialog', { name: 'Remove Ada Lovelace from Field Sales' }).getByRole('button', { name: 'Remove from the group' }).click();
  await expect(panel.getByText('Nobody is in this group yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(row).toBeVisible();
  // The user's own panel says so, too.
  await row.getByRole('link', { name: 'Ada Lovelace' }).click();
  await expect(page).toHaveURL(new RegExp(`/admin/users/${ada}`));
  await page.getByRole('dialog').getByRole('link', { name: 'User groups' }).click();
  await expect(page.getByRole('dialog').getByRole('row', { name: /Field Sales/ })).toContainText('Direct');
  await everyLook(page, 'user-groups-of-user');
});

test('many are added from the list of users, and those who are in it already are left out', async ({ page }) => {
  await enter(page);
  const group = await addGroup(page, 'All hands');
  await open(page, '/admin/users?filter=state:is:ACTIVATED');
  for (let row = 0; row < 2; row++) {
    await page.locator('tbody tr').nth(row).getByRole('checkbox').check();
  }
  await page.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Add to user group…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add 2 users to a user group' });
  await expect(dialog.getByRole('button', { name: /^Add 2 users/ })).toHaveAttribute('aria-disabled', 'true');
  await choose(page, dialog.getByLabel('User group'), 'All hands');
  await everyLook(page, 'users-add-to-group');
  await dialog.getByRole('button', { name: /^Add 2 users/ }).click();
  await expect(page.getByText('Added 2 users to the group')).toBeVisible();
  await open(page, `/admin/user-groups/${group}/members`);
  await expect(page.getByRole('table', { name: 'Members' }).locator('tbody tr')).toHaveCount(2);
});

test('groups lie in groups, and never in themselves', async ({ page, guard }) => {
  await enter(page);
  const ada = await addUser(page, 'ada.lovelace');
  const [staff, sales] = [await addGroup(page, 'Staff'), await addGroup(page, 'Sales')];
  await asGrace(page, 'add_group_members', { add: { group: sales, period: {} }, users: [ada] });
  await open(page, `/admin/user-groups/${staff}/groups`);
  const panel = page.getByRole('dialog', { name: 'Staff' });
  await expect(panel.getByText('No groups are in this one.')).toBeVisible();
  await choose(page, panel.getByLabel('Put a group in'), 'Sales');
  await panel.getByRole('button', { name: 'Add group' }).click();
  await expect(panel.getByRole('list', { name: 'Groups in it' })).toContainText('Sales');
  await everyLook(page, 'group-nesting');
  await panel.getByRole('link', { name: /^Members/ }).click();
  await expect(panel.getByRole('row', { name: /Ada Lovelace/ })).toContainText('Through Sales');

  guard.allowStatus(409, /add_subgroup/);
  const answer = await page.context().request.post('/_fn/add_subgroup', { data: { subgroup: { group: sales, subgroup: staff } } });
  expect(answer.status()).toBe(409);
  expect((await answer.json()).message).toBe('Sales lies in Staff, so that it cannot be put into it.');
});

test('a new name is offered to LDAP and Linux, and deleting says who loses what', async ({ page }) => {
  await enter(page);
  const ada = await addUser(page, 'ada.lovelace');
  const sales = await addGroup(page, 'Sales', { linux_name: 'sales', linux_gid: '5000', ldap_name: 'sales-people' });
  await asGrace(page, 'add_group_members', { add: { group: sales, period: {} }, users: [ada] });
  await open(page, `/admin/user-groups/${sales}`);
  const panel = page.getByRole('dialog', { name: 'Sales' });
  await panel.getByRole('textbox', { name: 'Name', exact: true }).fill('Customer Care');
  await panel.getByRole('button', { name: 'Call it customer_care' }).click();
  await panel.getByRole('button', { name: 'Show the new name in LDAP' }).click();
  await expect(panel.getByRole('textbox', { name: 'Linux group' })).toHaveValue('customer_care');
  await expect(panel.getByRole('textbox', { name: 'Name in LDAP' })).toHaveValue('');
  await everyLook(page, 'group-details');
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved the group')).toBeVisible();
  const renamed = page.getByRole('dialog', { name: 'Customer Care' });
  await renamed.getByRole('button', { name: 'Delete group…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Customer Care' });
  await expect(dialog.getByText('Ada Lovelace leaves it.')).toBeVisible();
  await everyLook(page, 'group-delete');
  await dialog.getByRole('button', { name: 'Delete Customer Care' }).click();
  await expect(page.getByText('Deleted Customer Care')).toBeVisible();
  await expect(page.getByText('No user groups')).toBeVisible();
});

test('a name that is taken is told at its field', async ({ page, guard }) => {
  guard.allowStatus(422, /create_group/);
  await enter(page);
  await addGroup(page, 'Sales');
  await open(page, '/admin/user-groups/new');
  const form = page.getByRole('dialog', { name: 'Add group' });
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('SALES');
  await form.getByRole('button', { name: 'Add group' }).click();
  await expect(form.locator('.field .error')).toHaveText('Another group has this name, here or in LDAP.');
});

test('who may only see groups is told why nothing can be changed', async ({ page, server, program }) => {
  await enter(page);
  const sales = await addGroup(page, 'Sales');
  addAdministrator(server, program, 'reads@example.org', 'Read Only');
  await enter(page, 'reads@example.org');
  await open(page, `/admin/user-groups/${sales}`);
  const panel = page.getByRole('dialog', { name: 'Sales' });
  await expect(panel.getByText(/^You can look at this group, but not change it/)).toBeVisible();
  await panel.getByRole('link', { name: /^Members/ }).click();
  await expect(panel.getByRole('button', { name: 'Add members…' })).toHaveAttribute('aria-disabled', 'true');
  await panel.getByRole('link', { name: /^Groups in it/ }).click();
  await expect(panel.getByLabel('Put a group in')).toHaveCount(0);
});
