// Jobs: all that match are suspended at once, and what became of each is found again.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, asGrace, enter, test } from '../support/organization.ts';

/** Starts a job away from the page; says its id. */
async function start(page: Page, action: unknown, filters: unknown[] = []): Promise<string> {
  const job = { action, selection: { matching: { filters, limit: 50 } } };
  return (await asGrace(page, 'start_job', { job })) as string;
}

test('all that match are suspended as a job', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  await open(page, '/admin/users?filter=state:is:ACTIVATED');
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
  await expect(page.getByText('50 selected')).toBeVisible();
  await page.getByRole('button', { name: /^Select all [\d,]+ that match$/ }).click();
  await expect(page.getByText(/^All [\d,]+ that match are selected$/)).toBeVisible();
  await page.getByRole('button', { name: /^Actions \([\d,]+\)$/ }).click();
  await page.getByRole('menuitem', { name: 'Suspend users…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Suspend [\d,]+ users$/ });
  // So many are suspended only by whoever types the number.
  await expect(dialog.getByText(/^and [\d,]+ users more$/)).toBeVisible();
  const confirm = dialog.getByLabel(/^Type \d+ to confirm/);
  await everyLook(page, 'job-start');
  await confirm.fill(((await confirm.locator('xpath=ancestor::div[1]').innerText()).match(/\d+/) ?? [''])[0]);
  await dialog.getByRole('button', { name: /^Suspend [\d,]+ users$/ }).click();
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL(/\/admin\/jobs\/[0-9a-f]{24}$/);
  const panel = page.getByRole('dialog', { name: /^Suspend [\d,]+ users$/ });
  await expect(panel.getByRole('region', { name: 'Progress' })).toContainText('100 %', { timeout: 30_000 });
  await expect(panel.getByRole('region', { name: 'Progress' })).toContainText('Done');
  await expect(panel.getByRole('button', { name: 'Cancel job…' })).toHaveCount(0);
  const results = panel.getByRole('region', { name: 'Results' });
  await expect(results.locator('tbody tr')).toHaveCount(20);
  await results.getByRole('button', { name: 'Left out' }).click();
  await expect(results).toContainText('Nobody.');
  await results.getByRole('button', { name: 'All' }).click();
  await results.getByRole('button', { name: 'Next' }).click();
  await expect(results).toContainText('21–40 of');
  await everyLook(page, 'job');

  // After leaving and coming back it is found again.
  await page.getByRole('button', { name: 'Close' }).click();
  await open(page, '/admin');
  await page.getByRole('link', { name: 'Jobs' }).click();
  await live(page);
  const row = page.getByRole('row', { name: /Suspend [\d,]+ users/ });
  await expect(row).toContainText('Done');
  await expect(row).toContainText('Grace Hopper');
  await everyLook(page, 'jobs');
});

test('the list shows what a job has done once it has ended', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users');
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
  await page.getByRole('button', { name: /^Select all [\d,]+ that match$/ }).click();
  await page.getByRole('button', { name: /^Actions \([\d,]+\)$/ }).click();
  await page.getByRole('menuitem', { name: 'Suspend users…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Suspend [\d,]+ users$/ });
  const confirm = dialog.getByLabel(/^Type \d+ to confirm/);
  await confirm.fill(((await confirm.locator('xpath=ancestor::div[1]').innerText()).match(/\d+/) ?? [''])[0]);
  await dialog.getByRole('button', { name: /^Suspend [\d,]+ users$/ }).click();
  await expect(page.getByText(/· 0 active · 0 staged ·/)).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('tbody').getByText('Active', { exact: true })).toHaveCount(0);
});

test('the results say why users were left out', async ({ page }) => {
  await enter(page);
  const job = await start(page, 'suspend', [{ column: 'state', test: 'is', values: ['SUSPENDED'] }]);
  await open(page, `/admin/jobs/${job}`);
  await expect(page.getByRole('region', { name: 'Progress' })).toContainText('Done', { timeout: 30_000 });
  await expect(page.getByRole('region', { name: 'Results' })).toContainText('is Suspended already');
});

test('who may only read sees every job and cancels none', async ({ page, server, program }) => {
  await enter(page);
  const job = await start(page, { activate: { email: false } });
  addAdministrator(server, program, 'reads@example.org', 'Read Only');
  await enter(page, 'reads@example.org');
  await open(page, '/admin/jobs');
  await page.getByRole('link', { name: /^Activate [\d,]+ users$/ }).click();
  await expect(page).toHaveURL(new RegExp(job));
  await expect(page.getByRole('region', { name: 'Progress' })).toContainText('Done', { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Cancel job…' })).toHaveCount(0);
});

test('a job is undone for a reason that stands with it, and its results are a file', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  const job = await start(page, 'suspend', [{ column: 'department', test: 'is', values: ['Engineering'] }]);
  await open(page, `/admin/jobs/${job}`);
  const progress = page.getByRole('region', { name: 'Progress' });
  await expect(progress).toContainText('Done', { timeout: 30_000 });
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Results as CSV' }).click();
  expect((await download).suggestedFilename()).toBe('job-results.csv');
  await everyLook(page, 'job-ended');

  await page.getByRole('button', { name: 'Undo…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Undo: Suspend [\d,]+ users$/ });
  await dialog.getByLabel('Reason (optional)').fill('It was the wrong department');
  await everyLook(page, 'job-undo');
  await dialog.getByRole('button', { name: /^Undo for / }).click();
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page).not.toHaveURL(new RegExp(job));
  await live(page);
  await expect(page.getByRole('heading', { name: /^Activate [\d,]+ users$/ })).toBeVisible();
  await expect(progress).toContainText('Reason: It was the wrong department');
  await expect(progress).toContainText('Undoes an earlier job');
  await expect(progress).toContainText('Done', { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Try again…' })).toHaveAttribute('aria-disabled', 'true');
});
