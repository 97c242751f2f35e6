// Saved views: what a list shows is kept under a name, for oneself or for all administrators.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, enter, leave, test } from '../support/organization.ts';

async function choose(page: Page, menu: string | RegExp, entry: string, role: 'menuitem' | 'menuitemradio' = 'menuitem') {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole(role, { name: entry, exact: true }).click();
}

/** The menu's button, which is called as the view that is open. */
const menu = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function save(page: Page, name: string, boxes: string[] = []) {
  const dialog = page.getByRole('dialog', { name: 'Save as a new view' });
  await dialog.getByLabel('Name').fill(name);
  for (const box of boxes) await dialog.getByLabel(box).check();
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByText(`Saved the view ${name}`)).toBeVisible();
  await expect(dialog).toBeHidden();
}

test('a view is saved, changed, opened by default and deleted', async ({ page }) => {
  test.setTimeout(180_000);
  await enter(page);
  await open(page, '/admin/users?filter=department:is:Engineering&sort=-created');
  await choose(page, 'Views', 'Save as a new view…');
  const dialog = page.getByRole('dialog', { name: 'Save as a new view' });
  await expect(dialog.getByRole('button', { name: 'Save view' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel('Name').fill('Engineers');
  await everyLook(page, 'view-save');
  await save(page, 'Engineers');
  await expect(page).toHaveURL(/filter=department:is:Engineering&sort=-created&columns=.+&view=[0-9a-f]{24}$/);
  await expect(menu(page, 'Engineers')).toBeVisible();

  // What is changed is not kept until it is saved.
  await page.getByRole('searchbox', { name: 'Search name, email, employee ID' }).fill('smith');
  await expect(menu(page, 'Engineers, changed')).toBeVisible();
  await choose(page, 'Engineers, changed', 'Save the changes to Engineers');
  await expect(menu(page, 'Engineers')).toBeVisible();
  await page.reload();
  await live(page);
  await expect(menu(page, 'Engineers')).toBeVisible();

  // A view has columns of its own; those chosen for the list stay.
  await page.getByRole('button', { name: 'Edit columns' }).click();
  const columns = page.getByRole('dialog', { name: 'Edit columns' });
  await columns.getByRole('button', { name: 'Remove Department' }).click();
  await columns.getByRole('button', { name: 'Add Job title' }).click();
  await columns.getByRole('button', { name: 'Save columns' }).click();
  await expect(page.getByRole('columnheader', { name: 'Job title' })).toBeVisible();
  await choose(page, 'Engineers, changed', 'Save the changes to Engineers');
  await expect(menu(page, 'Engineers')).toBeVisible();
  await choose(page, 'Engineers', 'All users', 'menuitemradio');
  await expect(page).toHaveURL('/admin/users');
  await expect(page.getByRole('columnheader', { name: 'Department' })).toBeVisible();
  await choose(page, 'Views', 'Engineers', 'menuitemradio');
  await expect(page.getByRole('columnheader', { name: 'Job title' })).toBeVisible();

  // The list opens with it, and the menu leads back to the whole list.
  await choose(page, 'Engineers', 'Name and sharing…');
  const edit = page.getByRole('dialog', { name: 'The view Engineers' });
  await edit.getByLabel('Name').fill('Smiths');
  await edit.getByLabel('Open the list with this view').check();
  await edit.getByRole('button', { name: 'Save view' }).click();
  await expect(menu(page, 'Smiths')).toBeVisible();
  await open(page, '/admin/users');
  await expect(menu(page, 'Smiths')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Department: Engineering', exact: true })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Job title' })).toBeVisible();
  await choose(page, 'Smiths', 'All users', 'menuitemradio');
  await expect(page).toHaveURL('/admin/users?view=all');
  await expect(page.getByRole('button', { name: 'Department: Engineering', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Views', exact: true }).click();
  await expect(page.getByRole('menuitemradio', { name: 'All users' })).toHaveAttribute('aria-checked', 'true');
  await everyLook(page, 'views-menu');
  await page.keyboard.press('Escape');

  await choose(page, 'Views', 'Smiths', 'menuitemradio');
  await choose(page, 'Smiths', 'Delete Smiths…');
  await page.getByRole('dialog', { name: 'Delete the view Smiths' }).getByRole('button', { name: 'Delete the view' }).click();
  await expect(page.getByText('Deleted the view Smiths')).toBeVisible();
  await expect(page).toHaveURL('/admin/users');
  await expect(menu(page, 'Views')).toBeVisible();
});

test('a shared view is in the menu of every administrator, and only some may change it', async ({ page, server, program }) => {
  test.setTimeout(120_000);
  addAdministrator(server, program, 'mona@example.org', 'Manager');
  await enter(page);
  await open(page, '/admin/users?filter=state:is:STAGED');
  await choose(page, 'Views', 'Save as a new view…');
  await save(page, 'Not yet here', ['Share with all administrators']);
  await leave(page);

  await enter(page, 'mona@example.org');
  await open(page, '/admin/users');
  await choose(page, 'Views', 'Not yet here', 'menuitemradio');
  await expect(page.getByRole('button', { name: 'State: Staged', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Not yet here', exact: true }).click();
  const remove = page.getByRole('menuitem', { name: 'Delete Not yet here…' });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await expect(remove).toHaveAccessibleDescription(/shared with all administrators\. Your role is Manager/);
  await page.getByRole('menuitem', { name: 'Name and sharing…' }).click();
  const edit = page.getByRole('dialog', { name: 'The view Not yet here' });
  await expect(edit.getByText('Made by Grace Hopper.')).toBeVisible();
  await expect(edit.getByLabel('Share with all administrators')).toHaveAttribute('aria-disabled', 'true');
  await everyLook(page, 'view-shared');
  // To open the list with it is everybody's own choice.
  await edit.getByLabel('Open the list with this view').check();
  await edit.getByRole('button', { name: 'Save view' }).click();
  await expect(edit).toBeHidden();
  await open(page, '/admin/users');
  await expect(menu(page, 'Not yet here')).toBeVisible();
});

test('other lists have views, too', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/settings/administrators?q=grace');
  await choose(page, 'Views', 'Save as a new view…');
  await save(page, 'Me');
  await expect(menu(page, 'Me')).toBeVisible();
  await open(page, '/admin/jobs');
  await page.getByRole('button', { name: 'Views', exact: true }).click();
  await expect(page.getByRole('menuitemradio')).toHaveCount(1);
});
