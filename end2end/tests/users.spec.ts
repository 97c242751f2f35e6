// Users: deleted ones, what a lost race and a fault say, selection, and the ways in and out of a panel.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, advance, enter, giveCredentials, test } from '../support/organization.ts';

/** The panel that lies over the list. */
const panel = (page: Page) => page.locator('section.panel');
const toasts = (page: Page) => page.getByRole('region', { name: 'Notifications' });

/** Opens the list at whoever a search finds, and their panel. */
async function openUser(page: Page, name: string, search: string): Promise<void> {
  await open(page, `/admin/users?q=${encodeURIComponent(search)}`);
  await page.getByRole('row', { name: new RegExp(name) }).getByRole('link', { name }).click();
  await expect(panel(page).getByRole('heading', { name })).toBeVisible();
}

async function confirm(page: Page, title: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByRole('button', { name: title }).click();
  await expect(dialog).toBeHidden();
}

test('a user is deleted, restored, deleted again, and erased', async ({ page, guard }) => {
  test.setTimeout(300_000);
  await enter(page);
  await openUser(page, 'Nath Leroy', 'nath.leroy');
  const address = new URL(page.url()).pathname;
  await panel(page).getByRole('button', { name: 'Delete user' }).click();
  await expect(page.getByText(/list of deleted users/)).toBeVisible();
  await confirm(page, 'Delete Nath Leroy');
  await expect(panel(page)).toBeHidden();

  // The list of deleted users, and the panel of one of them.
  await page.getByRole('navigation', { name: 'Users' }).getByRole('link', { name: /Deleted/ }).click();
  await expect(page).toHaveURL('/admin/users/deleted');
  await expect(page).toHaveTitle('Deleted users · Bailiwick');
  const row = page.getByRole('row', { name: /Nath Leroy/ });
  await expect(row).toContainText('Deleted');
  await everyLook(page, 'deleted-users');
  await row.getByRole('link', { name: 'Nath Leroy' }).click();
  await expect(panel(page).getByText(/can be restored/)).toBeVisible();
  await expect(panel(page).getByLabel('Department')).toHaveAttribute('readonly', '');
  await everyLook(page, 'deleted-user');
  await panel(page).getByRole('button', { name: 'Restore user' }).click();
  await confirm(page, 'Restore Nath Leroy');
  await expect(row).toBeHidden();

  // Their address is as it was; they are suspended.
  await open(page, address);
  await expect(panel(page).getByText('Suspended').first()).toBeVisible();
  await panel(page).getByRole('button', { name: 'Delete user' }).click();
  await confirm(page, 'Delete Nath Leroy');

  // For good, with everybody selected.
  await open(page, '/admin/users/deleted?q=leroy');
  await row.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Actions (1)' }).click();
  await page.getByRole('menuitem', { name: 'Delete users permanently…' }).click();
  await expect(page.getByText(/nothing brings them back/)).toBeVisible();
  await confirm(page, 'Delete Nath Leroy permanently');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  guard.allowStatus(404, /^\/admin\/users\//);
  await open(page, address);
  await expect(page).toHaveTitle('Not found · Bailiwick');
  await expect(panel(page).getByText(/no such user/)).toBeVisible();
  await everyLook(page, 'user-not-found');
});

test('back never leads into a panel that was closed', async ({ page }) => {
  await enter(page);
  await open(page, '/admin');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Users' }).click();
  await expect(page).toHaveURL('/admin/users');
  for (const way of ['Escape', 'Close', 'tabs']) {
    await page.locator('tbody .col-name a').first().click();
    await expect(panel(page)).toBeVisible();
    if (way === 'tabs') {
      await panel(page).getByRole('link', { name: 'Activity' }).click();
      await expect(page).toHaveURL(/\/activity$/);
    }
    if (way === 'Escape') await page.keyboard.press('Escape');
    else await panel(page).getByRole('button', { name: 'Close', exact: true }).click();
    await expect(page).toHaveURL('/admin/users');
    await expect(panel(page)).toBeHidden();
  }
  await page.goBack();
  await expect(page).toHaveURL('/admin');
  await page.goForward();
  await expect(page).toHaveURL('/admin/users');
  // What was closed is still one step ahead.
  await page.goForward();
  await expect(panel(page)).toBeVisible();

  // Who came by a link finds the list beneath, and nothing of the panel behind it.
  const link = page.url();
  await open(page, '/admin');
  await open(page, link);
  await panel(page).getByRole('button', { name: 'Close', exact: true }).click();
  await expect(page).toHaveURL(/\/admin\/users$/);
  await page.goBack();
  await expect(page).toHaveURL('/admin');
});

test('what was typed is not lost without a question', async ({ page }) => {
  await enter(page);
  await openUser(page, 'Megan Smith', 'megan.smith');
  await panel(page).getByLabel('Department').fill('Elsewhere');
  const goHome = async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search everything' }).fill('home');
    await page.keyboard.press('Enter');
  };
  await goHome();
  const question = page.getByRole('dialog', { name: 'Discard unsaved changes?' });
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(panel(page).getByLabel('Department')).toHaveValue('Elsewhere');
  await goHome();
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page).toHaveURL('/admin');
  await expect(page.getByRole('heading', { name: /^Good / })).toBeVisible();
});

test('what fits best is found first', async ({ page }) => {
  await enter(page);
  await open(page, '/admin');
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Search everything' });
  await box.fill('users');
  await expect(page.getByText(/^\d+ found$/)).toBeAttached();
  await expect(page.getByRole('option').first()).toHaveText('Users');
  await box.fill('monique.leveque');
  await expect(page.getByRole('option').first()).toContainText('Monique Lévêque');
});

test('a search that fails says so, and what was typed last before leaving is not asked', async ({ page, guard }) => {
  guard.allowStatus(503, /search_everything/);
  await enter(page);
  await open(page, '/admin');
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('search_everything')) asked.push(request.postData() ?? '');
  });
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Search everything' });
  // In one go: between two calls from here the pause after typing may have passed.
  await box.evaluate((field: HTMLInputElement) => {
    field.value = 'viktoria';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.closest('dialog')!.close();
  });
  await expect(box).toBeHidden();

  const answers = '**/_fn/search_everything';
  const problem = { code: 'unavailable', message: 'The database does not answer. Try again in a moment.' };
  await page.route(answers, (route) => route.fulfill({ status: 503, json: problem }));
  await page.keyboard.press('Control+k');
  await box.fill('outbox');
  await expect(page.getByText('The database does not answer.')).toBeVisible();
  await expect(page.getByText('Nothing is found.')).toBeHidden();
  await expect(page.getByRole('option').first()).toContainText('Outbox');
  await everyLook(page, 'search-failed');
  expect(asked.filter((text) => text.includes('viktoria')), 'asked after leaving').toEqual([]);
  await page.unroute(answers);
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByText('The database does not answer.')).toBeHidden();
  await expect(page.getByText(/^\d+ found$/)).toBeAttached();
});

test('whoever is slower is told, and chooses', async ({ page, browser, server, guard }) => {
  await enter(page);
  await openUser(page, 'Viktoria Olsson', 'viktoria.olsson');
  const address = new URL(page.url()).pathname;
  const other = await browser.newContext({ baseURL: server.url });
  await guard.watch(other);
  const second = await other.newPage();
  await enter(second);
  await open(second, address);
  await second.getByLabel('Department').fill('Theirs');
  await second.getByLabel('Middle name').fill('From another');
  await second.getByRole('button', { name: 'Save user' }).click();
  await expect(second.getByText('Saved Viktoria Olsson')).toBeVisible();
  await other.close();

  guard.allowStatus(409, /^\/_fn\//);
  await page.getByLabel('Department').fill('Mine');
  await page.getByRole('button', { name: 'Save user' }).click();
  const told = page.getByText('You, in another window, changed this user while you were editing.');
  await expect(told).toBeVisible();
  await expect(page.getByLabel('Department')).toHaveValue('Mine');
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  await expect(page.getByText('Saved Viktoria Olsson')).toBeVisible();
  await page.reload();
  await live(page);
  await expect(page.getByLabel('Middle name')).toHaveValue('From another');
  await expect(page.getByLabel('Department')).toHaveValue('Mine');
});

test('what is taken is said at its field', async ({ page, guard }) => {
  await enter(page);
  await open(page, '/admin/users/new');
  await page.getByLabel('Username').fill('Megan.Smith');
  await page.getByLabel('Company email').fill('nobody.else@example.org');
  guard.allowStatus(422, /^\/_fn\//);
  await page.getByRole('button', { name: 'Add user' }).last().click();
  const field = page.getByLabel('Username');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/taken/);
  await expect(field).toBeFocused();
  await expect(page.getByLabel('Company email')).toHaveValue('nobody.else@example.org');
});

test('a session that ends meanwhile leads to signing in and back', async ({ page, server, guard, program }) => {
  addAdministrator(server, program, 'ends@example.org', 'Manager');
  await enter(page, 'ends@example.org');
  await open(page, '/admin/users?q=smith');
  await advance(server, 2 * 60 * 60);
  guard.allowStatus(401, /^\/_fn\//);
  await page.getByRole('columnheader', { name: 'Username' }).getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Administrator login' })).toBeVisible();
  await giveCredentials(page, 'ends@example.org');
  await expect(page).toHaveURL(/\/admin\/users\?q=smith/);
  await live(page);
  await expect(page.getByRole('row', { name: /Megan Smith/ })).toBeVisible();
});

test('a toast does what it offers after its screen was left', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users/new');
  await page.getByLabel('First name').fill('Emmy');
  await page.getByLabel('Last name').fill('Noether');
  await page.getByLabel('Username').fill('emmy.noether');
  await page.getByLabel('Company email').fill('emmy.noether@example.org');
  await page.getByRole('button', { name: 'Add user' }).last().click();
  await expect(toasts(page).getByText('Added Emmy Noether')).toBeVisible();
  await toasts(page).getByText('Added Emmy Noether').hover();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).press('Enter');
  await expect(page).toHaveURL('/admin');
  await toasts(page).getByRole('button', { name: 'Open' }).click();
  await expect(panel(page).getByRole('heading', { name: 'Emmy Noether' })).toBeVisible();

  await panel(page).getByRole('button', { name: 'Delete user' }).click();
  await confirm(page, 'Delete Emmy Noether');
  await toasts(page).getByText('Deleted Emmy Noether').hover();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).press('Enter');
  await toasts(page).getByRole('button', { name: 'Undo' }).click();
  await expect(toasts(page).getByText(/Restored/)).toBeVisible();
});

test('a row opens from its box, and selection survives paging', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users?rows=10&sort=-username');
  const boxes = page.locator('tbody').getByRole('checkbox');
  await boxes.nth(0).check();
  await boxes.nth(1).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('2 selected')).toBeVisible();
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page.getByText(/^11–20 of/)).toBeVisible();
  await expect(page.getByText('2 selected')).toBeVisible();
  await boxes.nth(0).check();
  await expect(page.getByRole('button', { name: 'Actions (3)' })).toBeVisible();
  await page.getByRole('link', { name: 'Previous page' }).click();
  await expect(boxes.nth(0)).toBeChecked();
  await expect(boxes.nth(2)).not.toBeChecked();
  await boxes.nth(2).focus();
  await page.keyboard.press('Enter');
  await expect(panel(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('3 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(boxes.nth(0)).not.toBeChecked();
});

test('a list that is asked for what it does not have leads back to the whole', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users?sort=shoesize');
  await expect(page.getByText(/cannot be sorted by “shoesize”/)).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL('/admin/users');
  await expect(page.locator('tbody .col-name a').first()).toBeVisible();
});

test('a screen that cannot be loaded is tried again', async ({ page, guard }) => {
  await enter(page);
  await open(page, '/admin');
  guard.allowFailure(/\.wasm$/);
  const chunks = '**/*.wasm';
  // One that fails once is a hiccup, of which nobody hears.
  await page.route(chunks, (route) => route.abort('connectionreset'), { times: 1 });
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).first().click();
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  await expect(page.getByText('A screen could not be loaded.')).toBeHidden();
  await page.route(chunks, (route) => route.abort('internetdisconnected'));
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings', exact: true }).click();
  const told = page.getByText('A screen could not be loaded.');
  await expect(told).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(told).toBeVisible();
  // What has been loaded still works meanwhile.
  await page.getByRole('button', { name: 'Collapse Menu' }).click();
  await page.getByRole('button', { name: 'Expand Menu' }).click();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Search everything' })).toBeHidden();
  await page.unroute(chunks);
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused();
  await expect(told).toBeHidden();
});

test('the least role reads one reason once', async ({ page, server, program, guard }) => {
  addAdministrator(server, program, 'rhea.reads@example.org', 'Read Only');
  await enter(page, 'rhea.reads@example.org');
  await open(page, '/admin/users?q=markus.flantz');
  await page.locator('tbody .col-name a').first().click();
  await expect(panel(page).getByText('You can look at this user, but not change them.')).toBeVisible();
  await everyLook(page, 'user-read-only');
  guard.allowStatus(403, /^\/admin\/users\/new$/);
  await open(page, '/admin/users/new');
  await expect(panel(page).getByText(/Your role is Read Only/)).toBeVisible();
  await everyLook(page, 'new-user-refused');
});

test('actions have their words on a phone, and the one that asks begins at the way out', async ({ page }) => {
  await enter(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/admin/users');
  await page.locator('tbody').getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Actions (1)' }).click();
  const item = page.getByRole('menuitem', { name: /^Suspend/ });
  const box = await item.locator('.label').boundingBox();
  expect(box?.width).toBeGreaterThan(60);
  await item.click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Cancel' })).toBeFocused();
});
