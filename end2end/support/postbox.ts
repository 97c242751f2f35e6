// A mail server for one test: it takes every letter and keeps it.
import { createServer, type Server as Net } from 'node:net';
import { once } from 'node:events';
import { expect } from './test.ts';

export class Postbox {
  readonly port: number;
  readonly #net: Net;
  readonly #letters: { to: string; text: string }[];

  private constructor(port: number, net: Net, letters: { to: string; text: string }[]) {
    this.port = port;
    this.#net = net;
    this.#letters = letters;
  }

  static async open(): Promise<Postbox> {
    const letters: { to: string; text: string }[] = [];
    const net = createServer((socket) => {
      let rest = '';
      let to = '';
      let body: string[] | null = null;
      const say = (line: string) => socket.write(`${line}\r\n`);
      const hear = (line: string) => {
        if (body !== null) {
          if (line !== '.') return void body.push(line.replace(/^\./, ''));
          letters.push({ to, text: decoded(body.join('\n')) });
          body = null;
          return void say('250 kept');
        }
        const word = line.slice(0, 4).toUpperCase();
        if (word === 'EHLO' || word === 'HELO') say('250 postbox');
        else if (word === 'RCPT') {
          to = line.match(/<([^>]*)>/)?.[1] ?? '';
          say('250 ok');
        } else if (word === 'DATA') {
          body = [];
          say('354 go on');
        } else if (word === 'QUIT') {
          say('221 bye');
          socket.end();
        } else say('250 ok');
      };
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk: Buffer) => {
        rest += chunk.toString('latin1');
        const lines = rest.split('\r\n');
        rest = lines.pop() ?? '';
        lines.forEach(hear);
      });
      say('220 postbox');
    });
    net.listen(0, '127.0.0.1');
    await once(net, 'listening');
    const address = net.address();
    return new Postbox(typeof address === 'object' && address ? address.port : 0, net, letters);
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
    const found = () => {
      const texts = this.#letters.filter((letter) => letter.to === to).map((letter) => letter.text);
      return texts.reverse().map((text) => text.match(new RegExp(`https?://[^\\s"<>]*${path}\\?token=[\\w-]+`))?.[0]).find(Boolean);
    };
    await expect.poll(found, { message: `a letter to ${to} with a link to ${path}` }).toBeTruthy();
    return found()!;
  }

  close(): void {
    this.#net.close();
  }
}

/** Quoted-printable and base 64 as far as links need it. */
function decoded(text: string): string {
  const plain = text.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const blocks = text.match(/(?:^[A-Za-z0-9+/=]{20,}\n?)+/gm) ?? [];
  return [plain, ...blocks.map((block) => Buffer.from(block.replace(/\n/g, ''), 'base64').toString())].join('\n');
}
