// A real mail server on this machine: aiosmtpd, by the script that the directory's tests use too.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '@playwright/test';

const here = path.dirname(fileURLToPath(import.meta.url));
const script = path.resolve(here, '../../server/directory/tests/data/postbox.py');

export type Letter = { to: string[]; text: string };

export class Postbox {
  readonly port: number;
  readonly letters: Letter[];
  readonly #child: ChildProcess;

  private constructor(port: number, letters: Letter[], child: ChildProcess) {
    this.port = port;
    this.letters = letters;
    this.#child = child;
  }

  /** Starts it. Without a Python that has it the test is skipped, but on CI it fails. */
  static async start(): Promise<Postbox> {
    const python = process.env.BAILIWICK_TEST_SMTP;
    test.skip(!python && process.env.CI !== 'true', 'needs a mail server: BAILIWICK_TEST_SMTP names a Python that has aiosmtpd');
    if (!python) throw new Error('there is no mail server: BAILIWICK_TEST_SMTP names no Python');
    const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const letters: Letter[] = [];
    let rest = '';
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the mail server ended with ${code}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const said = JSON.parse(line) as { port?: number } & Letter;
          if (said.port) resolve(said.port);
          else letters.push(said);
        }
      });
    });
    return new Postbox(port, letters, child);
  }

  /** The newest letter to an address, once it has arrived, with its soft line breaks taken out. */
  async letterTo(address: string): Promise<string> {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = this.letters.findLast((letter) => letter.to.includes(address));
      if (found) return plain(found.text);
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`no letter to ${address}: ${this.letters.map((letter) => letter.to.join())}`);
  }

  /** The variables that tell the program to send its letters here. */
  get env(): Record<string, string> {
    return {
      BAILIWICK_SMTP_HOST: '127.0.0.1',
      BAILIWICK_SMTP_PORT: String(this.port),
      BAILIWICK_SMTP_SECURITY: 'none',
      BAILIWICK_SMTP_FROM: 'directory@example.org',
    };
  }

  /** The link in the newest letter to somebody that leads to a path. */
  async link(to: string, path: string): Promise<string> {
    const link = new RegExp(`https?://[^\\s"<>]*${path}\\?token=[\\w-]+`);
    for (let tries = 0; tries < 200; tries += 1) {
      const texts = this.letters.filter((letter) => letter.to.includes(to)).map((letter) => plain(letter.text));
      const found = texts.reverse().map((text) => text.match(link)?.[0]).find(Boolean);
      if (found) return found;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`no letter to ${to} with a link to ${path}`);
  }

  stop(): void {
    this.#child.kill();
  }
}

/** A letter's text as it was before it was packed for the way (quoted-printable). */
function plain(text: string): string {
  return text.replaceAll('=\r\n', '').replaceAll('=3D', '=');
}
