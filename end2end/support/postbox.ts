// A real mail server on this machine: aiosmtpd, by the script that the directory's tests use too.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '@playwright/test';

const here = path.dirname(fileURLToPath(import.meta.url));
const script = path.resolve(here, '../../server/directory/tests/data/postbox.py');

export type Message = { to: string[]; text: string };

export class Postbox {
  readonly port: number;
  readonly messages: Message[];
  readonly #child: ChildProcess;

  private constructor(port: number, messages: Message[], child: ChildProcess) {
    this.port = port;
    this.messages = messages;
    this.#child = child;
  }

  /** Starts it. Without a Python that has it the test is skipped, but on CI it fails. */
  static async start(): Promise<Postbox> {
    const python = process.env.BAILIWICK_TEST_SMTP;
    test.skip(!python && process.env.CI !== 'true', 'needs a mail server: BAILIWICK_TEST_SMTP names a Python that has aiosmtpd');
    if (!python) throw new Error('there is no mail server: BAILIWICK_TEST_SMTP names no Python');
    const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const messages: Message[] = [];
    let rest = '';
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the mail server ended with ${code}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const said = JSON.parse(line) as { port?: number } & Message;
          if (said.port) resolve(said.port);
          else messages.push(said);
        }
      });
    });
    return new Postbox(port, messages, child);
  }

  /** The newest message to an address, once it has arrived, with its soft line breaks taken out. */
  async messageTo(address: string): Promise<string> {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = this.messages.findLast((message) => message.to.includes(address));
      if (found) return plain(found.text);
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`no message to ${address}: ${this.messages.map((message) => message.to.join())}`);
  }

  /** The variables that tell the program to send its messages here. */
  get env(): Record<string, string> {
    return {
      BAILIWICK_SMTP_HOST: '127.0.0.1',
      BAILIWICK_SMTP_PORT: String(this.port),
      BAILIWICK_SMTP_SECURITY: 'none',
      BAILIWICK_SMTP_FROM: 'directory@example.org',
    };
  }

  /** The link in the newest message to somebody that leads to a path. */
  async link(to: string, path: string): Promise<string> {
    const link = new RegExp(`https?://[^\\s"<>]*${path}\\?token=[\\w-]+`);
    for (let tries = 0; tries < 200; tries += 1) {
      const texts = this.messages.filter((message) => message.to.includes(to)).map((message) => plain(message.text));
      const found = texts.reverse().map((text) => text.match(link)?.[0]).find(Boolean);
      if (found) return found;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`no message to ${to} with a link to ${path}`);
  }

  stop(): void {
    this.#child.kill();
  }
}

/** A message's text as it was before it was packed for the way (quoted-printable). */
function plain(text: string): string {
  return text.replaceAll('=\r\n', '').replaceAll('=3D', '=');
}
