// Outgoing mail: without a server the outbox, with one the mailbox; templates; a forgotten password.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, advance, enter, leave, giveCredentials, grace, test } from '../support/organization.ts';
import { Postbox } from '../support/postbox.ts';

const settings = '/admin/settings/outgoing-mail';

/** Asks for a link without looking at the page: for tests of what comes after. */
async function forget(page: Page, email: string): Promise<void> {
  const answer = await page.context().request.post('/admin/forgot-password', { form: { email } });
  expect(answer.status(), await answer.text()).toBe(200);
}

test('without a mail server a link is handed over by hand', async ({ page, server, program, guard }) => {
  test.slow();
  const email = 'olga@example.org';
  addAdministrator(server, program, email, 'Read Only');
  await page.goto('/admin/login');
  await page.getByRole('link', { name: 'Reset administrator password' }).click();
  await everyLook(page, 'forgot-password');
  await page.getByLabel('Company email').fill(email);
  await page.getByRole('button', { name: 'Send the email' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible();

  await enter(page);
  await open(page, '/admin');
  await page.getByRole('navigation').getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('link', { name: 'Outbox' }).click();
  await expect(page.getByText('There is no mail server, so messages wait here.')).toBeVisible();
  const row = page.getByRole('row').filter({ hasText: email });
  await expect(row).toContainText('Waiting: no mail server');
  await everyLook(page, 'outbox');
  await row.getByRole('link').click();
  const panel = page.getByRole('dialog');
  await expect(panel.getByRole('article', { name: 'Message' })).toContainText('Hello olga');
  await expect(panel).not.toContainText('token=');
  await everyLook(page, 'message');

  // The proof of the password has grown old.
  await advance(server, 11 * 60);
  guard.allowStatus(403, /read_message_link/);
  await panel.getByRole('button', { name: 'Show the link' }).click();
  const proof = page.getByRole('dialog', { name: 'Is it you?' });
  await proof.getByRole('textbox', { name: 'Password' }).fill('wrong-password-1');
  guard.allowStatus(422, /reauthenticate/);
  await proof.getByRole('button', { name: 'Continue' }).click();
  await expect(proof.getByText('This is not your password.')).toBeVisible();
  await proof.getByRole('textbox', { name: 'Password' }).fill(grace.password);
  await proof.getByRole('button', { name: 'Continue' }).click();
  const link = await panel.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(link).toContain(`${server.url}/admin/reset-password?token=`);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await panel.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(panel.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await everyLook(page, 'message-link');

  await leave(page);
  await page.goto(link);
  await everyLook(page, 'reset-password');
  await page.getByLabel('New password').fill('granite-otter-lantern-4');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByText('Your password is set.')).toBeVisible();
  await giveCredentials(page, email, 'granite-otter-lantern-4');
  await expect(page).toHaveURL(/\/admin$/);
  guard.allowStatus(410, /reset-password/);
  await page.goto(link);
  await expect(page.getByText('This link has been used already')).toBeVisible();
});

test('several messages are discarded at once', async ({ page, server, program }) => {
  test.slow();
  for (const name of ['una', 'ute', 'uwe']) {
    addAdministrator(server, program, `${name}@example.org`, 'Read Only');
    await forget(page, `${name}@example.org`);
  }
  await enter(page);
  await open(page, '/admin/settings/outbox');
  const row = (name: string) => page.getByRole('row').filter({ hasText: `${name}@example.org` });
  const actions = page.getByRole('button', { name: /^Actions/ });
  await expect(actions).toHaveAttribute('aria-description', 'Select messages first.');
  // One that is discarded already is left out of the next time.
  await row('una').getByRole('checkbox').check();
  await actions.click();
  const retry = page.getByRole('menuitem', { name: 'Try again…' });
  await expect(retry).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('menuitem', { name: 'Discard…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard 1 message' }).click();
  await expect(page.getByText('Discarded 1 message')).toBeVisible();
  await expect(row('una')).toContainText('Discarded');
  for (const name of ['una', 'ute', 'uwe']) await row(name).getByRole('checkbox').check();
  await expect(page.getByText('3 selected')).toBeVisible();
  await everyLook(page, 'outbox-selected');
  await actions.click();
  await page.getByRole('menuitem', { name: 'Discard…' }).click();
  const ask = page.getByRole('dialog', { name: 'Discard 2 messages' });
  await expect(ask.getByText('1 of 3 selected is left out:')).toBeVisible();
  await expect(ask.getByText('has been discarded')).toBeVisible();
  await everyLook(page, 'outbox-discard');
  await ask.getByRole('button', { name: 'Discard 2 messages' }).click();
  await expect(page.getByText('Discarded 2 messages')).toBeVisible();
  for (const name of ['ute', 'uwe']) await expect(row(name)).toContainText('Discarded');
  await expect(page.getByText(/selected$/)).toBeHidden();
});

test('a mail server is set up, tried, and messages arrive', async ({ page, server, program, guard }) => {
  test.slow();
  const postbox = await Postbox.start();
  await enter(page);
  await open(page, settings);
  await page.getByLabel('Send messages through a mail server').check();
  await page.getByRole('textbox', { name: 'Server', exact: true }).fill('smtp.example.org');
  await page.getByLabel('Encryption').selectOption('None');
  await expect(page.getByText('would travel where others can read them')).toBeVisible();
  await page.getByLabel('Messages are from').fill('directory');
  guard.allowStatus(422, /save_mail_settings/);
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText(/looks like name@example.org|not right/).first()).toBeVisible();
  await everyLook(page, 'outgoing-mail-faults');
  await page.getByRole('textbox', { name: 'Server', exact: true }).fill('127.0.0.1');
  await page.getByLabel('Port').fill(String(postbox.port));
  await page.getByLabel('Messages are from').fill('directory@example.org');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Messages are sent')).toBeVisible();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Organization' }).click();
  await page.getByRole('textbox', { name: 'Contact', exact: true }).fill('The help desk');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved the organization’s settings')).toBeVisible();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Outgoing mail' }).click();

  await page.getByLabel('Send a test to').fill('never@example.org');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText('550 5.1.1 There is nobody of that name here')).toBeVisible();
  await page.getByLabel('Send a test to').fill('grace@example.org');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText('The mail server took it.')).toBeVisible();
  expect(await postbox.messageTo('grace@example.org')).toContain('Outgoing mail works');
  await everyLook(page, 'outgoing-mail');

  const email = 'vera@example.org';
  addAdministrator(server, program, email, 'Read Only');
  await forget(page, email);
  const message = await postbox.messageTo(email);
  expect(message).toContain('From: "Example Org" <directory@example.org>');
  expect(message).toContain('Questions? Ask The help desk.');
  expect(message).toMatch(/\/admin\/reset-password\?token=[\w-]{43}/);
  await page.getByRole('link', { name: 'Outbox' }).click();
  await expect(page.getByRole('row').filter({ hasText: email })).toContainText('Sent');
  await expect(page.getByRole('row').filter({ hasText: 'never@example.org' })).toContainText('Given up');

  // What was given up can be discarded.
  await page.getByRole('row').filter({ hasText: 'never@example.org' }).getByRole('link').click();
  await page.getByRole('button', { name: 'Discard message…' }).click();
  const ask = page.getByRole('dialog', { name: 'Discard message' });
  await expect(ask.getByText(/a link in it opens nothing any more/)).toBeVisible();
  await ask.getByRole('button', { name: 'Discard message' }).click();
  await expect(page.getByText('Discarded the message')).toBeVisible();
  await expect(page.getByRole('dialog')).toContainText('What it said is erased');
  postbox.stop();
});

test('a template is edited with a preview, and reset', async ({ page }) => {
  test.slow();
  await enter(page);
  await open(page, '/admin/settings/email-templates');
  await everyLook(page, 'email-templates');
  await page.getByRole('link', { name: 'Activation', exact: true }).click();
  const panel = page.getByRole('dialog');
  const preview = panel.getByRole('region', { name: 'Preview' });
  await expect(preview).toContainText('Welcome to Example Org');
  await panel.getByLabel('Title').fill('Good to have you, #{first_name}');
  await expect(preview).toContainText('Good to have you, Ada');
  await panel.getByLabel('Body').fill('Your key: #{password}');
  await panel.getByRole('button', { name: 'Save template' }).click();
  await expect(panel.getByText('This message knows no #{password}.')).toBeVisible();
  await everyLook(page, 'template');
  await panel.getByLabel('Body').fill('Your username is #{username}.');
  await panel.getByRole('button', { name: 'Save template' }).click();
  await expect(page.getByText('Saved the template “Activation”')).toBeVisible();
  await page.reload();
  await live(page);
  await expect(panel.getByLabel('Title')).toHaveValue('Good to have you, #{first_name}');
  await panel.getByRole('button', { name: 'Reset to default' }).click();
  await expect(preview).toContainText('Welcome to Example Org');
  await panel.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Activation' })).not.toContainText('Edited');
});

test('who may only look sees why', async ({ page, server, program, guard }) => {
  const email = 'rita@example.org';
  addAdministrator(server, program, email, 'Help Desk');
  await enter(page, email);
  await open(page, settings);
  await expect(page.getByText('You can look at these settings, but not change them.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send a test' })).toHaveAttribute('aria-disabled', 'true');
  const bill = 'bill@example.org';
  addAdministrator(server, program, bill, 'Billing Only');
  await leave(page);
  await enter(page, bill);
  guard.allowStatus(403);
  await open(page, '/admin/settings/outbox');
  await expect(page.getByText('Not for your role')).toBeVisible();
});
