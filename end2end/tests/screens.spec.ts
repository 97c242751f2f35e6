// What screens owe to whoever looks closely: orders, addresses, words at the right moment, and long names.
import { everyLook, expect, open, picture, sizes, test as bare, type Page } from '../support/test.ts';
import { addUser, asGrace, enter, grace, signInAsUser, test } from '../support/organization.ts';

async function add(page: Page, username: string, text: Record<string, string> = {}): Promise<string> {
  const form = { username, email: `${username}@example.org`, text: { firstname: username, lastname: 'Closely', ...text } };
  return (await asGrace(page, 'create_user', { user: { form, state: 'STAGED', password: null, notify: 'nobody' } })) as string;
}

/** How far apart two colours of what is painted are (WCAG 2.2, contrast ratio). */
async function apart(page: Page, one: string, other: string): Promise<number> {
  return page.evaluate(([one, other]) => {
    const light = (selector: string) => {
      const context = document.createElement('canvas').getContext('2d')!;
      context.fillStyle = getComputedStyle(document.querySelector(selector)!).backgroundColor;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const [a, b] = [light(one!), light(other!)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }, [one, other]);
}

test('every column that is shown can be sorted by', async ({ page }) => {
  test.setTimeout(180_000);
  await enter(page);
  const columns = [
    'username', 'department', 'password_status', 'mfa_enrolled', 'last_login', 'email', 'last_name', 'first_name',
    'job_title', 'location', 'employee_identifier', 'employee_type', 'company', 'cost_center', 'manager',
    'alternate_email', 'description', 'mfa_required', 'password_set', 'password_expires', 'sudo', 'ldap_binding_user',
    'created', 'created_by', 'id',
  ];
  for (const address of [
    `/admin/users?columns=${columns.join(',')}`, '/admin/settings/administrators', '/admin/settings/outbox',
  ]) {
    await open(page, address);
    const heads = page.locator('table.data thead th:not(.pick):not(.more)');
    await expect(heads).toHaveCount(address.includes('columns') ? columns.length + 2 : await heads.count());
    await expect(page.locator('table.data thead th:not(.pick):not(.more):not(:has(a))')).toHaveCount(0);
  }
  await open(page, '/admin/users?columns=manager,password_status');
  const head = page.getByRole('columnheader', { name: 'Manager' });
  await head.getByRole('link').click();
  await expect(page).toHaveURL(/sort=manager/);
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await head.getByRole('link').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await expect(page.locator('tbody tr').first().locator('td').nth(3)).not.toHaveText('—');
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page.getByText('51–100 of 1,284')).toBeVisible();
});

bare('a fortnight without a sign-in is explained', async ({ page, server }) => {
  const [, link] = await server.said(/(http:\/\/localhost:\d+\/setup\?token=\S+)/);
  await page.goto(link!);
  await page.getByLabel('Organization name').fill(grace.organization);
  await page.getByLabel('First name').fill(grace.firstName);
  await page.getByLabel('Last name').fill(grace.lastName);
  await page.getByLabel('Company email').fill(grace.email);
  await page.getByLabel('Password', { exact: true }).fill(grace.password);
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByText('No user has signed in, or tried to, in the past 14 days.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show as table' })).toHaveCount(0);
  await everyLook(page, 'home-without-sign-ins');
});

test('the chart of sign-ins leads to who signed in', async ({ page }) => {
  await addUser(page, 'ida', grace.password);
  await signInAsUser(page, 'ida', grace.password);
  await expect(page).toHaveURL(/localhost:\d+\/$/);
  await enter(page);
  await open(page, '/admin');
  await page.getByRole('link', { name: 'See users who signed in' }).click();
  await expect(page).toHaveURL('/admin/users?filter=last_login:after:-14d&sort=-last_login');
  await expect(page.getByRole('columnheader', { name: 'Last login' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByRole('row').filter({ hasText: 'ida@example.org' })).toBeVisible();
});

test('whoever adds a user sees which state is the default', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users/new');
  await expect(page.getByLabel('By the organization’s default: Active')).toBeChecked();
  const { version, profile } = (await asGrace(page, 'organization', {})) as { version: number; profile: { new_users: object } };
  const staged = { ...profile, new_users: { ...profile.new_users, manualEntry: 'STAGED' } };
  const saved = (await asGrace(page, 'save_organization', { version, profile: staged })) as { version: number };
  await open(page, '/admin/users/new');
  await expect(page.getByLabel('By the organization’s default: Staged')).toBeChecked();
  await expect(page.getByText('Nobody who is Staged gets an email')).toBeVisible();
  await everyLook(page, 'new-user-staged');
  await asGrace(page, 'save_organization', { version: saved.version, profile });
});

test('activating one says which email goes where', async ({ page }) => {
  await enter(page);
  await add(page, 'alternate', { alternateEmail: 'alternate@home.example' });
  await open(page, '/admin/users?q=alternate');
  await page.getByRole('button', { name: /^More for alternate/ }).click();
  await page.getByRole('menuitem', { name: 'Activate…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Activate alternate Closely' });
  await expect(dialog.getByLabel('Activation email to alternate@home.example')).toBeChecked();
  await expect(dialog.getByText(/has no password yet/)).toBeVisible();
  await everyLook(page, 'activate-one');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  // Invented people get none, so there is nothing to choose.
  await open(page, '/admin/users?filter=state:is:SUSPENDED');
  await page.getByRole('button', { name: /^More for/ }).first().click();
  await page.getByRole('menuitem', { name: 'Activate…' }).click();
  await expect(page.getByText(/one of the invented people, who are never emailed/)).toBeVisible();
  await expect(page.getByRole('dialog', { name: /^Activate/ }).getByRole('radio')).toHaveCount(0);
});

test('a button says why it is idle when pointed at anew, not over what was just saved', async ({ page }) => {
  await enter(page);
  const id = await add(page, 'tipsy');
  await open(page, `/admin/users/${id}`);
  await page.getByLabel('Department').fill('Elsewhere');
  const save = page.getByRole('button', { name: 'Save user' });
  const tip = page.locator('.tip', { hasText: 'Nothing has been changed.' });
  await save.click();
  await expect(page.getByText('Saved tipsy Closely')).toBeVisible();
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await expect(page.locator('.tipped.shy').filter({ has: save })).toBeAttached();
  await expect(tip).toHaveCSS('visibility', 'hidden');
  await page.mouse.move(5, 5);
  await save.hover();
  await expect(tip).toBeVisible();
});

test('the tab that is shown is in view where there is no room for all', async ({ page }) => {
  await enter(page);
  await page.setViewportSize(sizes.small);
  const tabs = page.getByRole('navigation', { name: 'Settings' });
  for (const [address, name] of [['email-templates', 'Email templates'], ['outbox', 'Outbox'], ['organization', 'Organization']]) {
    await open(page, `/admin/settings/${address}`);
    await expect(tabs.getByRole('link', { name: name! })).toBeInViewport({ ratio: 0.99 });
  }
  await everyLook(page, 'settings-tabs');
});

test('the preview of a template names whom the organization has set', async ({ page }) => {
  await enter(page);
  const { version, profile } = (await asGrace(page, 'organization', {})) as { version: number; profile: object };
  const asked = { ...profile, contact_name: 'Ida in IT', contact_email: 'ida@example.org' };
  const saved = (await asGrace(page, 'save_organization', { version, profile: asked })) as { version: number };
  await open(page, '/admin/settings/email-templates/password_changed');
  const preview = page.getByRole('region', { name: 'Preview' });
  await expect(preview.getByText('Questions? Ask Ida in IT, ida@example.org.')).toBeVisible();
  await expect(preview.getByText(/tell Ida in IT at once/)).toBeVisible();
  await asGrace(page, 'save_organization', { version: saved.version, profile });
  await open(page, '/admin/settings/email-templates/activation');
  await expect(preview.getByText(/This link is good until .* UTC, and can be used once\./)).toBeVisible();
  await expect(preview.getByText(/Questions\?/)).toHaveCount(0);
  await everyLook(page, 'template-preview');
});

test('a question about somebody with a long name stays whole', async ({ page }) => {
  const id = await add(page, 'lengthy', { lastname: `Longs${'tocking'.repeat(30)}` });
  for (const size of [sizes.wide, sizes.small]) {
    await page.setViewportSize(size);
    await open(page, `/admin/users/${id}`);
    await page.getByRole('button', { name: 'Delete user' }).click();
    const dialog = page.getByRole('dialog', { name: /^Delete lengthy/ });
    await expect(dialog.getByRole('button', { name: 'Close' })).toBeInViewport({ ratio: 0.99 });
    const over = await dialog.evaluate((one) => one.scrollWidth - one.clientWidth);
    expect(over, 'pixels beyond the edge of the question').toBeLessThanOrEqual(0);
    const button = dialog.getByRole('button', { name: /^Delete lengthy/ });
    await expect(button).toBeInViewport({ ratio: 0.99 });
    await expect(button).toContainText('Delete lengthy');
    await picture(page, `question-long-name-${size.width}`);
    await page.keyboard.press('Escape');
  }
});

test('a pill is seen in a selected row', async ({ page }) => {
  await enter(page);
  await open(page, '/admin/users?filter=state:is:ACTIVATED');
  await page.locator('tbody .pick input').first().check();
  await page.mouse.move(5, 5);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await apart(page, 'tr.picked .pill', 'tr.picked td')).toBeGreaterThan(1.1);
  }
  await everyLook(page, 'users-selected');
});
