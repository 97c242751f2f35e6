// The list of users: its columns, and what it is filtered by.
import { everyLook, expect, live, open } from '../support/test.ts';
import { addAdministrator, enter, test } from '../support/organization.ts';

test('columns are chosen and kept', async ({ page, server, program }) => {
  addAdministrator(server, program, 'columns@example.org', 'Manager');
  await enter(page, 'columns@example.org');
  await open(page, '/admin/users');
  await page.getByRole('button', { name: 'Edit columns' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit columns' });
  await dialog.getByRole('button', { name: 'Remove Department' }).click();
  await dialog.getByRole('button', { name: 'Add Job title' }).click();
  await dialog.getByRole('button', { name: 'Save columns' }).click();
  await expect(page.getByRole('columnheader', { name: 'Job title' })).toBeVisible();
  await page.reload();
  await live(page);
  await expect(page.getByRole('columnheader', { name: 'Job title' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Department' })).toHaveCount(0);
});

test('columns that stay are in view however far the table is scrolled', async ({ page, server, program }) => {
  test.setTimeout(180_000);
  addAdministrator(server, program, 'stays@example.org', 'Manager');
  await enter(page, 'stays@example.org');
  await open(page, '/admin/users');
  await page.getByRole('button', { name: 'Edit columns' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit columns' });
  const pin = (label: string) => dialog.getByRole('button', { name: `Keep ${label} in view` });
  await dialog.getByRole('button', { name: 'Add Email', exact: true }).click();
  await dialog.getByRole('button', { name: 'Add Job title' }).click();
  await pin('Username').click();
  await expect(pin('Username')).toHaveAttribute('aria-pressed', 'true');
  // There is one at most.
  await pin('Job title').click();
  await expect(pin('Job title')).toHaveAttribute('aria-pressed', 'true');
  await expect(pin('Username')).toHaveAttribute('aria-pressed', 'false');
  await everyLook(page, 'edit-columns');
  await dialog.getByRole('button', { name: 'Save columns' }).click();
  await expect(page.getByRole('columnheader', { name: 'Job title' })).toBeVisible();
  await page.reload();
  await live(page);

  const scroller = page.locator('.table-scroll');
  const scrolled = () => scroller.evaluate((element) => (element.scrollLeft = element.scrollWidth));
  const inView = (label: string) =>
    page.getByRole('columnheader', { name: label, exact: true }).evaluate((cell) => {
      const [own, all] = [cell, cell.closest('.table-scroll')!].map((element) => element.getBoundingClientRect());
      // What lies over it would be found there in its place.
      const found = [own.left + 3, own.right - 3].map((x) => document.elementFromPoint(x, own.top + own.height / 2));
      return own.left >= all.left && own.right <= all.right && found.every((one) => !!one && cell.contains(one));
    });
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(await scrolled()).toBeGreaterThan(0);
  for (const label of ['State', 'Name', 'Job title']) await expect.poll(() => inView(label), label).toBe(true);
  expect(await inView('Username')).toBe(false);
  await everyLook(page, 'columns-that-stay');

  // Where there is less room, fewer stay.
  await page.setViewportSize({ width: 1024, height: 900 });
  await scrolled();
  await expect.poll(() => inView('State')).toBe(true);
  expect([await inView('Name'), await inView('Job title')]).toEqual([true, false]);
  await page.setViewportSize({ width: 660, height: 900 });
  await scrolled();
  await expect.poll(() => inView('State')).toBe(false);
  expect(await inView('Name')).toBe(true);
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.getByRole('button', { name: 'Edit columns' }).click();
  await pin('Job title').click();
  await dialog.getByRole('button', { name: 'Save columns' }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(async () => [await scrolled(), await inView('Job title')][1]).toBe(false);
  expect(await inView('State')).toBe(true);
});

test('users are found by a custom attribute', async ({ page }) => {
  test.setTimeout(180_000);
  await enter(page);
  await open(page, '/admin/users?q=megan.smith');
  await page.getByRole('row', { name: /Megan Smith/ }).getByRole('link', { name: 'Megan Smith' }).click();
  const panel = page.locator('section.panel');
  await expect(panel.getByRole('heading', { name: 'Megan Smith' })).toBeVisible();
  await panel.getByRole('button', { name: 'Add attribute' }).click();
  await panel.getByLabel('Name', { exact: true }).fill('tshirt');
  await panel.getByLabel('Value', { exact: true }).fill('XL');
  await panel.getByRole('button', { name: 'Save user' }).click();
  await expect(page.getByText('Saved Megan Smith')).toBeVisible();

  await open(page, '/admin/users');
  await page.getByRole('button', { name: 'Filter by' }).click();
  const box = page.getByRole('dialog', { name: 'Filter by' });
  await box.getByLabel('Column').selectOption('Custom attribute');
  const name = box.getByLabel('Name of the attribute');
  await name.fill('t-shirt');
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toHaveAccessibleDescription(/letters and digits only/);
  await box.getByLabel('Values').fill('XL');
  await expect(box.getByRole('button', { name: 'Add filter' })).toHaveAttribute('aria-disabled', 'true');
  await everyLook(page, 'filter-by-attribute');
  await name.fill('tshirt');
  await expect(name).not.toHaveAttribute('aria-invalid');
  await box.getByRole('button', { name: 'Add filter' }).click();
  await expect(page).toHaveURL('/admin/users?filter=custom.tshirt:is:XL');
  const chip = page.getByRole('button', { name: 'tshirt: XL', exact: true });
  await expect(chip).toHaveAttribute('title', /^Custom attribute “tshirt”/);
  await expect(page.locator('tbody tr[data-row]')).toHaveCount(1);
  await expect(page.getByRole('row', { name: /Megan Smith/ })).toBeVisible();

  // It can be changed, and everybody else is found by its contrary.
  await chip.click();
  await expect(name).toHaveValue('tshirt');
  await box.getByLabel('Condition').selectOption('is not');
  await box.getByRole('button', { name: 'Update filter' }).click();
  await expect(page).toHaveURL('/admin/users?filter=custom.tshirt:is_not:XL');
  await expect(page.getByRole('button', { name: 'tshirt: not XL', exact: true })).toBeVisible();
  await expect(page.locator('tbody tr[data-row]').first()).toBeVisible();
  await expect(page.getByRole('row', { name: /Megan Smith/ })).toHaveCount(0);
});

test('a custom attribute is a column, and who lacks it is found', async ({ page }) => {
  test.setTimeout(180_000);
  await enter(page);
  await open(page, '/admin/users?q=megan.smith');
  await page.getByRole('row', { name: /Megan Smith/ }).getByRole('link', { name: 'Megan Smith' }).click();
  const panel = page.locator('section.panel');
  await panel.getByRole('button', { name: 'Add attribute' }).click();
  await panel.getByLabel('Name', { exact: true }).fill('tshirt');
  await panel.getByLabel('Value', { exact: true }).fill('XL');
  await panel.getByRole('button', { name: 'Save user' }).click();
  await expect(page.getByText('Saved Megan Smith')).toBeVisible();

  await open(page, '/admin/users?q=megan.smith');
  await page.getByRole('button', { name: 'Edit columns' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit columns' });
  await dialog.getByLabel('Find a column').fill('shirt');
  await expect(dialog.getByRole('button', { name: 'Add Department' })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Add tshirt' }).click();
  await everyLook(page, 'edit-columns-attribute');
  await dialog.getByRole('button', { name: 'Save columns' }).click();
  await expect(page.getByRole('columnheader', { name: 'tshirt' })).toBeVisible();
  await expect(page.getByRole('cell', { name: 'XL', exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Filter by' }).click();
  const box = page.getByRole('dialog', { name: 'Filter by' });
  await box.getByLabel('Column').selectOption('Custom attribute');
  await box.getByLabel('Name of the attribute').fill('tshirt');
  await box.getByLabel('Condition').selectOption('is empty');
  await expect(box.getByLabel('Values')).toHaveCount(0);
  await box.getByRole('button', { name: 'Add filter' }).click();
  await expect(page.getByRole('button', { name: 'tshirt: empty', exact: true })).toBeVisible();
  await expect(page.getByText('Nothing matches')).toBeVisible();
});
