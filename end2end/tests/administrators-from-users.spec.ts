// An administrator who is made from a user: by whom, what is shared, and how each names the other.
import { everyLook, expect, live, open, picture, type Page } from '../support/test.ts';
import { addUser, advance, asGrace, codeAt, leave, giveCredentials, grace, signInAsUser, test } from '../support/organization.ts';

test.setTimeout(240_000);

const list = '/admin/settings/administrators';
const given = 'pewter-harbor-tulip-6';
const first = 'quartz-lagoon-mimic-4';

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const panel = (page: Page, name: string) => page.getByRole('dialog', { name });
const field = (page: Page, label: string) => page.getByRole('textbox', { name: label });

async function openPanel(page: Page, name: string): Promise<void> {
  await row(page, name).getByRole('link', { name }).click();
  await expect(panel(page, name)).toBeVisible();
}

test('made from a user', async ({ page, server, guard }) => {
  guard.allowStatus(422, /create_administrator/);
  guard.allowStatus(403, /(update_user|change_mfa|activate_users)/);
  const id = await addUser(page, 'ada', given);
  await signInAsUser(page, 'ada', given);
  await page.goto('/security');
  // Nobody becomes an administrator with a password that another one knows.
  await page.getByLabel('Current password').fill(given);
  await page.getByLabel('New password').fill(first);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password is changed')).toBeVisible();
  await page.getByRole('button', { name: 'Turn on' }).click();
  const secret = (await page.locator('.enroll code').first().textContent()) ?? '';
  await page.getByLabel('6-digit code').fill(codeAt(secret, Date.now()));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  await addUser(page, 'bob', first);

  await open(page, list);
  await page.getByRole('button', { name: 'Admin', exact: true }).click();
  await picture(page, 'administrators-add-menu');
  await page.getByRole('menuitem', { name: 'From Existing User' }).click();
  const from = panel(page, 'Add administrator from a user');
  await expect(from).toBeVisible();
  await page.getByRole('button', { name: 'Add administrator' }).click();
  await expect(page.getByText('Choose a user.').first()).toBeVisible();
  await everyLook(page, 'administrator-from-user');
  // What was found before stands there until the new answer comes.
  const choose = async (email: string) => {
    await page.getByRole('combobox', { name: 'User' }).fill(email);
    await page.getByRole('listbox', { name: 'People' }).getByRole('option', { name: `Ada Lovelace ${email}` }).click();
  };
  await choose('bob@example.org');
  await expect(field(page, 'First name')).toHaveValue('Ada');
  await page.getByLabel('Role').selectOption('Manager');
  await page.getByRole('button', { name: 'Add administrator' }).click();
  await expect(page.getByText('Ada Lovelace has not set up a second factor.').first()).toBeVisible();
  await choose('ada@example.org');
  await page.getByRole('button', { name: 'Add administrator' }).click();
  await expect(page.getByText('Ada Lovelace is an administrator now')).toBeVisible();
  await openPanel(page, 'Ada Lovelace');
  await expect(page.getByText('It is that of the user that they were made from.')).toBeVisible();
  await everyLook(page, 'administrator-of-user');
  // Who is a user, too, stays one.
  await page.keyboard.press('Escape');
  await row(page, 'Ada Lovelace').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Delete…' }).click();
  const ask = page.getByRole('dialog', { name: 'Delete Ada Lovelace' });
  await expect(ask.getByText(/stays a user and keeps the password and second factors/)).toBeVisible();
  await expect(ask.getByRole('listitem')).toContainText('ada@example.org · stays a user');
  await everyLook(page, 'administrator-of-user-delete');
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await openPanel(page, 'Ada Lovelace');
  await page.getByRole('dialog').getByRole('link', { name: 'Ada Lovelace' }).click();
  await expect(page).toHaveURL(`/admin/users/${id}`);
  await expect(page.getByText('Also an administrator')).toBeVisible();
  await everyLook(page, 'user-also-administrator');

  // What opens her account takes a recent proof, wherever it is done, and is done then.
  const proof = page.getByRole('dialog', { name: 'Is it you?' });
  const prove = async () => {
    await proof.getByLabel('Password').fill(grace.password);
    await proof.getByRole('button', { name: 'Continue' }).click();
  };
  await advance(server, 11 * 60);
  await page.getByRole('textbox', { name: 'Company email' }).fill('countess@example.org');
  await page.getByRole('button', { name: 'Save user' }).click();
  await everyLook(page, 'user-proof');
  await prove();
  await expect(page.getByText('Saved Ada Lovelace')).toBeVisible();
  await advance(server, 11 * 60);
  await page.getByRole('button', { name: 'Manage MFA' }).click();
  await page.getByRole('menuitem', { name: 'Require MFA…' }).click();
  await page.getByRole('dialog', { name: /^Require MFA/ }).getByRole('button', { name: 'Require MFA' }).click();
  await prove();
  await expect(page.getByText('Required', { exact: true })).toBeVisible();
  // So does what takes back what was done, from the toast that offers it, whatever screen is there by then.
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Suspend now…' }).click();
  await page.getByRole('dialog', { name: 'Suspend Ada Lovelace' }).getByRole('button', { name: 'Suspend' }).click();
  const toasts = page.getByRole('region', { name: 'Notifications' });
  await toasts.getByText('Suspended Ada Lovelace').hover();
  await advance(server, 11 * 60);
  await panel(page, 'Ada Lovelace').getByRole('button', { name: 'Close' }).press('Enter');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).press('Enter');
  await expect(page).toHaveURL('/admin');
  await toasts.getByRole('button', { name: 'Undo' }).click();
  await expect(proof).toBeVisible();
  await expect(toasts.getByRole('alert')).toHaveCount(0);
  await prove();
  await expect(toasts.getByText('Active again: Ada Lovelace')).toBeVisible();
  await open(page, `/admin/users/${id}`);
  await page.getByRole('link', { name: 'Go to the administrator' }).click();
  await expect(panel(page, 'Ada Lovelace').getByText('countess@example.org').first()).toBeVisible();

  // The user's password and factor open the Admin Portal.
  await leave(page);
  await page.goto('/admin/login');
  await giveCredentials(page, 'countess@example.org', first);
  await page.getByLabel('6-digit code').fill(codeAt(secret, Date.now() + 33 * 60_000));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await live(page);
  // Deleting the user deletes the administrator.
  await asGrace(page, 'delete_users', { selection: { these: [id] } });
  await open(page, list);
  await expect(row(page, 'Grace Hopper')).toBeVisible();
  await expect(row(page, 'Ada Lovelace')).toBeHidden();
});
