// The real program, with a folder of its own and whatever port is free.
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

export class Server {
  /** http://localhost:PORT */
  readonly url: string;
  readonly data: string;
  readonly #child: ChildProcess;
  readonly #lines: string[];

  private constructor(url: string, data: string, child: ChildProcess, lines: string[]) {
    this.url = url;
    this.data = data;
    this.#child = child;
    this.#lines = lines;
  }

  /** Starts it on a copy of a folder, or on an empty one, and waits until it listens. */
  static async start(program: string, env: Record<string, string> = {}, prepared?: string): Promise<Server> {
    const data = mkdtempSync(path.join(tmpdir(), 'bailiwick-'));
    if (prepared) cpSync(prepared, data, { recursive: true });
    const child = spawn(
      path.resolve(here, '..', program),
      ['serve', '--listen', '127.0.0.1:0', '--data', data],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, BAILIWICK_LOG: 'warn', ...env } },
    );
    const lines: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${program} ${why}\n${lines.join('')}`));
      const late = setTimeout(() => fail('did not listen within 20 s'), 20_000);
      const read = (chunk: Buffer) => {
        lines.push(chunk.toString());
        const found = lines.join('').match(/^Listening on (http:\/\/localhost:\d+)$/m)?.[1];
        if (found) {
          clearTimeout(late);
          resolve(found);
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code) => fail(`ended with ${code}`));
    });
    return new Server(url, data, child, lines);
  }

  /** Everything that it has said so far. */
  output(): string {
    return this.#lines.join('');
  }

  /** Waits until it has said something that matches, such as the set-up link. */
  async said(pattern: RegExp): Promise<RegExpMatchArray> {
    for (let tries = 0; tries < 100; tries += 1) {
      const found = this.output().match(pattern);
      if (found) return found;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`the server never said ${pattern}:\n${this.output()}`);
  }

  /** Asks it to stop, as an operator would, and returns the status it ended with. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#child.once('exit', resolve));
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    this.#child.kill('SIGTERM');
    const status = await ended;
    rmSync(this.data, { recursive: true, force: true });
    return status;
  }
}
