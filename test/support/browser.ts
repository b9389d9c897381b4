import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { type TestServer } from './test-server.js';
import { until } from './until.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What can be another in dark: the elements are the same. */
const colorRules = ['color-contrast', 'link-in-text-block'];

/** Findings of axe that keep people from using a page, each with where it is: in light and, of what has a color, in dark. */
export async function barriersOf(page: Page): Promise<string[]> {
  const barriers = [
    ...(await findingsIn(page, 'light', { resultTypes: ['violations'] })),
    ...(await findingsIn(page, 'dark', { resultTypes: ['violations'], runOnly: colorRules })),
  ];
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return barriers;
}

async function findingsIn(page: Page, colorScheme: 'light' | 'dark', options: object): Promise<string[]> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  // The browser's own tools are not bound by the page's policy, which forbids scripts from elsewhere.
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe);
  const findings = await page.evaluate<Finding[]>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${colorScheme} ${id}: ${node.target.join(' ')} ${node.failureSummary}`),
    );
}

/** A browser's page at the console, signed in; what fails in it without being shown is told at its end. */
export class Visit {
  private readonly failures: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.on('pageerror', (error) => this.failures.push(error.message));
  }

  static async begin(
    browser: Browser,
    server: TestServer,
    { email, password }: { email: string; password: string },
    options: BrowserContextOptions = {},
  ): Promise<Visit> {
    const context = await browser.newContext({
      locale: 'en-GB',
      reducedMotion: 'reduce',
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(60_000);
    await context.request.post(`${server.url}/api/v1/auth/sign-in`, { data: { email, password } });
    return new Visit(await context.newPage(), server.url);
  }

  /** Goes to an address of the console and waits until everything that it asks for is there. */
  async goTo(address: string): Promise<void> {
    await this.page.goto(this.url + address);
    await this.settled();
  }

  /**
   * Goes to an address of the console from one of its pages as its links do, and waits as {@link goTo} does: the console itself,
   * whose start costs the browser most, is not loaded again.
   */
  async follow(address: string): Promise<void> {
    // Of a page that is another one, nothing is left when it is there; one that only shows another part of itself is loaded again.
    const leaves = await this.page.evaluate<boolean>(`(() => {
      const heading = document.querySelector('main h1');
      if (!heading || location.pathname === new URL(${JSON.stringify(address)}, location.href).pathname) return false;
      heading.setAttribute('data-left', '');
      history.pushState({}, '', ${JSON.stringify(address)});
      return true;
    })()`);
    if (!leaves) return this.goTo(address);
    await this.page.locator('[data-left]').waitFor({ state: 'detached' });
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.page.locator('h1').first().waitFor();
    // Asked from outside: the page's policy forbids to evaluate text within.
    const loading = `document.querySelectorAll('.mantine-Skeleton-root, main [aria-busy=true]').length`;
    await until(async () => (await this.page.evaluate<number>(loading)) === 0, 30, 'all that the page asks for');
  }

  /** Whether the page is wider than the window: people had to scroll sideways. */
  async isTooWide(): Promise<boolean> {
    return this.page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth + 1');
  }

  /** Ends it, and says what has failed in it. */
  async end(): Promise<string[]> {
    await this.page.context().close();
    return this.failures;
  }
}
