// Usage: node pages.mjs BASE PORT FOLDER
// A browser for pages.py: one command a line on standard input, as JSON, one
// answer a line on standard output. BASE is served on PORT of this machine.
// Chromium as a reader has it, in their language, with or without script; each
// page that is to be looked at is shown once more on large and small screens,
// light and dark, and read by axe. Pictures stay in FOLDER.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SKIPPED = 77;
const require = createRequire(new URL('../package.json', import.meta.url));
const chromium = '/usr/bin/chromium-headless-shell';
let playwright, axe;
try {
  playwright = require('playwright-core');
  axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
} catch {
  console.error('SKIPPED: playwright-core or axe-core is not installed');
  process.exit(SKIPPED);
}
if (!existsSync(chromium)) {
  console.error('SKIPPED: Chromium is not installed');
  process.exit(SKIPPED);
}

const [base, port, folder] = process.argv.slice(2);
const host = new URL(base).host;
mkdirSync(folder, { recursive: true });
const browser = await playwright.chromium.launch({
  executablePath: chromium,
  args: ['--no-sandbox', '--disable-gpu',
         `--host-resolver-rules=MAP ${host} 127.0.0.1:${port}`],
});

let faults = [];
let reader, page, last, viewer;

// Nothing is fetched from elsewhere, and nothing breaks the pages' own policy.
function watch(tab, where) {
  tab.on('request', (request) => {
    if (!request.url().startsWith(base))
      faults.push(`${where()}: fetches ${request.url()}`);
  });
  tab.on('console', (message) => {
    if (message.type() === 'error' && !/status of [45]\d\d/.test(message.text()))
      faults.push(`${where()}: ${message.text()}`);
  });
  tab.on('pageerror', (error) => faults.push(`${where()}: ${error}`));
}

async function keep(response) {
  const headers = await response.allHeaders();
  last = { status: response.status(), url: page.url(), headers,
           body: await response.body() };
  return {
    status: last.status,
    url: last.url,
    title: await page.title(),
    text: await page.locator('body').innerText(),
    html: last.body.toString('utf8'),
    cookies: (await reader.cookies()).length,
  };
}

const commands = {
  // A reader with a browser of their own.
  async reader({ locale, script }) {
    await reader?.close();
    reader = await browser.newContext({
      locale, javaScriptEnabled: script, ignoreHTTPSErrors: true,
    });
    page = await reader.newPage();
    watch(page, () => page.url());
    return {};
  },

  async open({ url }) {
    return keep(await page.goto(new URL(url, base).href));
  },

  async fill({ name, value }) {
    await page.locator(`main [name="${name}"]:visible`).first()
      .fill(value, { timeout: 5000 });
    return {};
  },

  // Tick the first box of that name that is there, if there is one.
  async tick({ name }) {
    const box = page.locator(`main input[type=checkbox][name="${name}"]`);
    if (await box.count()) await box.first().check({ timeout: 5000 });
    return {};
  },

  // The button that the selector names, and the page that comes of it.
  async press({ button }) {
    const target = page.locator(button ?? 'main form button').first();
    const [response] = await Promise.all([
      page.waitForNavigation({ timeout: 15000 }),
      target.click({ timeout: 5000 }),
    ]);
    return keep(response);
  },

  // As others see the page that came last. The very answer is shown again, so
  // that one to a POST can be looked at, too.
  async look({ name }) {
    viewer ??= await browser.newContext({ ignoreHTTPSErrors: true });
    const shown = last;
    const tab = await viewer.newPage();
    let where = name;
    watch(tab, () => where);
    await tab.route(shown.url, (route) => route.fulfill({
      status: shown.status, body: shown.body,
      headers: Object.fromEntries(Object.entries(shown.headers)
        .filter(([key]) => /^content-(type|security)/.test(key))),
    }));
    await tab.goto(shown.url);
    await tab.evaluate(axe);
    for (const width of [1000, 320])
      for (const scheme of ['light', 'dark']) {
        where = `${name}, ${width} px, ${scheme}`;
        await tab.setViewportSize({ width, height: 800 });
        await tab.emulateMedia({ colorScheme: scheme });
        await tab.screenshot({
          path: join(folder, `${name}-${width}-${scheme}.png`),
          fullPage: true,
        });
        const wide = await tab.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth);
        if (wide > 0) faults.push(`${where}: ${wide} px too wide`);
        const found = await tab.evaluate(() => window.axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
                    'best-practice'],
        }));
        for (const violation of found.violations)
          for (const node of violation.nodes)
            faults.push(`${where}: ${violation.id}: ${node.html} ` +
                        node.failureSummary.replace(/\s+/g, ' '));
      }
    await tab.close();
    return {};
  },

  // A scanner of mail: opens every link, lets script run, waits, moves about.
  async scan({ urls }) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const seen = [];
    for (const url of urls) {
      const tab = await context.newPage();
      const response = await tab.goto(url, { waitUntil: 'networkidle' });
      await tab.evaluate(() => {
        window.scrollTo(0, document.body.scrollHeight);
        for (const kind of ['mousemove', 'focus', 'pointerover'])
          for (const e of document.querySelectorAll('button, a, input'))
            e.dispatchEvent(new Event(kind, { bubbles: true }));
      });
      await tab.keyboard.press('Tab');
      seen.push(response.status());
      await tab.close();
    }
    await context.close();
    return { seen };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: verb, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = await commands[verb](rest);
  } catch (error) {
    answer = { error: String(error.message).split('\n')[0] };
  }
  console.log(JSON.stringify({ ...answer, faults }));
  faults = [];
}
await browser.close();
