// What each role sees in the browser: where it can go, what it can press, and the reason beside what it
// cannot. The server's side of the same is proven for each function and request in the program's own tests.
import { expect, live, open, type Page } from '../support/test.ts';
import { addAdministrator, enter, leave, test } from '../support/organization.ts';

test.setTimeout(300_000);

const roles = [
  'Administrator With Billing', 'Administrator', 'Manager', 'Help Desk', 'Read Only', 'Command Runner',
  'Command Runner With Billing', 'Billing Only',
];

/** The screens to stand before, each with the part of it that the role decides about. */
const screens: [name: string, address: string, part: string][] = [
  ['Users', '/admin/users', 'main'],
  ['A user', 'USER', 'section.panel'],
  ['Administrators', '/admin/settings/administrators', 'main'],
  ['An administrator', 'ADMINISTRATOR', 'section.panel'],
  ['Organization', '/admin/settings/organization', 'main'],
  ['Password settings', '/admin/security/passwords', 'main'],
  ['Billing', '/admin/settings/billing', 'main'],
];

/** What can be pressed, a line each; after a dash why not. What leads from row to row is left out. */
async function pressable(page: Page, part: string): Promise<string[]> {
  const found = await page.locator(part).first().evaluate((root) =>
    [...root.querySelectorAll('button, a.button, input, select, textarea')]
      .filter((one) => !one.closest('tbody') && (one as HTMLElement).checkVisibility())
      .map((one) => {
        const field = one as HTMLInputElement;
        const name = one.getAttribute('aria-label') ?? field.labels?.[0]?.textContent ?? one.textContent ?? '';
        const why = one.getAttribute('aria-description');
        const shut = one.getAttribute('aria-disabled') === 'true' || field.disabled || field.readOnly;
        return `${name.replace(/\s+/g, ' ').trim()}${shut ? ` – ${why ?? 'shut'}` : ''}`;
      }));
  return [...new Set(found)];
}

for (const role of roles) {
  test(`what ${role} sees`, async ({ page, server, program, guard }) => {
    guard.allowStatus(403, /^\/admin\//);
    const email = 'somebody@example.org';
    addAdministrator(server, program, email, role);
    const told: string[] = [];
    const add = (title: string, lines: string[]) => told.push(`# ${title}`, ...lines, '');

    await enter(page);
    const first = async (address: string) => {
      await page.goto(address);
      return (await page.locator('tbody .col-name a').first().getAttribute('href'))?.split('?')[0] ?? '';
    };
    const addresses = new Map([
      ['USER', await first('/admin/users')],
      ['ADMINISTRATOR', await first('/admin/settings/administrators?q=hopper')],
    ]);
    await leave(page);

    await enter(page, email);
    await open(page, '/admin');
    const nav = page.getByRole('navigation', { name: 'Main' });
    add('Navigation', await nav.getByRole('link').allInnerTexts());
    await page.getByRole('button', { name: /your account/ }).click();
    add('Account', (await page.getByRole('menu').last().locator('[role^=menuitem]').allInnerTexts()));
    for (const [name, address, part] of screens) {
      const there = addresses.get(address) ?? address;
      const answer = await page.goto(there);
      await live(page);
      if (answer?.status() === 403) {
        add(`${name}: not for this role`, [await page.locator('main .refused, main p').first().innerText()]);
      } else {
        add(name, await pressable(page, part));
      }
    }
    expect(told.join('\n')).toMatchSnapshot(`${role.toLowerCase().replaceAll(' ', '-')}.txt`);
  });
}
