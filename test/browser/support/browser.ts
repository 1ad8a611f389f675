/** Debian's chromium, without a window, on a viewer over a real database. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Throws where there is none, and says how to get it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? places.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error('No chromium found: `apt-get install chromium`, or name one in CHROMIUM_PATH.');
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
  });
}

export const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
export type Size = keyof typeof sizes;
export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** A context in which nothing moves, and every complaint of the page or its policy is kept. */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ reducedMotion: 'reduce', viewport: sizes.wide, ...options });
  const complaints: string[] = [];
  context.on('weberror', (error) => complaints.push(`error: ${error.error().message}`));
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  context.on('requestfailed', (request) => {
    // What a page no longer waits for it gives up itself: the stream of a page that was left, a window scrolled past.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      complaints.push(`${request.url()}: ${request.failure()?.errorText}`);
  });
  return { context, complaints };
}

/** Opens an address of the page and waits until what it asked for has come. */
export async function visit(page: Page, url: string, place: string): Promise<void> {
  // A fragment alone would not load the page anew.
  await page.goto('about:blank');
  await page.goto(`${url}${place}`);
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(`document.querySelector('[aria-busy="true"]') === null`);
}
