// Directory Insights: the list of events, its filters and range, the chart to pick from, and the panel of one event.
import { everyLook, expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, asGrace, enter, leave, test } from '../support/organization.ts';

const table = (page: Page) => page.getByRole('region', { name: 'Directory Insights' });
const rows = (page: Page) => table(page).locator('tbody tr');
const chart = (page: Page) => page.getByRole('region', { name: 'Events over time' });

/** Suspends somebody, so that there is an event that changed something. */
async function suspend(page: Page): Promise<void> {
  await open(page, '/admin/users?q=nath.leroy');
  const link = page.getByRole('row', { name: /Nath Leroy/ }).getByRole('link', { name: 'Nath Leroy' });
  const id = ((await link.getAttribute('href')) ?? '').match(/[0-9a-f]{24}/)?.[0];
  await asGrace(page, 'suspend_users', { selection: { these: [id] } });
}

test('an event is found, filtered for and read', async ({ page }) => {
  test.setTimeout(180_000);
  await enter(page);
  await suspend(page);
  await open(page, '/admin');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Directory Insights' }).click();
  await live(page);
  await expect(page).toHaveURL('/admin/insights');
  await expect(rows(page).first()).toContainText('user_suspended');
  await everyLook(page, 'insights');

  // By what happened, and by words.
  await page.getByRole('button', { name: 'Filter by' }).click();
  const box = page.getByRole('dialog', { name: 'Filter by' });
  await box.getByLabel('user_suspended').check();
  await box.getByRole('button', { name: 'Add filter' }).click();
  await expect(page).toHaveURL(/filter=event:is:user_suspended/);
  await expect(rows(page)).toHaveCount(1);
  await page.getByLabel('Search events').fill('nobody like this');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await page.getByLabel('Search events').fill('leroy');
  await expect(rows(page)).toHaveCount(1);

  // What changed, from where, and all of it to take along.
  await rows(page).first().getByRole('link').click();
  const panel = page.getByRole('dialog', { name: 'Suspended the user' });
  await expect(panel.getByRole('region', { name: 'Changes' })).toContainText('State');
  await expect(panel.getByRole('region', { name: 'Changes' })).toContainText('Suspended');
  await expect(panel.getByText('Grace Hopper').first()).toBeVisible();
  await expect(panel.getByRole('region', { name: 'The event as JSON' })).toContainText('"event_type": "user_suspended"');
  await everyLook(page, 'insights-event');
  await page.reload();
  await live(page);
  await expect(panel).toBeVisible();

  // From there to all events of that person.
  await panel.getByRole('link', { name: 'Nath Leroy' }).click();
  await expect(page).toHaveURL(/filter=person:is:[0-9a-f]{24}/);
  await expect(page.getByRole('button', { name: 'Who: Nath Leroy', exact: true })).toBeVisible();
  await expect(page.getByLabel('Time range')).toHaveValue('0');
});

test('bars are picked with the pointer and by keyboard', async ({ page }) => {
  await enter(page);
  await suspend(page);
  await open(page, '/admin/insights');
  await page.getByLabel('Time range').selectOption({ label: 'Last hour' });
  await expect(page).toHaveURL(/filter=time:after:-1h/);
  const brush = chart(page).getByRole('slider');
  await expect(brush).toHaveAttribute('aria-valuetext', /Success/);
  const area = (await brush.boundingBox())!;
  await page.mouse.move(area.x + area.width * 0.25, area.y + area.height / 2);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width * 0.5, area.y + area.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/filter=time:after:\d+&filter=time:before:\d+/);
  await expect(page.getByLabel('From', { exact: true })).toHaveValue(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
  await everyLook(page, 'insights-range');

  // The last bars hold what has just happened.
  await page.getByLabel('Time range').selectOption({ label: 'Last hour' });
  await expect(page).toHaveURL(/filter=time:after:-1h$/);
  await expect(brush).toHaveAttribute('aria-valuemax', '61');
  await brush.focus();
  await brush.press('End');
  for (let step = 0; step < 10; step += 1) await brush.press('Shift+ArrowLeft');
  await expect(brush).toHaveAttribute('aria-valuetext', / to /);
  await brush.press('Enter');
  await expect(page).toHaveURL(/filter=time:after:\d+&filter=time:before:\d+/);
  await expect(rows(page).first()).toContainText('user_suspended');

  // The same figures as a table.
  await chart(page).getByRole('button', { name: 'Show as table' }).click();
  await expect(chart(page).getByRole('columnheader', { name: 'Failure' })).toBeVisible();
});

test('events are exported, and a role that may not sees none', async ({ page, server, program, guard }) => {
  await enter(page);
  await open(page, '/admin/insights?filter=result:is:success');
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  expect((await download).suggestedFilename()).toBe('events.csv');

  guard.allowStatus(403, /^\/admin\//);
  addAdministrator(server, program, 'runs@example.org', 'Command Runner');
  await leave(page);
  await enter(page, 'runs@example.org');
  await page.goto('/admin/insights');
  await expect(page.getByText('which does not allow this').first()).toBeVisible();
});
