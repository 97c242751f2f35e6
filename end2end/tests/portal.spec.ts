// People come in: from the message of the activation to a second factor, back in when something was
// forgotten, and the User Portal in every look.
import { accessible, everyLook, expect, live, picture, sizes, type Page } from '../support/test.ts';
import {
  addUser, advance, asGrace, codeAt, enter, grace, signInAsUser, testWithMail as test,
} from '../support/organization.ts';

const first = 'quartz-lagoon-mimic-4';
const second = 'marble-otter-canyon-7';
const third = 'walrus-anchor-tulip-8';

test.setTimeout(180_000);

async function logOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /your account/ }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByText('You have logged out.')).toBeVisible();
}

const applications = (page: Page) => expect(page.getByRole('heading', { name: /^Hello, / })).toBeVisible();

test('from the activation to a second factor, out and in again', async ({ page, postbox, guard }) => {
  guard.allowStatus(422, /^\/activate/);
  guard.allowStatus(410, /^\/activate/);
  await addUser(page, 'ada');
  const link = await postbox.link('ada@example.org', '/activate');
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Set your password' })).toBeVisible();
  await everyLook(page, 'activate');

  // The rules are told while one types, and by the server.
  const rule = (text: RegExp) => page.locator('.rules li').filter({ hasText: text });
  const password = page.getByLabel('New password');
  await password.fill('adaada');
  await expect(rule(/At least 12/)).not.toHaveClass(/kept/);
  await expect(rule(/username/)).not.toHaveClass(/kept/);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByText('A password has at least 12 characters.')).toBeVisible();
  await accessible(page);
  await password.fill(first);
  await expect(rule(/At least 12/)).toHaveClass(/kept/);
  await expect(rule(/username/)).toHaveClass(/kept/);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByText('Your password is set. Sign in with it.')).toBeVisible();
  await page.goto(link);
  await expect(page.getByText(/used already/)).toBeVisible();
  await everyLook(page, 'link-over');

  await signInAsUser(page, 'ada', first);
  await applications(page);
  await live(page);
  await everyLook(page, 'portal');

  // The second factor, on the page that the server alone makes.
  await page.getByRole('link', { name: 'Security' }).click();
  await everyLook(page, 'portal-security');
  await page.getByRole('button', { name: 'Turn on' }).click();
  const secret = (await page.locator('.enroll code').first().textContent()) ?? '';
  await everyLook(page, 'portal-totp');
  await page.getByLabel('6-digit code').fill(codeAt(secret, Date.now()));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await logOut(page);

  await signInAsUser(page, 'ADA@example.org', first);
  await expect(page.getByLabel('6-digit code')).toBeVisible();
  await everyLook(page, 'portal-challenge');
  await page.getByLabel('6-digit code').fill(codeAt(secret, Date.now() + 30_000));
  await page.getByRole('button', { name: 'Continue' }).click();
  await applications(page);
});

test('one’s own profile, keys and sessions', async ({ page, guard }) => {
  guard.allowStatus(422, /^\/(security\/ssh-keys|_fn\/update_profile)/);
  const id = await addUser(page, 'ida', first);
  await signInAsUser(page, 'ida', first);
  await live(page);
  await page.getByRole('link', { name: 'Profile' }).click();
  await expect(page.getByLabel('First name')).toHaveValue('Ada');
  await expect(page.getByText('Research')).toBeVisible();
  await page.getByLabel('Display name').fill('The Countess');
  await page.getByRole('button', { name: 'Add phone number' }).click();
  await page.getByRole('group', { name: 'Phone number 1' }).getByRole('textbox', { name: 'Number' }).fill('+44 20 7946 0000');
  await everyLook(page, 'profile');
  // What is typed is not lost by a slip.
  await page.getByRole('link', { name: 'Applications' }).click();
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved your profile')).toBeVisible();
  await page.reload();
  await live(page);
  await expect(page.getByLabel('Display name')).toHaveValue('The Countess');

  await page.getByRole('link', { name: 'Security' }).click();
  await page.getByRole('link', { name: 'SSH keys' }).click();
  await page.getByLabel('Public key').fill('-----BEGIN OPENSSH PRIVATE KEY-----');
  await page.getByRole('button', { name: 'Add key' }).click();
  await expect(page.getByText(/This is a private key/)).toBeVisible();
  await page.getByLabel('Public key').fill('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti laptop');
  await page.getByRole('button', { name: 'Add key' }).click();
  await expect(page.getByText('SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ')).toBeVisible();
  await everyLook(page, 'ssh-keys');
  await page.getByRole('link', { name: 'Sessions' }).click();
  await everyLook(page, 'portal-sessions');

  // Light and dark work without WASM too; the menu is a popover.
  await page.getByRole('button', { name: /your account/ }).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await accessible(page);
  await picture(page, 'portal-menu');

  // An administrator sees the key, and takes it away.
  await page.goto(`/admin/users/${id}`);
  await live(page);
  const keys = page.getByRole('region', { name: 'SSH keys' });
  await expect(keys.getByText('SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ')).toBeVisible();
  await keys.scrollIntoViewIfNeeded();
  await everyLook(page, 'user-ssh-keys');
  await keys.getByRole('button', { name: 'Remove…' }).click();
  await picture(page, 'user-ssh-key-remove');
  await page.getByRole('button', { name: 'Remove SSH key' }).click();
  await expect(page.getByText('Removed an SSH key of The Countess')).toBeVisible();
  await expect(keys).toBeHidden();
});

test('a forgotten password', async ({ page, postbox }) => {
  await addUser(page, 'eve', first);
  await page.goto('/login');
  await everyLook(page, 'user-login');
  await page.getByRole('link', { name: 'Reset password' }).click();
  await everyLook(page, 'forgot-password');
  await page.getByLabel('Username or company email').fill('eve');
  await page.getByRole('button', { name: 'Send the email' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible();
  await everyLook(page, 'forgot-password-sent');
  await page.goto(await postbox.link('eve@example.org', '/reset-password'));
  await page.getByLabel('New password').fill(second);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await signInAsUser(page, 'eve', second);
  await applications(page);
});

test('a lock that opens by itself', async ({ page, server, guard }) => {
  guard.allowStatus(422, /^\/login/);
  guard.allowStatus(429, /^\/login/);
  await addUser(page, 'lou', first);
  for (let tries = 0; tries < 6; tries += 1) await signInAsUser(page, 'lou', 'wrong');
  await expect(page.getByText('Too many tries. Wait 15 minutes, then try again.')).toBeVisible();
  await everyLook(page, 'locked');
  await signInAsUser(page, 'lou', first);
  await expect(page.getByText(/Too many tries/)).toBeVisible();
  await advance(server, 15 * 60 + 1);
  await signInAsUser(page, 'lou', first);
  await applications(page);
});

test('a lock that an administrator opens', async ({ page, browser, server, guard, postbox }) => {
  guard.allowStatus(422, /^\/login/);
  guard.allowStatus(429, /^\/login/);
  await addUser(page, 'leo', first);
  for (let tries = 0; tries < 6; tries += 1) await signInAsUser(page, 'leo', 'wrong');
  await expect(page.getByText(/Too many tries/)).toBeVisible();
  expect(await postbox.messageTo('leo@example.org')).toContain('locked');
  expect(await postbox.messageTo(grace.email)).toContain('/admin/users/');

  // The administrator sees it on the Homepage, and from there in the list.
  const context = await browser.newContext({ baseURL: server.url, viewport: sizes.wide, locale: 'en-GB', timezoneId: 'Europe/London' });
  await guard.watch(context);
  const desk = await context.newPage();
  await enter(desk);
  await desk.goto('/admin');
  await live(desk);
  await expect(desk.getByText(/(person is|people are) locked out/)).toBeVisible();
  await everyLook(desk, 'home-locked');
  await desk.getByRole('link', { name: /people who are locked out/ }).click();
  const row = desk.getByRole('row').filter({ hasText: 'leo@example.org' });
  await expect(row).toContainText('Locked');
  await everyLook(desk, 'users-locked');
  await row.getByRole('link').first().click();
  await expect(desk.getByText(/Locked until/)).toBeVisible();
  await desk.getByRole('button', { name: 'Manage password' }).click();
  await desk.getByRole('menuitem', { name: /Unlock/ }).click();
  const ask = desk.getByRole('dialog', { name: /^Unlock/ });
  await everyLook(desk, 'unlock');
  await ask.getByRole('button', { name: /^Unlock/ }).click();
  await expect(desk.getByText(/can sign in again$/)).toBeVisible();
  await expect(desk.getByText(/Locked until/)).toBeHidden();
  await context.close();

  await signInAsUser(page, 'leo', first);
  await applications(page);
});

test('a password that must be changed, and one that expires', async ({ page, server, postbox }) => {
  test.slow();
  await addUser(page, 'max', first, true);
  await signInAsUser(page, 'max', first);
  await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
  await everyLook(page, 'new-password');
  await page.getByLabel('New password').fill(second);
  await page.getByRole('button', { name: 'Set the password and continue' }).click();
  await applications(page);

  const { version } = (await asGrace(page, 'password_policy', {})) as { version: number };
  const form = {
    minLength: '12', needsLowercase: false, needsUppercase: false, needsNumeric: false, needsSymbolic: false,
    allowUsernameSubstring: false, disallowCommonlyUsed: true, disallowSequentialOrRepetitive: false,
    displayOnResetScreen: true, enableHistory: true, maxHistory: '3', enableMinChange: false, minChangeDays: '',
    enableExpiration: true, expirationDays: '30', enableWarning: true, warningDays: '7', enableLockout: true,
    maxAttempts: '6', windowMinutes: '15', enableUnlock: true, unlockMinutes: '15',
  };
  await asGrace(page, 'save_password_policy', { version, form });
  await advance(server, 25 * 24 * 60 * 60);
  await signInAsUser(page, 'max', second);
  await expect(page.getByText(/Your password expires in \d days/)).toBeVisible();
  await live(page);
  await everyLook(page, 'portal-expiring');
  // The message goes out with the next round of maintenance, which comes every minute.
  const warned = () => postbox.messages.some(({ to, text }) => to.includes('max@example.org') && /expires/.test(text));
  await expect.poll(warned, { timeout: 75_000 }).toBe(true);
  await advance(server, 6 * 24 * 60 * 60);
  await page.reload();
  await expect(page).toHaveURL(/\/login/);
  await signInAsUser(page, 'max', second);
  await page.getByLabel('New password').fill(third);
  await page.getByRole('button', { name: 'Set the password and continue' }).click();
  await applications(page);
});

test('a required factor: later, then at once', async ({ page, server, guard }) => {
  guard.allowStatus(403, /^\/login/);
  const id = await addUser(page, 'fay', first);
  await asGrace(page, 'change_mfa', { selection: { these: [id] }, requirement: { require: { days: 3 } } });
  await signInAsUser(page, 'fay', first);
  await expect(page.getByText(/3 days are left/)).toBeVisible();
  await everyLook(page, 'enroll-later');
  await page.getByRole('link', { name: 'Later' }).click();
  await applications(page);
  await advance(server, 3 * 24 * 60 * 60);
  await signInAsUser(page, 'fay', first);
  await expect(page.getByText(/the time for it has run out/)).toBeVisible();
  await everyLook(page, 'lapsed');
});

test('the User Portal without JavaScript', async ({ browser, page, server, guard }) => {
  await addUser(page, 'zoe', first);
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, viewport: sizes.small });
  await guard.watch(context);
  const plain = await context.newPage();
  await signInAsUser(plain, 'zoe', first);
  await applications(plain);
  await expect(plain.getByText(/Without JavaScript your profile can be read here/)).toBeVisible();
  await plain.getByRole('link', { name: 'Security' }).click();
  await plain.getByLabel('Current password').fill(first);
  await plain.getByLabel('New password').fill(second);
  await plain.getByRole('button', { name: 'Change password' }).click();
  await expect(plain.getByText('Your password is changed.')).toBeVisible();
  await context.close();
});
