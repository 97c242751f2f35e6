// Groups by rule: written, previewed, applied, stopped, reviewed, and excepted from.
import { everyLook, expect, open, type Page } from '../support/test.ts';
import { asGrace, enter, test } from '../support/organization.ts';

async function addGroup(page: Page, name: string): Promise<string> {
  return (await asGrace(page, 'create_group', { form: { name } })) as string;
}

/** Adds an active user; `ada.lovelace` is Ada Lovelace. */
async function addUser(page: Page, username: string, department = 'Tunnels'): Promise<string> {
  const [firstname, lastname] = username.split('.').map((name) => name[0].toUpperCase() + name.slice(1));
  const form = { username, email: `${username}@example.org`, text: { firstname, lastname, department } };
  return (await asGrace(page, 'create_user', { user: { form, state: 'ACTIVATED', notify: 'nobody' } })) as string;
}

/** Moves a user to a department. */
async function moveTo(page: Page, id: string, department: string): Promise<void> {
  const user = (await asGrace(page, 'read_user', { id })) as { version: number; form: Record<string, unknown> };
  const form = { ...user.form, text: { ...(user.form.text as object), department } };
  await asGrace(page, 'update_user', { update: { id, version: user.version, form } });
}

function inDepartment(department: string, mode = 'automatic') {
  const condition = { field: 'department', operator: 'equals', values: [department] };
  return { mode, brake: 25, rule: { join: 'all', parts: [{ condition }] } };
}

test('a rule is written, tried with people, previewed and saved, and then moves people by itself', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  await addUser(page, 'ada.lovelace', 'Bridge');
  const bob = await addUser(page, 'bob.builder');
  const group = await addGroup(page, 'Sales people');
  await asGrace(page, 'add_group_members', { add: { group, period: {} }, users: [bob] });
  await open(page, `/admin/user-groups/${group}`);
  const panel = page.getByRole('dialog', { name: 'Sales people' });
  await panel.getByRole('link', { name: 'Rule' }).click();
  await panel.getByLabel('By a rule, at once').check();
  const rule = panel.getByRole('group', { name: 'Rule' });
  const first = rule.getByRole('group', { name: 'Condition' }).first();
  await panel.getByRole('button', { name: 'Preview and save…' }).click();
  await expect(first.getByRole('alert')).toHaveText('Type a value.');
  await first.getByLabel('Value').fill('bridge');
  await rule.getByRole('button', { name: 'Add block' }).click();
  const block = rule.getByRole('group', { name: 'Block' });
  await block.getByLabel('Which hold in this block').selectOption('none');
  await block.getByLabel('Field').selectOption('state');
  await block.getByLabel('Value').selectOption('SUSPENDED');
  await panel.getByLabel('People').fill('Bob');
  await page.getByRole('option', { name: /Bob/ }).first().click();
  await everyLook(page, 'group-rule');
  // Another tab, and what was typed is there still.
  await panel.getByRole('link', { name: /^Members/ }).click();
  await expect(panel.getByRole('row', { name: /Bob/ })).toBeVisible();
  await panel.getByRole('link', { name: 'Rule' }).click();
  await expect(first.getByLabel('Value')).toHaveValue('bridge');

  await panel.getByRole('button', { name: 'Preview and save…' }).click();
  const question = page.getByRole('dialog', { name: 'Rule of Sales people' });
  await expect(question).toContainText('Department is “bridge” and not (State is “Suspended”)');
  await expect(question).toContainText('1 user comes in: Ada Lovelace.');
  await expect(question).toContainText('1 user leaves: Bob Builder.');
  await expect(question.getByRole('region', { name: 'Bob Builder' })).toContainText('No: Department is “bridge”');
  await everyLook(page, 'group-rule-preview');
  await question.getByRole('button', { name: 'Save the rule' }).click();
  await expect(page.getByText('Saved the rule of Sales people')).toBeVisible();
  await panel.getByRole('link', { name: /^Members/ }).click();
  const members = panel.getByRole('table', { name: 'Members' });
  await expect(members.getByRole('row', { name: /Ada Lovelace/ })).toContainText('added by Group rule');
  await expect(members.locator('tbody tr')).toHaveCount(1);
  await expect(panel.getByRole('button', { name: 'Add members…' })).toHaveAttribute('aria-disabled', 'true');

  await moveTo(page, bob, 'BRIDGE');
  await expect(async () => {
    await open(page, `/admin/user-groups/${group}/members`);
    await expect(page.getByRole('table', { name: 'Members' }).locator('tbody tr')).toHaveCount(2, { timeout: 1000 });
  }).toPass({ timeout: 20_000 });
  await open(page, '/admin/user-groups');
  await expect(page.getByRole('row', { name: /Sales people/ })).toContainText('Yes');
});

test('a rule stops when too many would leave, and goes on when told so', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  const people: string[] = [];
  for (const name of ['ann.one', 'ben.two', 'cid.three', 'dot.four', 'eve.five', 'fay.six', 'gus.seven']) {
    people.push(await addUser(page, name, 'Bridge'));
  }
  const group = await addGroup(page, 'Sales people');
  const rule = inDepartment('Bridge');
  rule.rule.parts.push({ condition: { field: 'state', operator: 'equals', values: ['ACTIVATED'] } });
  await asGrace(page, 'save_group_rule', { rule: { group, version: 0, rule, leaving: 0 } });
  await asGrace(page, 'suspend_users', { selection: { these: people.slice(0, 6) } });
  const panel = page.getByRole('dialog', { name: 'Sales people' });
  await expect(async () => {
    await open(page, `/admin/user-groups/${group}/rule`);
    await expect(panel.getByText('The rule stopped: 6 of 7 members would leave.')).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 20_000 });
  await expect(panel.getByText('7 members', { exact: true })).toBeVisible();
  await everyLook(page, 'group-rule-stopped');
  await panel.getByRole('button', { name: 'Let it go on…' }).click();
  await page.getByRole('dialog', { name: 'Let the rule of Sales people go on' }).getByRole('button', { name: 'Let them leave' }).click();
  await expect(page.getByText('The rule of Sales people goes on')).toBeVisible();
  await expect(panel.getByText('The rule stopped')).toBeHidden();
  await expect(panel.getByText('1 member', { exact: true })).toBeVisible();
});

test('what a reviewed rule says waits, and exceptions hold whatever it says', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page);
  for (const name of ['ada.lovelace', 'bob.builder']) await addUser(page, name, 'Bridge');
  const group = await addGroup(page, 'Sales people');
  await asGrace(page, 'save_group_rule', { rule: { group, version: 0, rule: inDepartment('Bridge', 'reviewed'), leaving: 0 } });
  await open(page, `/admin/user-groups/${group}/rule`);
  const panel = page.getByRole('dialog', { name: 'Sales people' });
  await expect(panel.getByText('Waits for a review: 2 to come in, 0 to leave.')).toBeVisible();
  await everyLook(page, 'group-rule-review');
  await panel.getByRole('button', { name: 'Accept Ada Lovelace' }).click();
  await expect(panel.getByText('Waits for a review: 1 to come in, 0 to leave.')).toBeVisible();

  await panel.getByRole('button', { name: 'Add exception…' }).click();
  const question = page.getByRole('dialog', { name: 'Exception from the rule of Sales people' });
  await question.getByLabel('Users').fill('Bob');
  await page.getByRole('option', { name: /Bob/ }).first().click();
  await question.getByLabel('Never in').check();
  await question.getByLabel('Reason').fill('Works for a customer');
  await everyLook(page, 'group-rule-exception');
  await question.getByRole('button', { name: 'Make the exception' }).click();
  const row = panel.getByRole('table', { name: 'Exceptions' }).getByRole('row', { name: /Bob Builder/ });
  await expect(row).toContainText('Never in');
  await expect(row).toContainText('Works for a customer');
  await expect(panel.getByText('Waits for a review')).toBeHidden();
  await everyLook(page, 'group-rule-exceptions');
  await row.getByRole('button', { name: 'Remove the exception of Bob Builder' }).click();
  await page.getByRole('dialog', { name: 'Remove the exception of Bob Builder' }).getByRole('button', { name: 'Remove the exception' }).click();
  await expect(panel.getByText('Waits for a review: 1 to come in, 0 to leave.')).toBeVisible();
  await panel.getByRole('button', { name: 'Accept all…' }).click();
  await page.getByRole('dialog', { name: 'Accept what the rule of Sales people says' }).getByRole('button', { name: 'Accept all' }).click();
  await expect(page.getByText('Sales people is as its rule says')).toBeVisible();
  await expect(panel.getByText('2 members', { exact: true })).toBeVisible();
});
