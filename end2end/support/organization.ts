// An organization that is set up, somebody who is signed in, and the codes of their phone.
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, live, test as base, type Page } from './test.ts';
import { Postbox } from './postbox.ts';
import type { Server } from './server.ts';

const here = path.dirname(fileURLToPath(import.meta.url));

export const grace = {
  organization: 'Example Org',
  firstName: 'Grace',
  lastName: 'Hopper',
  email: 'grace@example.org',
  password: 'tundra-violin-oxide-9',
};

/** Sets the sample organization up through the command line. */
function setUp(data: string, program: string): void {
  const done = spawnSync(
    path.resolve(here, '..', program),
    [
      'setup', '--data', data, '--organization', grace.organization, '--email', grace.email,
      '--first-name', grace.firstName, '--last-name', grace.lastName, '--password-stdin', '--sample',
    ],
    { input: `${grace.password}\n`, encoding: 'utf8' },
  );
  expect(done.status, done.stdout + done.stderr).toBe(0);
}

/** Adds an administrator with Grace's password. */
export function addAdministrator(server: Server, program: string, email: string, role: string): void {
  const [name] = email.split('@');
  const done = spawnSync(
    path.resolve(here, '..', program),
    [
      'admin', 'add', '--data', server.data, '--email', email, '--first-name', name ?? 'A', '--last-name', 'Admin',
      '--role', role, '--password-stdin',
    ],
    { input: `${grace.password}\n`, encoding: 'utf8' },
  );
  expect(done.status, done.stdout + done.stderr).toBe(0);
}

/** `test` with a server whose organization is set up, with its sample of people. */
export const test = base.extend<object, { prepared: string | undefined }>({
  prepared: [
    async ({ program }, use) => {
      const data = mkdtempSync(path.join(tmpdir(), 'bailiwick-prepared-'));
      setUp(data, program);
      await use(data);
      rmSync(data, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
});

/** `test` with a server whose messages arrive. */
export const testWithMail = test.extend<{ postbox: Postbox }>({
  postbox: async ({}, use) => {
    const postbox = await Postbox.start();
    await use(postbox);
    postbox.stop();
  },
  env: async ({ postbox }, use) => use(postbox.env),
});

/** Everybody who has looked at the Admin Portal has seen what is new up to an older version. */
export function knowsOnly(server: Server, version: string): void {
  // The Python that takes messages in knows SQLite; Node does only from 22 on.
  const python = process.env.BAILIWICK_TEST_SMTP ?? 'python3';
  const write = [
    'import sqlite3, sys',
    'database = sqlite3.connect(sys.argv[1])',
    'done = database.execute("UPDATE preferences SET value = ? WHERE name = \'news_seen\'", [sys.argv[2]])',
    'database.commit()',
    'print(done.rowcount)',
  ];
  const done = spawnSync(python, ['-c', write.join('\n'), path.join(server.data, 'bailiwick.db'), version], { encoding: 'utf8' });
  expect(Number(done.stdout), done.stderr).toBeGreaterThan(0);
}

/** Asks a server function as Grace does in her browser. */
export async function asGrace(page: Page, name: string, data: object): Promise<unknown> {
  await enter(page);
  const answer = await page.context().request.post(`/_fn/${name}`, { data });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

/** Adds Ada Lovelace, Active, under a name of her own; without a password the activation is sent. Says her id. */
export async function addUser(page: Page, username: string, password?: string, mustChange = false): Promise<string> {
  const form = { username, email: `${username}@example.org`, text: { firstname: 'Ada', lastname: 'Lovelace', department: 'Research' } };
  const first = password ? { password, must_change: mustChange } : null;
  const user = { form, state: 'ACTIVATED', password: first, notify: first ? 'nobody' : 'default' };
  return (await asGrace(page, 'create_user', { user })) as string;
}

/** Signs a user in at the User Portal. */
export async function signInAsUser(page: Page, login: string, password: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Username or company email').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'User Login' }).click();
}

/** Signs in without looking at the page: for tests of what comes after. */
export async function enter(page: Page, email = grace.email): Promise<void> {
  const form = { email, password: grace.password, next: '/admin' };
  const answer = await page.context().request.post('/admin/login', { form, maxRedirects: 0 });
  expect(answer.status(), await answer.text()).toBe(303);
}

/** Forgets who is signed in, away from the page: nothing of it is under way any more, to be refused. */
export async function leave(page: Page): Promise<void> {
  await page.goto('about:blank');
  await page.context().clearCookies();
}

/** Fills the sign-in page in and sends it. */
export async function giveCredentials(page: Page, email = grace.email, password = grace.password): Promise<void> {
  await page.getByLabel('Company email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Administrator Login' }).click();
}

/** Gives the password again where it is asked for. */
export async function prove(page: Page): Promise<void> {
  const proof = page.getByRole('dialog', { name: 'Is it you?' });
  await proof.getByLabel('Password').fill(grace.password);
  await proof.getByRole('button', { name: 'Continue' }).click();
}

/** Signs in and waits for the Admin Portal. */
export async function signIn(page: Page, email = grace.email): Promise<void> {
  await page.goto('/admin/login');
  await giveCredentials(page, email);
  await expect(page).toHaveURL(/\/admin$/);
  await live(page);
}

/** The code that an authenticator app shows at an instant for a base-32 secret (RFC 6238). */
export function codeAt(secret: string, milliseconds: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/\s/g, '').toUpperCase()].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(milliseconds / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = hash[hash.length - 1]! & 15;
  return ((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).toString().padStart(6, '0');
}

/** Moves the server's clock forward (only a server built with `test-clock` has this). */
export async function advance(server: Server, seconds: number): Promise<void> {
  const answer = await fetch(`${server.url}/_test/clock?advance=${seconds}`, { method: 'POST' });
  expect(answer.ok, await answer.text()).toBe(true);
}
