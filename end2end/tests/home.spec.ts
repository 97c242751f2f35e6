// The Homepage: its parts are chosen and ordered by each administrator, and rows are dealt with in place.
import { everyLook, expect, live, open } from '../support/test.ts';
import { addAdministrator, addUser, enter, grace, signInAsUser, test } from '../support/organization.ts';

test.setTimeout(180_000);

test('parts are chosen, ordered and kept', async ({ page, server, program }) => {
  addAdministrator(server, program, 'widgets@example.org', 'Manager');
  await enter(page, 'widgets@example.org');
  await open(page, '/admin');
  await everyLook(page, 'home-parts');
  await page.getByRole('button', { name: 'Edit widgets' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit widgets' });
  await expect(dialog.getByRole('button', { name: 'Move Figures down' })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Move Figures up' })).toHaveCount(0);
  await everyLook(page, 'home-edit-widgets');

  await dialog.getByRole('button', { name: 'Hide Figures' }).click();
  await dialog.getByRole('button', { name: 'Hide Passwords expired' }).click();
  // By keyboard, too.
  await dialog.getByRole('button', { name: 'Move Needs attention up' }).press('Enter');
  await dialog.getByRole('button', { name: 'Save widgets' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator('.card-grid h2').first()).toHaveText('Needs attention');
  await page.reload();
  await live(page);
  await expect(page.locator('.card-grid h2').first()).toHaveText('Needs attention');
  await expect(page.getByRole('region', { name: 'Passwords expired' })).toHaveCount(0);
  await expect(page.locator('.figure-row')).toHaveCount(0);

  // What was hidden is offered, and the default comes back at once.
  await page.getByRole('button', { name: 'Edit widgets' }).click();
  await expect(dialog.getByRole('button', { name: 'Show Passwords expired' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Back to default' }).click();
  await dialog.getByRole('button', { name: 'Save widgets' }).click();
  await expect(page.getByRole('region', { name: 'Passwords expired' })).toBeVisible();
  await expect(page.locator('.figure-row')).toBeVisible();
});

test('somebody who is locked out is unlocked in place', async ({ page, guard }) => {
  guard.allowStatus(422, /^\/login/);
  guard.allowStatus(429, /^\/login/);
  await addUser(page, 'lena', grace.password);
  for (let tries = 0; tries < 6; tries += 1) await signInAsUser(page, 'lena', 'wrong');
  await expect(page.getByText(/Too many tries/)).toBeVisible();
  await enter(page);
  await open(page, '/admin');
  const card = page.getByRole('region', { name: 'Locked out' });
  const row = card.getByRole('listitem').filter({ hasText: 'lena@example.org' });
  await row.getByRole('button', { name: /^Unlock/ }).click();
  const ask = page.getByRole('dialog', { name: /^Unlock/ });
  await ask.getByRole('button', { name: /^Unlock/ }).click();
  await expect(row).toHaveCount(0);
  await expect(page).toHaveURL('/admin');
});

test('the checklist leads to where each step is done', async ({ page }) => {
  await enter(page);
  await open(page, '/admin');
  const card = page.getByRole('region', { name: 'Set-up checklist' });
  await expect(card.getByText(/^\d of 8 done$/)).toBeVisible();
  await expect(card.getByRole('link', { name: 'Done: Add your people' })).toBeVisible();
  await card.getByRole('link', { name: /Set up outgoing mail/ }).click();
  await expect(page).toHaveURL('/admin/settings/outgoing-mail');
});

test('what a role does not allow is disabled, with the reason', async ({ page, server, program }) => {
  addAdministrator(server, program, 'reads@example.org', 'Read Only');
  await enter(page, 'reads@example.org');
  await open(page, '/admin');
  const card = page.getByRole('region', { name: 'People without MFA' });
  const button = card.getByRole('listitem').first().getByRole('button');
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toHaveAttribute('aria-description', /Read Only/);
  await card.getByRole('link', { name: /See all/ }).click();
  await expect(page).toHaveURL('/admin/users?filter=mfa_enrolled:is:false');
});
