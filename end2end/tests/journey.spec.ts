// The first day: set up from the printed link, turn the second factor on, sign in with it, find
// somebody, change them, suspend them, see it on the Homepage. Every screen in every look.
import { everyLook, expect, live, test } from '../support/test.ts';
import { codeAt, giveCredentials, grace } from '../support/organization.ts';

const CODE = /6-digit code|Verification code/;

test.setTimeout(300_000);

test('from the printed link to a suspended user on the Homepage', async ({ page, server, guard }) => {
  const [, link] = await server.said(/(http:\/\/localhost:\d+\/setup\?token=\S+)/);
  await page.goto(link!);
  await expect(page.getByRole('heading', { name: 'Set up Bailiwick' })).toBeVisible();
  await everyLook(page, 'setup');

  // A fault is told at its field, and nothing else is lost.
  guard.allowStatus(422, /^\/setup/);
  guard.allowStatus(410, /^\/setup/);
  guard.allowMessage(/Failed to load resource/);
  await page.getByLabel('Organization name').fill(grace.organization);
  await page.getByLabel('First name').fill(grace.firstName);
  await page.getByLabel('Last name').fill(grace.lastName);
  await page.getByLabel('Company email').fill(grace.email);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('A sample organization').check();
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByText('A password has at least 12 characters.')).toBeVisible();
  await expect(page.getByLabel('Organization name')).toHaveValue(grace.organization);
  await page.getByLabel('Password', { exact: true }).fill(grace.password);
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await live(page);
  await expect(page).toHaveTitle('Home · Bailiwick');
  await page.goto(link!);
  await expect(page.getByText('This set-up link has been used')).toBeVisible();
  await everyLook(page, 'setup-gone');

  // The second factor.
  await page.goto('/admin/account/security');
  await everyLook(page, 'security');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
  await everyLook(page, 'totp');
  const secret = (await page.locator('.enroll code').first().textContent()) ?? '';
  expect(secret.replace(/\s/g, '')).toMatch(/^[A-Z2-7]{32}$/);
  await page.getByLabel(CODE).fill(codeAt(secret, Date.now()));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  await everyLook(page, 'recovery-codes');
  await page.getByRole('link', { name: 'I have kept them' }).click();

  // Out, and in again with it.
  await page.goto('/admin');
  await live(page);
  await page.getByRole('button', { name: /Grace Hopper|account/i }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Administrator login' })).toBeVisible();
  await everyLook(page, 'login');
  await giveCredentials(page);
  await expect(page.getByLabel(CODE)).toBeVisible();
  await everyLook(page, 'challenge');
  // The code of the enrolment is used up; the next step's is good already, a little early.
  await page.getByLabel(CODE).fill(codeAt(secret, Date.now() + 30_000));
  await page.getByRole('button', { name: /Continue|Verify|Sign in/ }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await live(page);
  await everyLook(page, 'home');

  // Find a person.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('larry kni');
  await page.getByRole('option', { name: /Larry Knight/ }).click();
  await expect(page).toHaveURL(/\/admin\/users\/[0-9a-f]{24}/);
  const panel = page.getByRole('dialog');
  await expect(panel.getByRole('heading', { name: 'Larry Knight' })).toBeVisible();
  await everyLook(page, 'user');

  // Edit, and see it kept.
  await panel.getByLabel('Department').fill('Field Sales');
  await panel.getByRole('button', { name: 'Save user' }).click();
  await expect(page.getByText('Saved Larry Knight')).toBeVisible();
  await page.reload();
  await live(page);
  await expect(page.getByLabel('Department')).toHaveValue('Field Sales');

  // Suspend, after being told what that means.
  await panel.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('menuitem', { name: /Suspend/ }).click();
  const sure = page.getByRole('alertdialog').or(page.getByRole('dialog', { name: /Suspend/ }));
  await expect(sure.getByText(/All access is taken away/)).toBeVisible();
  await sure.getByRole('button', { name: /^Suspend/ }).click();
  await expect(panel.getByText('Suspended').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/admin\/users(\?|$)/);
  await everyLook(page, 'users');

  // The Homepage counts 45 now, and leads to them.
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('link', { name: /Suspended.*45|45.*Suspended/ }).first()).toBeVisible();
  await page.getByRole('link', { name: /Suspended.*45|45.*Suspended/ }).first().click();
  await expect(page).toHaveURL(/filter=state:is:SUSPENDED/);
  await page.getByLabel(/Search name/).fill('larry.knight');
  await expect(page.getByRole('row', { name: /Larry Knight/ })).toBeVisible();
});
