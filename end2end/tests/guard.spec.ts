// The guard itself: each of these must fail, or no other test means anything.
import { accessible, test } from '../support/test.ts';

test.describe('the guard notices', () => {
  test.fail();

  test('an error on the console', async ({ page }) => {
    await page.goto('/admin/login');
    await page.evaluate(() => console.error('something is wrong'));
  });

  test('an exception', async ({ page }) => {
    await page.goto('/admin/login');
    const thrown = page.waitForEvent('pageerror');
    await page.evaluate(() => void setTimeout(() => { throw new Error('something is wrong'); }));
    await thrown;
  });

  test('an answer of 404', async ({ page }) => {
    await page.goto('/nowhere');
  });

  test('a request that leaves the machine', async ({ page }) => {
    await page.goto('/admin/login');
    // The page's policy would stop it as well.
    await page.goto('https://example.com/').catch(() => undefined);
  });

  test('a request that gets no answer', async ({ page }) => {
    await page.goto('/admin/login');
    await page.route('**/healthz', (route) => route.abort('connectionreset'));
    await page.evaluate(() => fetch('/healthz').catch(() => undefined));
  });

  test('text that cannot be read', async ({ page }) => {
    await page.goto('/admin/login');
    await page.getByRole('heading').evaluate((heading) => heading.style.setProperty('color', '#ddd'));
    await accessible(page);
  });
});
