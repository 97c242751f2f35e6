// Billing, the areas of roles that pay or run commands, and what one sets for oneself in the account menu.
import { everyLook, expect, live, open, picture, type Page } from '../support/test.ts';
import { addAdministrator, addUser, advance, enter, leave, giveCredentials, grace, knowsOnly, test } from '../support/organization.ts';

test.setTimeout(180_000);

const billing = '/admin/settings/billing';

async function signInTo(page: Page, email: string, place: string): Promise<void> {
  await leave(page);
  await page.goto('/admin/login');
  await giveCredentials(page, email);
  await expect(page).toHaveURL(place);
  await live(page);
}

test('a contact is named, a card is entered elsewhere, and its end is told of', async ({ page, server, guard }) => {
  guard.allowStatus(403, /use_card/);
  guard.allowStatus(422, /entered_card/);
  await enter(page);
  await open(page, '/admin/settings/organization');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Billing' }).click();
  await expect(page).toHaveURL(billing);
  await expect(page.getByText('Save the billing contact first')).toBeVisible();
  await everyLook(page, 'billing-empty');

  // What is wrong stands at its field; by post there must be an address.
  await page.getByLabel('Invoices arrive').selectOption('By post');
  await page.getByLabel('Email', { exact: false }).fill('nobody');
  await page.getByRole('button', { name: 'Save contact' }).click();
  await expect(page.getByText('Enter the street: invoices go there by post.')).toBeVisible();
  await expect(page.getByText('4 fields need another look.')).toBeVisible();
  await everyLook(page, 'billing-faults');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Bill');
  await page.getByLabel('Email', { exact: false }).fill('bills@example.org');
  await page.getByLabel('Street').fill('1 Main Street');
  await page.getByLabel('City').fill('Bath');
  await page.getByLabel('Country').fill('United Kingdom');
  await page.getByRole('button', { name: 'Save contact' }).click();
  await expect(page.getByText('Saved the billing contact')).toBeVisible();

  // A card is entered on the provider's page; what was typed here is not lost by a slip.
  await page.getByLabel('City').fill('Wells');
  await page.getByRole('link', { name: 'Pay by card…' }).click();
  const unsaved = page.getByRole('dialog', { name: 'Discard unsaved changes?' });
  await unsaved.getByRole('button', { name: 'Keep editing' }).click();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await advance(server, 11 * 60);
  await page.getByRole('link', { name: 'Pay by card…' }).click();
  await page.getByRole('link', { name: 'A card that is declined' }).click();
  await expect(page.getByText('No card was added. The card was declined.')).toBeVisible();
  await expect(page).toHaveURL(billing);
  await everyLook(page, 'billing-declined');
  await page.getByRole('link', { name: 'Pay by card…' }).click();
  await page.getByRole('link', { name: 'Visa 4242' }).click();
  const use = page.getByRole('dialog', { name: 'Pay with Visa ending in 4242?' });
  await expect(use).toContainText('Visa ending in 4242, good through 12/2099.');
  await everyLook(page, 'billing-use-card');
  await use.getByRole('button', { name: 'Use card' }).click();
  const proof = page.getByRole('dialog', { name: 'Is it you?' });
  await proof.getByLabel('Password').fill(grace.password);
  await proof.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Invoices are paid by card')).toBeVisible();
  await expect(page.getByText('Visa ending in 4242')).toBeVisible();
  await expect(page).toHaveURL(billing);
  await everyLook(page, 'billing-card');

  // One that is good until this month is over expires soon, which is told here and on the Homepage.
  const now = new Date();
  const month = `${now.getUTCFullYear()}-${String(now.getUTCMonth() + 1).padStart(2, '0')}`;
  // A link that somebody sends does nothing, and says so.
  await open(page, `${billing}?card=mastercard-${month}`);
  await expect(page.getByText('This link does not come from a card that you have just entered.')).toBeVisible();
  await expect(page).toHaveURL(billing);
  await everyLook(page, 'billing-forged');
  await page.getByRole('link', { name: 'Replace card…' }).click();
  const back = new URL((await page.getByRole('link', { name: 'Visa 4242' }).getAttribute('href')) ?? '');
  back.searchParams.set('card', `mastercard-${month}`);
  await open(page, back.toString());
  const other = page.getByRole('dialog', { name: 'Pay with Mastercard ending in 4444?' });
  await expect(other.getByText('Visa ending in 4242 is removed, here and at the payment provider.')).toBeVisible();
  await other.getByRole('button', { name: 'Use card' }).click();
  await expect(page.getByText('Mastercard ending in 4444', { exact: true })).toBeVisible();
  await advance(server, 2 * 24 * 60 * 60);
  await enter(page);
  await open(page, '/admin');
  await expect(page.getByText(/The card for invoices (expires soon|has expired)/)).toBeVisible();
  await everyLook(page, 'home-card');
  await page.getByRole('link', { name: 'Review billing' }).click();
  await expect(page.getByText(/The card that invoices are paid with (expires soon|has expired)/)).toBeVisible();
  await everyLook(page, 'billing-soon');
  await page.getByRole('button', { name: 'Remove card…' }).click();
  const remove = page.getByRole('dialog', { name: 'Remove the card?' });
  await everyLook(page, 'billing-remove');
  await remove.getByRole('button', { name: 'Remove card' }).click();
  await expect(page.getByText('Removed the card')).toBeVisible();
  await expect(page.getByText('Invoice', { exact: true })).toBeVisible();
  await open(page, '/admin/settings/email-templates/card_expiring');
  await expect(page.getByText(/Visa ending in 4242/).first()).toBeVisible();
  await everyLook(page, 'billing-template');
});

test('each role has its area, and everybody their zone and their news', async ({ page, server, program, guard }) => {
  guard.allowStatus(403);
  guard.allowStatus(422, /time-zone/);
  addAdministrator(server, program, 'carl@example.org', 'Command Runner');
  await signInTo(page, 'carl@example.org', '/admin/commands');
  await expect(page.getByText('No command has been granted to you')).toBeVisible();
  const places = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  await expect(places).toHaveText(['Bailiwick', 'Commands']);
  await everyLook(page, 'commands');
  await page.keyboard.press('Control+k');
  const everything = page.getByRole('combobox', { name: 'Search everything' });
  await everything.fill('Settings');
  await expect(page.getByText('Nothing is found.')).toBeVisible();
  await everything.fill('Commands');
  await expect(page.getByRole('option')).toHaveText(['Device Management → Commands']);
  await page.keyboard.press('Escape');
  const asked = page.waitForResponse(/whom_to_ask/);
  await page.getByRole('link', { name: 'Bailiwick' }).click();
  await asked;
  await expect(page).toHaveURL('/admin/commands');

  addAdministrator(server, program, 'bob@example.org', 'Billing Only');
  await signInTo(page, 'bob@example.org', billing);
  await expect(places).toHaveText(['Bailiwick', 'Settings']);
  await expect(page.getByRole('button', { name: 'Save contact' })).toBeVisible();
  await everyLook(page, 'billing-only');
  await open(page, '/admin/users');
  await everyLook(page, 'not-for-your-role');
  await page.getByRole('link', { name: 'Go to your first page' }).click();
  await expect(page).toHaveURL(billing);
  await expect(page.getByRole('button', { name: 'Save contact' })).toBeVisible();

  await leave(page);
  const zoe = await addUser(page, 'zoe', grace.password);
  await open(page, '/admin');
  const mine = page.getByRole('button', { name: /your account/ });
  // Nothing is new to whoever has just come; to whoever knows an older version, something is.
  await expect(mine).toHaveAccessibleName('GH: your account');
  knowsOnly(server, '0.0.1');
  await open(page, '/admin');
  await expect(mine).toHaveAccessibleName('GH: your account, something is new');
  await mine.click();
  await everyLook(page, 'account-menu');
  await page.getByRole('menuitem', { name: 'What’s New (unread)' }).click();
  await expect(page.getByRole('heading', { name: 'What’s New' })).toBeVisible();
  await expect(mine).toHaveAccessibleName('GH: your account');
  await everyLook(page, 'whats-new');
  await page.reload();
  await live(page);
  await expect(mine).toHaveAccessibleName('GH: your account');

  await mine.click();
  await page.getByRole('menuitem', { name: 'Time zone' }).click();
  const zone = page.getByLabel('Times are shown in');
  await zone.fill('Mars/Base');
  await page.getByRole('button', { name: 'Save time zone' }).click();
  await expect(page.getByText('There is no such time zone.')).toBeVisible();
  await everyLook(page, 'time-zone-fault');
  await zone.fill('Pacific/Auckland');
  await page.getByRole('button', { name: 'Save time zone' }).click();
  await expect(page.getByText('Saved. Times are shown so from now on.')).toBeVisible();
  await page.getByLabel('Email me when a new version of Bailiwick brings something').uncheck();
  await page.getByRole('button', { name: 'Save messages' }).click();
  await expect(page.getByText('Saved. You get no emails about new versions.')).toBeVisible();
  await everyLook(page, 'my-details');
  await open(page, `/admin/users/${zoe}/activity`);
  await expect(page.locator('time').first()).toHaveAttribute('title', /\(Pacific\/Auckland\)/);
  await picture(page, 'activity-in-auckland');
});
