// An administrator's life on the screen: invited, changed, suspended, deleted; and who may only look.
import { device } from '../support/device.ts';
import { accessible, everyLook, expect, live, open, sizes, type Page } from '../support/test.ts';
import {
  addAdministrator, advance, asGrace, codeAt, enter, giveCredentials, grace, prove, signIn, test as plain,
  testWithMail as test,
} from '../support/organization.ts';

test.setTimeout(240_000);
plain.setTimeout(240_000);

const list = '/admin/settings/administrators';
const first = 'quartz-lagoon-mimic-4';
const withBilling = 'Administrator With Billing';

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const panel = (page: Page, name: string) => page.getByRole('dialog', { name });
const field = (page: Page, label: string) => page.getByRole('textbox', { name: label });

async function openPanel(page: Page, name: string): Promise<void> {
  await row(page, name).getByRole('link', { name }).click();
  await expect(panel(page, name)).toBeVisible();
}

test('from the invitation to the first sign-in', async ({ page, browser, server, postbox, guard }) => {
  guard.allowStatus(422, /(create_administrator|^\/admin\/invitation)/);
  guard.allowStatus(410, /^\/admin\/invitation/);
  guard.allowStatus(403, /create_administrator/);
  await enter(page);
  // With a single one the Homepage asks for a second, and leads to the form.
  await open(page, '/admin');
  await expect(page.getByText('Only one Administrator With Billing')).toBeVisible();
  await page.getByRole('link', { name: 'Add a second Administrator With Billing' }).click();
  await expect(panel(page, 'Add administrator')).toBeVisible();
  await everyLook(page, 'administrator-new');
  await page.getByRole('button', { name: 'Add and invite' }).click();
  await expect(page.getByText('4 fields need another look.')).toBeVisible();
  await expect(page.getByText('Choose a role.')).toBeVisible();
  await everyLook(page, 'administrator-new-faults');
  await field(page, 'First name').fill('Ada');
  await field(page, 'Last name').fill('Lovelace');
  await field(page, 'Email').fill(grace.email);
  await page.getByLabel('Role').selectOption(withBilling);
  await expect(page.getByText('Everything, and the only role that manages administrators and roles.')).toBeVisible();
  await page.getByRole('button', { name: 'Add and invite' }).click();
  await expect(page.getByText(`${grace.email} is an administrator already.`).first()).toBeVisible();
  await field(page, 'Email').fill('ada@example.org');
  // Who gave the password long ago gives it again.
  await advance(server, 11 * 60);
  await page.getByRole('button', { name: 'Add and invite' }).click();
  await prove(page);
  await expect(page.getByText('The invitation is on its way to Ada Lovelace')).toBeVisible();
  await expect(page).toHaveURL(list);
  await expect(row(page, 'Ada Lovelace')).toContainText('Invited');
  await everyLook(page, 'administrators');

  // Sent again, the older link is over.
  const old = await postbox.link('ada@example.org', '/admin/invitation');
  await openPanel(page, 'Ada Lovelace');
  const reset = page.getByRole('button', { name: 'Send Password Reset Email…' });
  await expect(reset).toHaveAccessibleDescription('Ada Lovelace has no password yet: send the invitation again.');
  await page.getByRole('button', { name: 'Send the invitation again…' }).click();
  const ask = page.getByRole('dialog', { name: 'Send the invitation again to Ada Lovelace' });
  await everyLook(page, 'administrator-invite-again');
  await ask.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(page.getByText('The invitation is on its way to Ada Lovelace').last()).toBeVisible();
  await expect.poll(async () => postbox.messages.filter((message) => message.to.includes('ada@example.org')).length).toBe(2);
  const link = await postbox.link('ada@example.org', '/admin/invitation');
  expect(link).not.toBe(old);

  const context = await browser.newContext({ baseURL: server.url, viewport: sizes.wide });
  await guard.watch(context);
  const her = await context.newPage();
  await her.goto(old);
  await expect(her.getByText(/a newer one was sent/)).toBeVisible();
  await everyLook(her, 'invitation-over');
  await her.goto(link);
  await expect(her.getByRole('heading', { name: 'Set your password' })).toBeVisible();
  await expect(her.getByText(/^You are invited/)).toHaveText(
    `You are invited by Grace Hopper to the Admin Portal of ${grace.organization}, as ${withBilling}.`,
  );
  await everyLook(her, 'invitation');
  await her.getByLabel('New password').fill('ada@example.org-1');
  await her.getByRole('button', { name: 'Set the password' }).click();
  await expect(her.getByText('The password must not hold the email address.').first()).toBeVisible();
  await her.getByLabel('New password').fill(first);
  await her.getByRole('button', { name: 'Set the password' }).click();
  await expect(her.getByText('Your password is set. Sign in with it.')).toBeVisible();
  await giveCredentials(her, 'ada@example.org', first);
  await expect(her).toHaveURL(/\/admin$/);
  await live(her);
  await expect(her.getByText('Only one Administrator With Billing')).toBeHidden();
  await context.close();

  await page.reload();
  await live(page);
  await expect(panel(page, 'Ada Lovelace').getByText('Active', { exact: true }).first()).toBeVisible();
});

test('an invitation without JavaScript', async ({ page, browser, server, postbox, guard }) => {
  await asGrace(page, 'create_administrator', {
    administrator: {
      first_name: 'Zoe', last_name: 'Admin', email: 'zoe@example.org', role: 'Manager', mfa_required: true, whats_new: true,
    },
    from: null,
  });
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, viewport: sizes.small });
  await guard.watch(context);
  const her = await context.newPage();
  await her.goto(await postbox.link('zoe@example.org', '/admin/invitation'));
  await her.getByLabel('New password').fill(first);
  await her.getByRole('button', { name: 'Set the password' }).click();
  await giveCredentials(her, 'zoe@example.org', first);
  // A second factor is required of her, and comes before everything else.
  await expect(her).toHaveURL(/\/admin\/login\/enroll/);
  await her.goto('/admin');
  await expect(her).toHaveURL(/\/admin\/login/);
  await context.close();
});

test('a lost authenticator app', async ({ page, browser, server, program, postbox, guard }) => {
  guard.allowStatus(410, /^\/admin\/reset-totp/);
  addAdministrator(server, program, 'tim@example.org', 'Manager');
  const context = await browser.newContext({ baseURL: server.url, viewport: sizes.wide });
  await guard.watch(context);
  const his = await context.newPage();
  await enter(his, 'tim@example.org');
  await his.goto('/admin/account/security/totp');
  await his.goto('/admin/account/security');
  await his.getByRole('button', { name: 'Turn on' }).click();
  const secret = (await his.locator('.enroll code').first().textContent()) ?? '';
  await his.getByLabel('6-digit code').fill(codeAt(secret, Date.now()));
  await his.getByRole('button', { name: 'Turn on' }).click();
  await expect(his.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  await device(his);
  await his.goto('/admin/account/security/passkeys/new');
  await his.getByRole('button', { name: 'Add passkey' }).click();
  await expect(his.getByRole('link', { name: 'Change the passkey Passkey' })).toBeVisible();

  await enter(page);
  await open(page, list);
  await openPanel(page, 'tim Admin');
  await page.getByRole('button', { name: 'Send TOTP Reset Email…' }).click();
  const ask = page.getByRole('dialog', { name: 'Send TOTP Reset Email to tim Admin' });
  await everyLook(page, 'administrator-totp-reset');
  await ask.getByRole('button', { name: 'Send the email' }).click();
  await expect(page.getByText('The email is on its way to tim Admin')).toBeVisible();
  const link = await postbox.link('tim@example.org', '/admin/reset-totp');
  await his.goto(link);
  await expect(his.getByRole('heading', { name: 'Set up a new authenticator app' })).toBeVisible();
  await everyLook(his, 'administrator-reset-totp');
  // His passkey is on the same phone: nothing of it is left to ask for.
  await his.getByRole('checkbox', { name: 'Remove my passkeys, too' }).check();
  await his.getByRole('button', { name: 'Continue' }).click();
  await giveCredentials(his, 'tim@example.org');
  await expect(his).toHaveURL(/\/admin\/account\/security\/totp/);
  await expect.poll(() => postbox.messageTo('tim@example.org')).toContain('The authenticator app was removed; the passkey');
  await his.goto(link);
  await expect(his.getByText(/used already/)).toBeVisible();
  await accessible(his);
  await context.close();
});

plain('a change, one that is raced, and a slip that loses nothing', async ({ page, context, server, program, guard }) => {
  guard.allowStatus(409, /update_administrator/);
  addAdministrator(server, program, 'max@example.org', 'Manager');
  await enter(page);
  await open(page, list);
  await openPanel(page, 'max Admin');
  await everyLook(page, 'administrator');
  await field(page, 'First name').fill('Maximilian');
  await page.getByLabel('Role').selectOption('Help Desk');
  await page.getByRole('switch', { name: 'Require MFA' }).check();
  // What is typed is not lost by a slip.
  await page.keyboard.press('Escape');
  const slip = page.getByRole('dialog', { name: 'Discard unsaved changes?' });
  await slip.getByRole('button', { name: 'Keep editing' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved the administrator')).toBeVisible();
  await expect(panel(page, 'Maximilian Admin')).toBeVisible();

  // Somebody else is faster.
  const other = await context.newPage();
  await open(other, page.url());
  await field(other, 'Last name').fill('Planck');
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(other.getByText('Saved the administrator')).toBeVisible();
  await other.close();
  await field(page, 'Last name').fill('Bruch');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('You, in another window, changed this administrator while you were editing.')).toBeVisible();
  await everyLook(page, 'administrator-stale');
  await page.getByRole('button', { name: 'Load what is there now' }).click();
  await expect(field(page, 'Last name')).toHaveValue('Planck');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page, 'Maximilian Planck')).toContainText('Help Desk');

  // Found by a search and a filter, which the address keeps.
  await open(page, `${list}?filter=status:is:suspended`);
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await everyLook(page, 'administrators-by-status');
  await open(page, `${list}?filter=status:is:active`);
  await expect(row(page, 'Grace Hopper')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search administrators' }).fill('planck');
  await expect(row(page, 'Grace Hopper')).toBeHidden();
  await expect(page).toHaveURL(/q=planck/);
});

plain('suspended and back, and several deleted at once', async ({ page, browser, server, program, guard }) => {
  guard.allowStatus(403, /delete_administrators/);
  for (const name of ['max', 'rita']) addAdministrator(server, program, `${name}@example.org`, 'Manager');
  const context = await browser.newContext({ baseURL: server.url, viewport: sizes.wide });
  await guard.watch(context);
  const his = await context.newPage();
  await signIn(his, 'max@example.org');

  await enter(page);
  await open(page, list);
  await openPanel(page, 'max Admin');
  await page.getByRole('button', { name: 'Suspend…' }).click();
  const suspend = page.getByRole('dialog', { name: 'Suspend max Admin' });
  await everyLook(page, 'administrator-suspend');
  await suspend.getByRole('button', { name: 'Suspend max Admin' }).click();
  await expect(page.getByText('Suspended max Admin')).toBeVisible();
  await expect(panel(page, 'max Admin').getByText('Cannot sign in until reactivated.')).toBeVisible();
  await his.goto('/admin/users');
  await expect(his).toHaveURL(/\/admin\/login/);
  await page.getByRole('button', { name: 'Activate…' }).click();
  await page.getByRole('dialog', { name: 'Activate max Admin' }).getByRole('button', { name: 'Activate max Admin' }).click();
  await expect(page.getByText('Activated max Admin')).toBeVisible();
  await signIn(his, 'max@example.org');
  await page.getByRole('button', { name: 'End sessions…' }).click();
  await page.getByRole('dialog', { name: 'End sessions of max Admin' }).getByRole('button', { name: /^End sessions/ }).click();
  await expect(page.getByText('Ended the sessions of max Admin')).toBeVisible();
  await his.goto('/admin/users');
  await expect(his).toHaveURL(/\/admin\/login/);
  await page.getByRole('button', { name: 'Cancel' }).click();

  // One's own row cannot be selected, and says why before anything is asked.
  for (const name of Array.from('abcdefghi', (letter) => `${letter}${letter}`)) {
    const administrator = {
      first_name: name, last_name: 'Admin', email: `${name}@example.org`, role: 'Read Only', mfa_required: false, whats_new: true,
    };
    await asGrace(page, 'create_administrator', { administrator, from: null });
  }
  await open(page, list);
  const remove = page.getByRole('button', { name: 'Delete…' });
  await expect(remove).toHaveAccessibleDescription('Select administrators first.');
  const own = row(page, 'Grace Hopper').getByRole('checkbox');
  await expect(own).toHaveAccessibleDescription(/^This is you: nobody deletes themselves/);
  await own.focus();
  await page.keyboard.press('Space');
  await expect(own).not.toBeChecked();
  await expect(page.getByText(/^This is you: nobody deletes themselves/)).toBeVisible();
  await everyLook(page, 'administrators-own-row');
  await expect(remove).toHaveAccessibleDescription('Select administrators first.');
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
  await expect(page.getByText('11 selected')).toBeVisible();
  await remove.click();
  // All of them are named, and what dies with them.
  const ask = page.getByRole('dialog', { name: 'Delete 11 administrators' });
  await expect(ask.getByText(/their password, second factors, recovery codes and API key are deleted/)).toBeVisible();
  await expect(ask.getByRole('listitem')).toHaveCount(11);
  for (const name of ['aa Admin', 'ii Admin', 'max Admin', 'rita Admin']) await expect(ask.getByText(name)).toBeAttached();
  await everyLook(page, 'administrators-delete');
  // Nothing brings them back, so that it takes a recent proof, and is done then.
  await advance(server, 11 * 60);
  await ask.getByRole('button', { name: 'Delete 11 administrators' }).click();
  await prove(page);
  await expect(page.getByText('Deleted 11 administrators')).toBeVisible();
  await expect(row(page, 'max Admin')).toBeHidden();
  await context.close();

  // One's own account is neither deleted nor demoted, and says why.
  await openPanel(page, 'Grace Hopper');
  await expect(page.getByRole('button', { name: 'Delete…' }).last()).toHaveAccessibleDescription(/^This is you: nobody deletes themselves/);
  await expect(page.getByRole('button', { name: 'Suspend…' })).toHaveAccessibleDescription(/^This is you: nobody suspends themselves/);
  await expect(panel(page, 'Grace Hopper')).not.toContainText(/\b(They|Their|Them)\b/i);
  await expect(page.getByLabel('Role')).toBeDisabled();
  await expect(page.getByText('This is your own role. Another Administrator With Billing can change it.')).toBeVisible();
  await everyLook(page, 'administrator-oneself');
  // Tab comes to what cannot be changed, too, where it says why and stays as it is.
  await field(page, 'Email').focus();
  await page.keyboard.press('Tab');
  const role = page.getByLabel('Role');
  await expect(role).toBeFocused();
  await expect(role).toHaveAccessibleDescription(/^This is your own role\./);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await expect(role).toHaveValue(withBilling);
  const access = page.getByRole('switch', { name: 'Enable API access' });
  await expect(access).toBeDisabled();
  await access.focus();
  await expect(access).toBeFocused();
  await expect(access).toHaveAccessibleDescription(/^This is your own API access\./);
  await page.keyboard.press('Space');
  await page.getByText('Enable API access').click({ force: true });
  await expect(access).not.toBeChecked();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await field(page, 'First name').fill('Amazing Grace');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved the administrator')).toBeVisible();
});

// Each is on the other's panel when both press: one is demoted, and the other stays.
plain('two browsers race, and one Administrator With Billing is left', async ({ page, browser, server, program, guard }) => {
  guard.allowStatus(403, /update_administrator/);
  guard.allowStatus(401, /update_administrator/);
  addAdministrator(server, program, 'hedy@example.org', withBilling);
  const context = await browser.newContext({ baseURL: server.url, viewport: sizes.wide });
  await guard.watch(context);
  const hers = await context.newPage();
  const sides = [
    { at: page, email: grace.email, other: 'hedy Admin' },
    { at: hers, email: 'hedy@example.org', other: 'Grace Hopper' },
  ];
  for (const { at, email, other } of sides) {
    await enter(at, email);
    await open(at, list);
    await openPanel(at, other);
    await at.getByLabel('Role').selectOption('Read Only');
  }
  const answers = await Promise.all(sides.map(async ({ at }) => {
    const answer = at.waitForResponse(/update_administrator/);
    await at.getByRole('button', { name: 'Save', exact: true }).click();
    return (await answer).status();
  }));
  expect(answers.filter((status) => status === 200), `of ${answers}`).toHaveLength(1);
  const [winner, loser] = answers[0] === 200 ? [page, hers] : [hers, page];
  await expect(winner.getByText('Saved the administrator')).toBeVisible();
  // Whoever lost the role is told: by the role that they have now, or that they must sign in anew.
  await expect(loser.getByText(/Your role is Read Only, which does not allow this|Your session has ended/).first()).toBeVisible();
  await open(winner, list);
  await expect(winner.getByRole('row').filter({ hasText: withBilling })).toHaveCount(1);
  await context.close();
});

plain('who may only look sees why', async ({ page, server, program, guard }) => {
  guard.allowStatus(403, /^\/admin\/settings\/administrators\/(new|from-user)$/);
  addAdministrator(server, program, 'rita@example.org', 'Read Only');
  const why = 'Your role is Read Only, which does not allow this.';
  await enter(page, 'rita@example.org');
  await open(page, list);
  await expect(page.getByRole('button', { name: 'Admin', exact: true })).toHaveAccessibleDescription(why);
  await expect(page.getByRole('button', { name: 'Delete…' })).toHaveAccessibleDescription(why);
  await everyLook(page, 'administrators-read-only');
  await openPanel(page, 'Grace Hopper');
  await expect(page.getByText(`You can look at this administrator, but not change them. ${why}`)).toBeVisible();
  await expect(field(page, 'First name')).not.toBeEditable();
  await expect(page.getByRole('button', { name: 'Send Password Reset Email…' })).toHaveAccessibleDescription(why);
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
  await everyLook(page, 'administrator-read-only');
  for (const address of ['new', 'from-user']) {
    await open(page, `${list}/${address}`);
    const refused = page.getByRole('dialog', { name: /^Add administrator/ });
    await expect(refused.getByText('Not for your role')).toBeVisible();
    await expect(refused.getByText(why)).toBeVisible();
  }
  await accessible(page);
});
