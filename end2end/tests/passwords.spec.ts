// Passwords from the administrator's side: the rules of the organization, and what can be done
// about one user's way in. Every screen and question in every look.
import { everyLook, expect, live, open } from '../support/test.ts';
import { addAdministrator, enter, test } from '../support/organization.ts';
import type { Page } from '../support/test.ts';

test.setTimeout(300_000);

/** Adds somebody through the form; says the address of their panel. */
async function add(page: Page, username: string, how: (panel: ReturnType<Page['getByRole']>) => Promise<void>): Promise<string> {
  await open(page, '/admin/users/new');
  const panel = page.getByRole('dialog');
  await panel.getByLabel('Username').fill(username);
  await panel.getByLabel('Company email').fill(`${username}@example.org`);
  await how(panel);
  await panel.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByText(/^Added /)).toBeVisible();
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL(/\/admin\/users\/[0-9a-f]{24}/);
  return page.url();
}

/** Chooses from one of the panel's menus. */
async function choose(page: Page, menu: string, entry: RegExp): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

test('the password settings say what they mean, and are kept', async ({ page, guard }) => {
  await enter(page);
  await open(page, '/admin');
  await page.getByRole('link', { name: 'Password settings' }).click();
  await expect(page.getByRole('heading', { name: 'Password settings', level: 1 })).toBeVisible();
  await everyLook(page, 'password-settings');

  const told = page.getByRole('region', { name: 'What users are asked for' });
  await expect(told.getByText('At least 12 characters')).toBeVisible();
  await page.getByLabel('Minimum length').fill('14');
  await expect(told.getByText('At least 14 characters')).toBeVisible();
  await page.getByRole('switch', { name: 'A digit' }).check();
  await expect(told.getByText('A digit')).toBeVisible();
  await page.getByRole('switch', { name: 'Passwords expire' }).check();
  await page.getByLabel('Days that a password lasts').fill('9999');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Enter a number from 1 to 3650 (days).').first()).toBeVisible();
  await expect(page.getByLabel('Days that a password lasts')).toBeFocused();
  await page.getByLabel('Days that a password lasts').fill('90');
  // Whether anybody has a password yet depends on what ran before.
  await expect(page.getByText(/set from now on lasts 90 days|to be changed within 90 days/)).toBeVisible();
  await expect(page.getByText('Warnings go out once a day, from 7 days before a password expires.')).toBeVisible();
  await everyLook(page, 'password-settings-changed');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved the password settings')).toBeVisible();
  await expect(page.getByText('When you save')).toBeHidden();
  await page.reload();
  await live(page);
  await expect(page.getByLabel('Minimum length')).toHaveValue('14');
  // What is typed is not lost by a slip.
  await page.getByLabel('Minimum length').fill('15');
  await page.getByRole('navigation').getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('dialog', { name: 'Discard unsaved changes?' }).getByRole('button', { name: 'Keep editing' }).click();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page.getByLabel('Minimum length')).toHaveValue('14');
  await expect(page.getByLabel('Days of warning')).toHaveValue('7');

  // Somebody else is faster.
  const other = await page.context().newPage();
  await open(other, '/admin/security/passwords');
  await other.getByLabel('Minimum length').fill('13');
  await other.getByRole('button', { name: 'Save settings' }).click();
  await expect(other.getByText('Saved the password settings')).toBeVisible();
  await other.close();
  guard.allowStatus(409, /save_password_policy/);
  await page.getByLabel('Minimum length').fill('16');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText(/The password settings have been changed meanwhile/)).toBeVisible();
  await page.getByRole('button', { name: 'Load what is there now' }).click();
  await expect(page.getByLabel('Minimum length')).toHaveValue('13');
});

test('a password is set, forced to change, and emails are asked about', async ({ page, guard }) => {
  await enter(page);
  await add(page, 'ada.lovelace', async (panel) => {
    await panel.getByLabel('None').check();
  });
  const panel = page.getByRole('dialog').filter({ has: page.getByRole('heading', { name: 'ada.lovelace' }) });
  await expect(panel.getByText('Pending')).toBeVisible();

  // What does not apply says why.
  await page.getByRole('button', { name: 'Manage password' }).click();
  const reset = page.getByRole('menuitem', { name: /Send password reset email/ });
  await expect(reset).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText('This user has no password yet; the activation email is for that.')).toBeVisible();
  await everyLook(page, 'user-password-menu');
  await page.keyboard.press('Escape');

  await choose(page, 'Manage password', /Send activation email/);
  const send = page.getByRole('dialog', { name: 'Send activation email to ada.lovelace' });
  await expect(send.getByText(/a link that sets the first one/)).toBeVisible();
  await send.getByLabel('To another address, this once').check();
  await everyLook(page, 'send-activation');
  guard.allowStatus(422, /_fn\//);
  await send.getByLabel('Send it to').fill('nonsense');
  await send.getByRole('button', { name: 'Send activation email' }).click();
  await expect(send.getByText('An email address looks like name@example.org.')).toBeVisible();
  await send.getByLabel('Send it to').fill('ada@example.net');
  await send.getByRole('button', { name: 'Send activation email' }).click();
  await expect(page.getByText('The email to ada.lovelace waits in the Outbox: there is no mail server')).toBeVisible();

  // A weak one is refused rule by rule; one that is made will do.
  await choose(page, 'Manage password', /Set password/);
  const set = page.getByRole('dialog', { name: 'Set password for ada.lovelace' });
  await set.getByLabel('New password').fill('ada.lovelace');
  await set.getByRole('button', { name: 'Set password' }).click();
  await expect(set.getByText(/must not hold the username/)).toBeVisible();
  await everyLook(page, 'set-password');
  await set.getByRole('button', { name: 'Generate' }).click();
  await expect(set.getByLabel('New password')).toHaveValue(/^\w{4}-\w{4}-\w{4}-\w{4}/);
  await expect(set.getByText(/Copy it now/)).toBeVisible();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await set.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(set.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await set.getByLabel('New password').inputValue());
  await everyLook(page, 'set-password-made');
  await set.getByLabel('Must be changed at the next sign-in').uncheck();
  await set.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('Set the password of ada.lovelace')).toBeVisible();
  await expect(panel.getByText('Pending')).toBeHidden();

  await choose(page, 'Manage password', /Force password change/);
  const force = page.getByRole('dialog', { name: 'Force password change for ada.lovelace' });
  await expect(force.getByText(/All sessions of ada.lovelace end at once/)).toBeVisible();
  await force.getByRole('button', { name: 'Force password change' }).click();
  await expect(panel.getByText('Expired').first()).toBeVisible();
  await expect(panel.getByText('Must be changed at the next sign-in')).toBeVisible();

  await choose(page, 'Manage password', /Send password reset email/);
  const again = page.getByRole('dialog', { name: 'Send password reset email to ada.lovelace' });
  await expect(again.getByText('ada.lovelace@example.org')).toBeVisible();
  await again.getByRole('button', { name: 'Send password reset email' }).click();
  // What was said of the first one may still stand there.
  await expect(again).toBeHidden();
  await expect(page.getByText('The email to ada.lovelace waits in the Outbox: there is no mail server').last()).toBeVisible();
  await everyLook(page, 'user-forced');

  // All of it is in the history.
  await page.getByRole('link', { name: 'Activity' }).click();
  for (const line of [/Set the user.s password/, /Required a change of the password/, /Sent the activation email/]) {
    await expect(panel.getByText(line).first()).toBeVisible();
  }
});

test('a second factor is required for days, and not any more', async ({ page, guard }) => {
  await enter(page);
  await add(page, 'charles.babbage', async (panel) => {
    await panel.getByLabel('Now, by you').check();
    await panel.getByRole('button', { name: 'Generate' }).click();
    await expect(panel.getByLabel('New password')).toHaveValue(/-/);
    await everyLook(page, 'new-user');
  });
  const panel = page.getByRole('dialog').filter({ has: page.getByRole('heading', { name: 'charles.babbage' }) });
  await choose(page, 'Manage MFA', /Require MFA/);
  const ask = page.getByRole('dialog', { name: 'Require MFA of charles.babbage' });
  await expect(ask.getByLabel('Days to enroll')).toHaveValue('7');
  guard.allowStatus(422, /change_mfa/);
  await ask.getByLabel('Days to enroll').fill('366');
  await ask.getByRole('button', { name: 'Require MFA' }).click();
  await expect(ask.getByText('Enter a number from 1 to 365 (days).')).toBeVisible();
  await everyLook(page, 'require-mfa');
  await ask.getByLabel('Days to enroll').fill('14');
  await ask.getByRole('button', { name: 'Require MFA' }).click();
  await expect(page.getByText('MFA is required of charles.babbage')).toBeVisible();
  await expect(panel.getByText(/To enroll by/)).toBeVisible();
  await choose(page, 'Manage MFA', /Remove MFA/);
  await page.getByRole('dialog', { name: 'Remove MFA for charles.babbage' }).getByRole('button', { name: 'Remove MFA' }).click();
  await expect(panel.getByText('Not required')).toBeVisible();
});

test('activating asks about the email', async ({ page }) => {
  await enter(page);
  await add(page, 'grace.brewster', async (panel) => {
    await panel.getByLabel('Staged', { exact: true }).check();
    await expect(panel.getByText('Nobody who is Staged gets an email')).toBeVisible();
  });
  await choose(page, 'Change', /Activate now/);
  const ask = page.getByRole('dialog', { name: 'Activate grace.brewster' });
  await expect(ask.getByLabel('Activation email to grace.brewster@example.org')).toBeChecked();
  await everyLook(page, 'activate');
  await ask.getByRole('button', { name: 'Activate grace.brewster' }).click();
  await expect(page.getByText('Activated grace.brewster')).toBeVisible();
  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByText('to grace.brewster@example.org')).toBeVisible();
});

test('whoever only looks is told why nothing can be done', async ({ page, server, program }) => {
  addAdministrator(server, program, 'reader@example.org', 'Read Only');
  await enter(page, 'reader@example.org');
  await open(page, '/admin/security/passwords');
  await expect(page.getByText(/You can look at these settings, but not change them/)).toBeVisible();
  await expect(page.getByLabel('Minimum length')).toHaveAttribute('readonly', '');
  await everyLook(page, 'password-settings-read-only');
  await open(page, '/admin/users');
  await page.getByRole('row').nth(1).click();
  const manage = page.getByRole('button', { name: 'Manage password' });
  await expect(manage).toHaveAttribute('aria-disabled', 'true');
  await expect(manage).toHaveAttribute('aria-description', 'Your role is Read Only, which does not allow this.');
});
