// Passkeys, with Chromium's virtual authenticator: added, used by themselves and after the password,
// taken away, by a user and by an administrator.
import { accessible, everyLook, expect, live, type Page } from '../support/test.ts';
import { addUser, asGrace, enter, grace, signInAsUser, test } from '../support/organization.ts';
import { device } from '../support/device.ts';

const password = 'quartz-lagoon-mimic-4';

test.setTimeout(240_000);

/** Adds a passkey where somebody is signed in, and keeps the recovery codes. */
async function addPasskey(page: Page, security: string, name: string): Promise<void> {
  await page.goto(security);
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name (optional)').fill(name);
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await expect(page.getByRole('link', { name: `Change the passkey ${name}` })).toBeVisible();
}

async function applications(page: Page): Promise<void> {
  await expect(page).toHaveURL(/localhost:\d+\/$/);
}

async function leave(page: Page, at: string): Promise<void> {
  const answer = await page.context().request.post(at, { maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

test('a user adds a passkey and signs in with it alone', async ({ page }) => {
  await addUser(page, 'pia', password);
  const finger = await device(page);
  await signInAsUser(page, 'pia', password);
  await applications(page);
  await page.goto('/security');
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name (optional)').fill('Laptop');
  await everyLook(page, 'passkey-new');
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  await everyLook(page, 'passkey-codes');
  await page.getByRole('link', { name: 'I have kept them' }).click();
  const own = page.getByRole('link', { name: 'Change the passkey Laptop' });
  await own.scrollIntoViewIfNeeded();
  await everyLook(page, 'passkeys');
  // The device does not make a second one.
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await expect(page.getByRole('alert')).toHaveText('This device keeps a passkey of yours already.');
  await accessible(page);

  // By itself.
  await leave(page, '/logout');
  await page.goto('/login');
  const alone = page.getByRole('button', { name: 'Sign in with a passkey' });
  await expect(alone).toBeVisible();
  await everyLook(page, 'login-passkey');
  await finger.without(async () => {
    await alone.click();
    await expect(page.getByRole('alert')).toHaveText('No passkey was chosen. Try again when you are ready.');
    await everyLook(page, 'login-passkey-not-chosen');
  });
  await alone.click();
  await applications(page);

  await page.goto('/security/sessions');
  await expect(page.getByText('by passkey,')).toBeVisible();
});

test('a passkey after the password, until an administrator removes it', async ({ page, guard }) => {
  guard.allowStatus(422, /^\/login\/passkey$/);
  const id = await addUser(page, 'una', password);
  await device(page);
  await signInAsUser(page, 'una', password);
  await applications(page);
  await addPasskey(page, '/security', 'Laptop');
  await leave(page, '/logout');
  await signInAsUser(page, 'una', password);
  await expect(page.getByRole('heading', { name: 'Use your passkey' })).toBeVisible();
  await everyLook(page, 'challenge-passkey');
  await page.getByRole('button', { name: 'Continue with a passkey' }).click();
  await applications(page);

  // It can be renamed, and shows in the user's panel.
  await page.goto('/security');
  await page.getByRole('link', { name: 'Change the passkey Laptop' }).click();
  await everyLook(page, 'passkey-change');
  await page.getByLabel('Name (optional)').fill('Old laptop');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The passkey has its new name.')).toBeVisible();
  await enter(page);
  await page.goto(`/admin/users/${id}`);
  await live(page);
  await expect(page.getByText('Passkey enrolled')).toBeVisible();
  await page.getByRole('button', { name: 'Manage MFA' }).click();
  await page.getByRole('menuitem', { name: 'Remove passkey “Old laptop”…' }).click();
  await expect(page.getByText(/opens nothing any more/)).toBeVisible();
  await everyLook(page, 'user-passkey-remove');
  await page.getByRole('button', { name: 'Remove passkey' }).click();
  await expect(page.getByText('Removed a passkey of Ada Lovelace')).toBeVisible();

  // It opens nothing any more.
  await page.goto('/security');
  await expect(page).toHaveURL(/\/login/);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText(/does not open an account here/)).toBeVisible();
  await everyLook(page, 'login-passkey-refused');
  await signInAsUser(page, 'una', password);
  await applications(page);
});

test('an administrator signs in with a passkey, and removes it', async ({ page, guard }) => {
  guard.allowStatus(422, /^\/admin\/login\/passkey$/);
  await device(page);
  await enter(page);
  await addPasskey(page, '/admin/account/security', 'Key');
  await everyLook(page, 'own-passkeys');
  await leave(page, '/admin/logout');
  await page.goto('/admin/login');
  await everyLook(page, 'admin-login-passkey');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await live(page);

  await leave(page, '/admin/logout');
  await page.goto('/admin/login');
  await page.getByLabel('Company email').fill(grace.email);
  await page.getByLabel('Password', { exact: true }).fill(grace.password);
  await page.getByRole('button', { name: 'Administrator Login' }).click();
  await page.getByRole('button', { name: 'Continue with a passkey' }).click();
  await expect(page).toHaveURL(/\/admin$/);

  await page.goto('/admin/account/security');
  await page.getByRole('link', { name: 'Change the passkey Key' }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('The passkey is removed.')).toBeVisible();
  await leave(page, '/admin/logout');
  await page.goto('/admin/login');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText(/does not open an account here/)).toBeVisible();
  await enter(page);
});

test('a required factor can be a passkey, and the last one stays', async ({ page }) => {
  const id = await addUser(page, 'rea', password);
  await device(page);
  await asGrace(page, 'change_mfa', { selection: { these: [id] }, requirement: { require: { days: 3 } } });
  await signInAsUser(page, 'rea', password);
  await expect(page.getByText(/3 days are left/)).toBeVisible();
  await everyLook(page, 'enroll-later-passkey');
  await page.getByRole('link', { name: 'Add a passkey instead' }).click();
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await page.getByRole('link', { name: 'Change the passkey Passkey' }).click();
  await expect(page.getByText(/the only one that you have/)).toBeVisible();
  await everyLook(page, 'passkey-last');
  // Where the address is not the server's own, it says what is needed.
});
