// By keyboard alone: where the focus goes, that it is seen, and that it comes back.
import { expect, open, sizes, type Page } from '../support/test.ts';
import { addAdministrator, addUser, advance, enter, test } from '../support/organization.ts';
import type { Locator } from '@playwright/test';

test.setTimeout(240_000);

const list = '/admin/settings/administrators';
const first = 'quartz-lagoon-mimic-4';

/** Tab by Tab to something, on which the focus is then seen. */
async function tabTo(page: Page, there: Locator, back = false): Promise<void> {
  await expect(there).toBeVisible();
  for (let steps = 0; steps < 80; steps += 1) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    if (await there.evaluate((one) => one === document.activeElement)) {
      const seen = await there.evaluate((one) => {
        const { outlineStyle, boxShadow } = getComputedStyle(one);
        return outlineStyle !== 'none' || boxShadow !== 'none';
      });
      expect(seen, `the focus on ${there} is seen`).toBe(true);
      return;
    }
  }
  throw new Error(`Tab does not lead to ${there}`);
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name, exact: true });
const panel = (page: Page, name: string) => page.getByRole('dialog', { name });
const press = async (page: Page, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

test('administrators: found, deleted, changed and added', async ({ page, server, program, guard }) => {
  guard.allowStatus(422, /create_administrator/);
  for (const name of ['max', 'mia']) addAdministrator(server, program, `${name}@example.org`, 'Manager');
  addAdministrator(server, program, 'rita@example.org', 'Read Only');
  await addUser(page, 'ada', first);
  await open(page, list);
  // Past the navigation.
  await press(page, 'Tab');
  await expect(link(page, 'Skip to the content')).toBeFocused();
  await press(page, 'Enter');
  await expect(page.locator('#main')).toBeFocused();

  // Sorted and narrowed, one is still where one was.
  await tabTo(page, page.getByRole('columnheader', { name: 'Role' }).getByRole('link'));
  await press(page, 'Enter');
  await expect(page).toHaveURL(/sort=role/);
  await expect(page.getByRole('columnheader', { name: 'Role' }).getByRole('link')).toBeFocused();
  await press(page, '/');
  const search = page.getByRole('searchbox', { name: 'Search administrators' });
  await expect(search).toBeFocused();
  await page.keyboard.type('admin');
  await expect(page.getByRole('row', { name: /Grace/ })).toBeHidden();
  await tabTo(page, button(page, 'Filter by'));
  await press(page, 'Enter');
  await tabTo(page, page.getByRole('checkbox', { name: 'Manager' }));
  await press(page, 'Space');
  await tabTo(page, button(page, 'Add filter'));
  await press(page, 'Enter');
  await expect(page.getByRole('row', { name: /rita/ })).toBeHidden();
  await expect(button(page, 'Filter by')).toBeFocused();

  // Selected by arrows and space; the question begins at the way out, and gives the focus back.
  await tabTo(page, link(page, 'max Admin'));
  await press(page, 'Space', 'ArrowDown');
  await expect(link(page, 'mia Admin')).toBeFocused();
  await press(page, 'Space');
  await expect(page.getByText('2 selected')).toBeVisible();
  await tabTo(page, button(page, 'Delete…'), true);
  await press(page, 'Enter');
  const ask = page.getByRole('dialog', { name: 'Delete 2 administrators' });
  await expect(ask.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await press(page, 'Escape');
  await expect(ask).toBeHidden();
  await expect(button(page, 'Delete…')).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: /^Remove filter/ }), true);
  await press(page, 'Enter');
  await expect(button(page, 'Filter by')).toBeFocused();
  await tabTo(page, button(page, 'Clear'));
  await press(page, 'Enter');
  await expect(page.getByRole('checkbox', { name: /^Select/ }).and(page.locator(':focus'))).toHaveCount(1);

  // Changed in the panel; after the list was made anew the focus is on the same row.
  await tabTo(page, link(page, 'max Admin'));
  await press(page, 'Enter');
  await expect(panel(page, 'max Admin')).toBeFocused();
  await tabTo(page, page.getByRole('textbox', { name: 'First name' }));
  await page.keyboard.type('Maximilian');
  await press(page, 'Escape');
  const slip = page.getByRole('dialog', { name: 'Discard unsaved changes?' });
  await expect(slip.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await press(page, 'Escape');
  await expect(slip).toBeHidden();
  await expect(page.getByRole('textbox', { name: 'First name' })).toBeFocused();
  await press(page, 'Enter');
  await expect(page.getByText('Saved the administrator')).toBeVisible();
  await expect(page.getByRole('row', { name: /Maximilian/, includeHidden: true })).toBeAttached();
  await press(page, 'Escape');
  await expect(link(page, 'Maximilian Admin')).toBeFocused();

  // A new one: refused at the first field at fault.
  await tabTo(page, button(page, 'Admin'), true);
  await press(page, 'ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'As New' })).toBeFocused();
  await press(page, 'Enter');
  await expect(panel(page, 'Add administrator')).toBeFocused();
  await tabTo(page, button(page, 'Add and invite'));
  await press(page, 'Enter');
  await expect(page.getByRole('textbox', { name: 'First name' })).toBeFocused();
  await press(page, 'Escape');
  await expect(button(page, 'Admin')).toBeFocused();
  // From a user, who is found by typing and taken by arrows.
  await press(page, 'Enter');
  await expect(page.getByRole('menuitem', { name: 'As New' })).toBeFocused();
  await press(page, 'ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'From Existing User' })).toBeFocused();
  await press(page, 'Enter');
  await tabTo(page, page.getByRole('combobox', { name: 'User' }));
  await page.keyboard.type('ada@example');
  const ada = page.getByRole('option', { name: 'Ada Lovelace' });
  await expect(ada).toBeVisible();
  await press(page, 'ArrowDown', 'ArrowUp');
  for (let steps = 0; (await ada.getAttribute('aria-selected')) !== 'true' && steps < 10; steps += 1) {
    await press(page, 'ArrowDown');
  }
  await press(page, 'Enter');
  await expect(page.getByRole('textbox', { name: 'First name' })).toHaveValue('Ada');
  await tabTo(page, page.getByLabel('Role'));
  await page.keyboard.type('Manager');
  await tabTo(page, button(page, 'Add administrator'));
  await press(page, 'Enter');
  await expect(page.getByRole('combobox', { name: 'User' })).toBeFocused();
  await press(page, 'Escape');
  await tabTo(page, button(page, 'Discard changes'));
  await press(page, 'Enter');
  await expect(button(page, 'Admin')).toBeFocused();
});

test('roles, billing, and one’s own account', async ({ page, browser, server, guard }) => {
  guard.allowStatus(422);
  await enter(page);
  await open(page, list);
  const tabs = page.getByRole('navigation', { name: 'Settings' });
  await tabTo(page, tabs.getByRole('link', { name: 'Custom roles' }));
  await press(page, 'Enter');
  await expect(page).toHaveURL(/custom-roles$/);
  await tabTo(page, link(page, 'Add custom role'));
  await press(page, 'Enter');
  await expect(panel(page, 'Add custom role')).toBeFocused();
  await tabTo(page, button(page, 'Add custom role'));
  await press(page, 'Enter');
  await expect(page.getByLabel('Begin from')).toBeFocused();
  await page.keyboard.type('Help');
  await tabTo(page, page.getByLabel('Name'));
  await page.keyboard.type('Night shift');
  await tabTo(page, page.getByRole('group', { name: 'Users', exact: true }).getByRole('radio', { name: 'View' }));
  await press(page, 'ArrowLeft');
  await expect(page.getByRole('group', { name: 'Users', exact: true }).getByRole('radio', { name: 'None' })).toBeChecked();
  await tabTo(page, button(page, 'Add custom role'));
  await press(page, 'Enter');
  await expect(link(page, 'Night shift')).toBeVisible();
  await expect(link(page, 'Add custom role')).toBeFocused();
  await tabTo(page, link(page, 'Night shift'));
  await press(page, 'Enter');
  await tabTo(page, page.getByLabel('Description'));
  await page.keyboard.type('At night');
  await press(page, 'Enter');
  await expect(page.getByText('Saved the role')).toBeVisible();
  await tabTo(page, button(page, 'Delete…'));
  await press(page, 'Enter');
  const ask = page.getByRole('dialog', { name: 'Delete the role Night shift' });
  await expect(ask.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await press(page, 'Tab', 'Enter');
  await expect(page.getByText('0 of at most 20')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeFocused();

  await tabTo(page, tabs.getByRole('link', { name: 'Billing' }));
  await press(page, 'Enter');
  await tabTo(page, page.getByRole('textbox', { name: 'Name', exact: true }));
  await page.keyboard.type('Bill');
  await press(page, 'Enter');
  await expect(page.getByRole('textbox', { name: 'Email' })).toBeFocused();
  await page.keyboard.type('bills@example.org');
  await press(page, 'Enter');
  await expect(page.getByText('Saved the billing contact')).toBeVisible();

  // What is typed right after Ctrl K is not lost, though what answers has yet to be loaded.
  await page.route(/\.wasm/, async (route) => {
    await new Promise((done) => setTimeout(done, 700));
    await route.continue();
  });
  await press(page, 'Control+k');
  await page.keyboard.type('organiz');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toHaveValue('organiz');
  await press(page, 'Enter');
  await expect(page).toHaveURL('/admin/settings/organization');
  await page.unrouteAll({ behavior: 'wait' });

  const menu = page.getByRole('button', { name: /your account/ });
  await tabTo(page, menu, true);
  await press(page, 'ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'My details' })).toBeFocused();
  await press(page, 'Escape');
  await expect(menu).toBeFocused();
  await press(page, 'Enter');
  await expect(page.getByRole('menuitem', { name: 'My details' })).toBeFocused();
  await press(page, 'ArrowDown', 'ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'My API key' })).toBeFocused();
  await press(page, 'Enter');
  await expect(page.getByText('API access is off for you, and nobody turns it on for themselves.')).toBeVisible();
  const other = await browser.newContext({ baseURL: server.url });
  await guard.watch(other);
  const elsewhere = await other.newPage();
  await enter(elsewhere);
  await tabTo(page, link(page, 'Sessions'));
  await press(page, 'Enter');
  await tabTo(page, button(page, 'End all others'));
  await press(page, 'Enter');
  await expect(page.getByText('All other sessions have ended.')).toBeVisible();
  await other.close();
  await tabTo(page, button(page, 'Log out'));
  await press(page, 'Enter');
  await expect(page.getByText('You have logged out.')).toBeVisible();
});

test('what Escape closes gives the focus back', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users');
  const filter = button(page, 'Filter by');
  await filter.focus();
  await press(page, 'Enter');
  const box = page.getByRole('dialog', { name: 'Filter by' });
  await expect(box.getByRole('combobox').first()).toBeFocused();
  await press(page, 'Escape');
  await expect(box).toBeHidden();
  await expect(filter).toBeFocused();

  // On a phone: the menu, and nothing to be reached that cannot be seen.
  await page.setViewportSize(sizes.small);
  const menu = button(page, 'Open menu');
  await menu.focus();
  await press(page, 'Enter');
  await expect(page.locator('.scrim')).toBeVisible();
  await press(page, 'Escape');
  await expect(page.locator('.scrim')).toBeHidden();
  await expect(menu).toBeFocused();
  await filter.focus();
  for (let steps = 0; steps < 12; steps += 1) {
    await press(page, 'Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('thead') ?? null), 'the head of the table').toBeNull();
  }
});

test('a wrong password at “Is it you?” leads back to its field', async ({ page, server, program, guard }) => {
  guard.allowStatus(403, /update_administrator/);
  guard.allowStatus(422, /reauthenticate/);
  addAdministrator(server, program, 'max@example.org', 'Manager');
  await enter(page);
  await open(page, `${list}?q=max`);
  await link(page, 'max Admin').click();
  await advance(server, 11 * 60);
  await page.getByRole('textbox', { name: 'Email' }).fill('maximilian@example.org');
  await press(page, 'Enter');
  const proof = page.getByRole('dialog', { name: 'Is it you?' });
  const password = proof.getByLabel('Password');
  await expect(password).toBeFocused();
  await page.keyboard.type('not mine');
  await tabTo(page, proof.getByRole('button', { name: 'Continue' }));
  await press(page, 'Enter');
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(password).toBeFocused();
  await expect(password).toHaveAccessibleDescription(/./);
});
