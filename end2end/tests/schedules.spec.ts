// Scheduled activation and suspension: from the list, from the panel, and in the list of what will happen.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { enter, test } from '../support/organization.ts';

/** Selects the first users of the list that match a filter; says their names. */
async function select(page: Page, count: number, filter: string): Promise<string[]> {
  await open(page, `/admin/users?filter=${filter}`);
  const names: string[] = [];
  for (let row = 0; row < count; row++) {
    const line = page.locator('tbody tr').nth(row);
    names.push((await line.locator('.lead a').innerText()).trim());
    await line.getByRole('checkbox').check();
  }
  return names;
}

async function choose(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

test('the activation of several is scheduled, moved and cancelled', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  const names = await select(page, 2, 'state:is:STAGED');
  await choose(page, 'Schedule activation…');
  const dialog = page.getByRole('dialog', { name: 'Schedule activation for 2 users' });
  await dialog.getByLabel('Date').fill('2030-12-01');
  await dialog.getByLabel('Time', { exact: false }).first().fill('09:00');
  await dialog.getByLabel('Time zone').fill('Europe/Berlin');
  await expect(dialog.getByText('1 Dec 2030, 08:00 UTC')).toBeVisible();
  await expect(dialog.getByText(names[0]!)).toBeVisible();
  await everyLook(page, 'schedule-activation');
  await dialog.getByRole('button', { name: 'Schedule activation for 2 users' }).click();
  await expect(page.getByText('Scheduled the activation of 2 users')).toBeVisible();

  await page.getByRole('navigation', { name: 'Users' }).getByRole('link', { name: /^Scheduled/ }).click();
  await expect(page).toHaveURL(/\/admin\/users\/scheduled$/);
  await live(page);
  const row = page.getByRole('row', { name: new RegExp(names[0]!) });
  await expect(row).toContainText('1 Dec 2030, 09:00 Europe/Berlin');
  await everyLook(page, 'scheduled-changes');
  await row.getByRole('button', { name: `More for ${names[0]!}` }).click();
  await page.getByRole('menuitem', { name: 'Change…' }).click();
  const moving = page.getByRole('dialog', { name: `Change the scheduled activation of ${names[0]!}` });
  await moving.getByLabel('Time zone').fill('Pacific/Auckland');
  await expect(moving.getByText('30 Nov 2030, 20:00 UTC')).toBeVisible();
  await moving.getByRole('button', { name: 'Change the activation' }).click();
  await expect(row).toContainText('1 Dec 2030, 09:00 Pacific/Auckland');

  // In the panel it stands below the state.
  await row.getByRole('link').first().click();
  const panel = page.getByRole('dialog', { name: names[0]! });
  await expect(panel.getByText(/Is activated on/)).toBeVisible();
  await everyLook(page, 'user-scheduled');
  await panel.getByRole('button', { name: /^More for the activation/ }).click();
  await page.getByRole('menuitem', { name: 'Cancel…' }).click();
  await page.getByRole('dialog', { name: /^Cancel the scheduled/ }).getByRole('button', { name: 'Cancel 1 scheduled change' }).click();
  await expect(panel.getByText(/Is activated on/)).toHaveCount(0);
});

test('what has passed or never comes is told at its field', async ({ page, guard }) => {
  guard.allowStatus(422, /preview_action/);
  await enter(page);
  await select(page, 1, 'state:is:ACTIVATED');
  await choose(page, 'Schedule suspension…');
  const dialog = page.getByRole('dialog', { name: /^Schedule suspension for/ });
  await dialog.getByLabel('Time zone').fill('Europe/Berlin');
  await dialog.getByLabel('Date').fill('2020-01-01');
  await expect(dialog.locator('.field .error').getByText(/^This time has passed/)).toBeVisible();
  await dialog.getByLabel('Date').fill('2030-03-31');
  await dialog.getByLabel('Time', { exact: false }).first().fill('02:30');
  await expect(dialog.locator('.field .error').getByText(/are put forward that day and leave 02:30 out/)).toBeVisible();
  await dialog.getByLabel('Time zone').fill('Nowhere');
  await expect(dialog.locator('.field .error').getByText(/^Choose a time zone from the list/)).toBeVisible();
  await everyLook(page, 'schedule-faults');
  await expect(dialog.getByRole('button', { name: /^Schedule suspension for/ })).toHaveAttribute('aria-disabled', 'true');
});

test('every action says to whom it can be done and why not to the others', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  await select(page, 3, 'state:is:ACTIVATED');
  for (const [action, title] of [
    ['Send activation email…', /^Send activation email to/],
    ['Send password reset email…', /^Send password reset email to/],
    ['Force password change…', /^Force password change for/],
    ['Unlock user accounts…', /^Unlock/],
    ['Send TOTP MFA reset email…', /^Reset TOTP for/],
    ['Change MFA requirement…', /^Require MFA of/],
    ['Delete users…', /^Delete/],
  ] as const) {
    await choose(page, action);
    const dialog = page.getByRole('dialog', { name: title });
    await expect(dialog.locator('.action-preview .bone')).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  }
  await choose(page, 'Unlock user accounts…');
  const unlock = page.getByRole('dialog', { name: /^Unlock/ });
  await expect(unlock.getByText('3 of 3 selected are left out.')).toBeVisible();
  await expect(unlock.getByText(/^3 are not locked:/)).toBeVisible();
  await everyLook(page, 'action-preview');
  await unlock.getByRole('button', { name: 'Cancel' }).click();
  await choose(page, 'Change MFA requirement…');
  const mfa = page.getByRole('dialog', { name: /^Require MFA of/ });
  await mfa.getByLabel('Days to enroll').fill('30');
  await everyLook(page, 'mfa-requirement');
  await mfa.getByRole('button', { name: /^Require MFA of/ }).click();
  await expect(page.getByText(/^MFA is required of/)).toBeVisible();
  await page.locator('tbody tr').first().getByRole('checkbox').check();
  await page.getByRole('button', { name: /^Actions/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Set external password authority…' })).toHaveAttribute('aria-disabled', 'true');
  await everyLook(page, 'actions-menu');
});
