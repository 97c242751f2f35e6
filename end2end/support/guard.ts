// What no test may let pass: errors on the console, answers of 4xx and 5xx, requests that fail or go
// elsewhere.
import type { BrowserContext } from '@playwright/test';

export class Guard {
  readonly #faults: string[] = [];
  readonly #statuses: { status: number; path: RegExp }[] = [];
  readonly #messages: RegExp[] = [];
  readonly #failures: RegExp[] = [];

  /** The test expects answers of this status, at addresses that match. */
  allowStatus(status: number, path: RegExp = /./): void {
    this.#statuses.push({ status, path });
  }

  /** The test expects requests that get no answer, at addresses that match. */
  allowFailure(path: RegExp): void {
    this.#failures.push(path);
  }

  /** The test expects messages on the console that match. */
  allowMessage(pattern: RegExp): void {
    this.#messages.push(pattern);
  }

  /** Watches a context; a test that opens its own hands it over here. */
  async watch(context: BrowserContext): Promise<void> {
    const local = (url: string) => /^(https?:\/\/localhost(:\d+)?\/|data:|blob:|about:)/.test(url);
    await context.route((url) => !local(url.href), (route) => {
      this.#faults.push(`a request to ${route.request().url()}`);
      return route.abort();
    });
    context.on('response', (response) => {
      const status = response.status();
      const { pathname } = new URL(response.url());
      const allowed = this.#statuses.some((one) => one.status === status && one.path.test(pathname));
      if (status >= 400 && !allowed) this.#faults.push(`${status} for ${response.request().method()} ${pathname}`);
    });
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      const { pathname } = new URL(request.url());
      // Whoever leaves a page drops what it was still waiting for; a browser without JavaScript says
      // of each script that a policy stopped it, while a policy of ours is told on the console.
      if (why === 'net::ERR_ABORTED' || why === 'csp' || this.#failures.some((one) => one.test(pathname))) return;
      this.#faults.push(`${why} for ${request.method()} ${pathname}`);
    });
    context.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      const text = message.text();
      // Chromium's echo of a status, which has been judged above.
      if (text.startsWith('Failed to load resource')) return;
      // Tells only that this machine was slow between a page's arrival and its life; whether all that
      // is loaded ahead is used has a test of its own.
      if (text.includes('was preloaded using link preload but not used within a few seconds')) return;
      if (!this.#messages.some((pattern) => pattern.test(text))) this.#faults.push(`${message.type()}: ${text}`);
    });
    context.on('weberror', (error) => this.#faults.push(`uncaught: ${error.error().message}`));
  }

  faults(): string[] {
    return this.#faults;
  }
}
