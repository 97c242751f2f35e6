// Importing users: a file is uploaded, its columns are mapped, its rows are checked and imported.
import { everyLook, expect, live, open } from '../support/test.ts';
import { enter, test } from '../support/organization.ts';

const FILE = [
  'Login;E-Mail;Vorname;Nachname;Pers.-Nr.;T-Shirt',
  'zora.neu;zora.neu@example.org;Zora;Neu;N-1;M',
  'yann.neu;yann.neu@example.org;Yann;Neu;N-2;L',
  'xenia neu;not-an-address;Xenia;Neu;N-3;S',
].join('\r\n');

test('a file of new users, from the upload to the job', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  await open(page, '/admin/users');
  await page.getByRole('link', { name: 'Import CSV' }).click();
  await expect(page.getByRole('heading', { name: 'Import users' })).toBeVisible();
  await everyLook(page, 'import-upload');
  const file = { name: 'new-starters.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) };
  await page.getByLabel('CSV file').setInputFiles(file);
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page).toHaveURL(/\/admin\/users\/import\/[0-9a-f]{24}$/);
  await live(page);

  // What nobody knows is a choice.
  await expect(page.getByText(/^new-starters\.csv · 1 KB · Semicolons, UTF-8$/)).toBeVisible();
  const shirt = page.getByRole('row', { name: /T-Shirt/ });
  await expect(shirt).toContainText('Not known');
  await everyLook(page, 'import-map');
  await page.getByLabel('Field for T-Shirt').selectOption('Custom attribute: tShirt');
  await expect(shirt).toContainText('New attribute');
  await page.getByRole('button', { name: 'Check rows' }).click();

  // One row has a fault, so nothing is imported until one says otherwise.
  const start = page.getByRole('button', { name: 'Import 2 users' });
  await expect(start).toBeVisible({ timeout: 30_000 });
  await expect(start).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: /^Fault/ }).click();
  await expect(page.getByRole('table', { name: 'Rows' })).toContainText('An email address looks like');
  await everyLook(page, 'import-check');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download rows with faults' }).click();
  expect((await download).suggestedFilename()).toBe('rows-with-faults.csv');

  // Leaving and coming back leads to the same place.
  await open(page, '/admin/users/import');
  await page.getByRole('link', { name: 'Go on with it' }).click();
  await expect(start).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByLabel('If some rows have faults').selectOption('Import the good rows only');
  await page.getByRole('button', { name: 'Check rows' }).click();
  await expect(start).toBeVisible({ timeout: 30_000 });
  await start.click();
  await page.getByRole('link', { name: 'Show the job' }).click();
  const panel = page.getByRole('dialog', { name: 'Import 2 users' });
  await expect(panel.getByRole('region', { name: 'Progress' })).toContainText('100 %', { timeout: 30_000 });

  await open(page, '/admin/users?q=zora.neu');
  await expect(page.getByRole('row', { name: /Zora Neu/ })).toBeVisible();
});
