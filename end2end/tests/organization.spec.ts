// The organization's profile: what can be set, what is lost by a slip, and what people see of it.
import { everyLook, expect, live, open } from '../support/test.ts';
import { addAdministrator, addUser, advance, asGrace, enter, leave, grace, signInAsUser, test } from '../support/organization.ts';

test.setTimeout(180_000);

const settings = '/admin/settings/organization';

test('the profile is changed, and a slip loses nothing', async ({ page, context, guard }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await enter(page);
  await open(page, '/admin');
  await page.getByRole('navigation').getByRole('link', { name: 'Settings', exact: true }).click();
  await expect(page).toHaveURL(settings);
  await everyLook(page, 'organization');

  // The ID is taken along.
  await expect(page.getByLabel('Organization ID')).toHaveValue(/^•+$/);
  await page.getByRole('button', { name: 'Show the ID' }).click();
  await expect(page.getByLabel('Organization ID')).toHaveValue(/^[0-9a-f]{24}$/);
  const id = await page.getByLabel('Organization ID').inputValue();
  expect(id).toMatch(/^[0-9a-f]{24}$/);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);

  // What is wrong stands at its field.
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(' ');
  await page.getByLabel('Contact’s email').fill('nobody');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Enter the organization’s name.').first()).toBeVisible();
  await expect(page.getByText('2 fields need another look.')).toBeVisible();
  await everyLook(page, 'organization-faults');

  // Whoever leaves is asked, by whatever way.
  const ask = page.getByRole('dialog', { name: 'Discard unsaved changes?' });
  await page.getByRole('link', { name: 'Outbox' }).click();
  await expect(ask).toBeVisible();
  await everyLook(page, 'organization-unsaved');
  await ask.getByRole('button', { name: 'Keep editing' }).click();
  await page.goBack();
  await ask.getByRole('button', { name: 'Keep editing' }).click();
  await expect(page).toHaveURL(settings);

  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Example & Sons');
  await page.getByRole('textbox', { name: 'Contact', exact: true }).fill('The help desk');
  await page.getByLabel('Contact’s email').fill('help@example.org');
  await page.getByLabel('A session lasts, without use').selectOption('8 hours');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved the organization’s settings')).toBeVisible();

  // Nothing is unsaved any more, so nobody asks; and another page has a guard of its own.
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Outgoing mail' }).click();
  await expect(page).toHaveURL('/admin/settings/outgoing-mail');
  await page.getByLabel('Sender’s name').fill('IT');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Organization' }).click();
  await ask.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page).toHaveURL(settings);
  await live(page);
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Example & Sons');

  // Somebody else is faster.
  const other = await context.newPage();
  await open(other, settings);
  await other.getByRole('textbox', { name: 'Contact', exact: true }).fill('IT');
  await other.getByRole('button', { name: 'Save settings' }).click();
  await expect(other.getByText('Saved the organization’s settings')).toBeVisible();
  await other.close();
  guard.allowStatus(409, /save_organization/);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText(/by somebody else or by you in another window/)).toBeVisible();
  await page.getByRole('button', { name: 'Load what is there now' }).click();
  await expect(page.getByRole('textbox', { name: 'Contact', exact: true })).toHaveValue('IT');
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Example & Sons');
});

test('people see whom to ask, and a profile that is kept for them', async ({ page, server, guard }) => {
  guard.allowStatus(403, /^\/login/);
  const [pat, sam] = [await addUser(page, 'pat', grace.password), await addUser(page, 'sam', grace.password)];
  await asGrace(page, 'change_mfa', { selection: { these: [sam] }, requirement: { require: { days: 1 } } });
  expect(pat).not.toBe(sam);
  await open(page, settings);
  await page.getByRole('textbox', { name: 'Contact', exact: true }).fill('The help desk');
  await page.getByLabel('Contact’s email').fill('help@example.org');
  await page.getByRole('switch', { name: 'People may edit their own profile' }).uncheck();
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved the organization’s settings')).toBeVisible();

  await leave(page);
  await signInAsUser(page, 'pat', grace.password);
  await live(page);
  await page.getByRole('link', { name: 'Profile' }).click();
  await expect(page.getByText('Your organization keeps your profile for you')).toBeVisible();
  await expect(page.getByLabel('First name')).toHaveAttribute('readonly', '');
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Add phone number' })).toHaveCount(0);
  await expect(page.getByText('Questions? Ask The help desk, help@example.org.')).toBeVisible();
  await everyLook(page, 'profile-kept');

  await leave(page);
  await advance(server, 2 * 24 * 60 * 60);
  await signInAsUser(page, 'sam', grace.password);
  await expect(page.getByText(/the time for it has run out/)).toBeVisible();
  await expect(page.getByText('Questions? Ask The help desk, help@example.org.')).toBeVisible();
  await everyLook(page, 'lapsed-with-contact');
});

test('whoever only looks sees why, and who may not is told', async ({ page, server, program, guard }) => {
  addAdministrator(server, program, 'rosa@example.org', 'Read Only');
  await enter(page, 'rosa@example.org');
  await open(page, settings);
  await expect(page.getByText(/You can look at these settings, but not change them/)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveAttribute('readonly', '');
  await expect(page.getByRole('switch', { name: 'People may edit their own profile' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Save settings' })).toHaveAttribute('aria-disabled', 'true');
  await everyLook(page, 'organization-read-only');
  addAdministrator(server, program, 'bob@example.org', 'Billing Only');
  await leave(page);
  await enter(page, 'bob@example.org');
  guard.allowStatus(403);
  await open(page, settings);
  await expect(page.getByText('Not for your role')).toBeVisible();
});

test('the states of new users are asked about before they are saved', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users/settings');
  await everyLook(page, 'user-settings');
  await page.getByLabel('Added by hand').selectOption('Staged');
  await page.getByRole('button', { name: 'Save settings' }).click();
  const ask = page.getByRole('dialog', { name: 'Change the states of new users' });
  await expect(ask.getByText('Added by hand: from Active to Staged.')).toBeVisible();
  await everyLook(page, 'user-settings-question');
  await ask.getByRole('button', { name: 'No, Cancel' }).click();
  await expect(page.getByLabel('Added by hand')).toHaveValue('STAGED');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await ask.getByRole('button', { name: 'Yes, Continue' }).click();
  await expect(page.getByText('Saved the users’ settings')).toBeVisible();
  await open(page, '/admin/users/settings');
  await expect(page.getByLabel('Added by hand')).toHaveValue('STAGED');
  await page.getByLabel('Added by hand').selectOption('Active');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await ask.getByRole('button', { name: 'Yes, Continue' }).click();
  await expect(ask).toHaveCount(0);
});
