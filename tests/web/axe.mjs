// Usage: node axe.mjs FOLDER URL...
//        node axe.mjs FOLDER - < PAGES.json
// Show reader pages in Chromium as phones and computers do, light and dark,
// with their own headers (no script runs). Keeps the pictures in FOLDER; fails
// when a page scrolls sideways, has a button too small for a finger, fetches
// from elsewhere, breaks its own policy, or when axe finds that someone cannot
// read it. PAGES.json: [{"name", "url", "body", "headers": {}}], for what came
// as the answer to a POST.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const SKIPPED = 77;
const TARGET = 24; // pixels, WCAG 2.2 2.5.8
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

const [folder, ...urls] = process.argv.slice(2);
const pages = urls[0] === '-'
  ? JSON.parse(readFileSync(0, 'utf8'))
  : urls.map((url, i) => ({ name: `page-${i + 1}`, url }));
const faults = [];
mkdirSync(folder, { recursive: true });

// Runs in the page.
function measure(target) {
  const small = [...document.querySelectorAll('button, input, select, textarea')]
    .filter((e) => e.type !== 'hidden' && !e.closest('[aria-hidden], .hp'))
    .filter((e) => {
      const box = (e.closest('label') ?? e).getBoundingClientRect();
      return box.height < target || box.width < target;
    })
    .map((e) => e.outerHTML);
  return {
    scrolled: document.documentElement.scrollWidth - window.innerWidth,
    small,
  };
}

async function show(tab, page) {
  const origin = new URL(page.url).origin;
  tab.on('request', (request) => {
    if (!request.url().startsWith(origin))
      faults.push(`${page.name}: fetches ${request.url()}`);
  });
  tab.on('console', (message) => {
    if (message.type() === 'error' &&
        !/status of [45]\d\d/.test(message.text()))
      faults.push(`${page.name}: ${message.text()}`);
  });
  if (page.body !== undefined)
    await tab.route(page.url, (route) => route.fulfill({
      status: 200,
      headers: { 'Content-Type': 'text/html; charset=utf-8', ...page.headers },
      body: page.body,
    }), { times: 1 });
  await tab.goto(page.url);
  await tab.evaluate(axe);
}

async function look(tab, page, width, scheme) {
  const where = `${page.name}, ${width} px, ${scheme}`;
  await tab.setViewportSize({ width, height: 900 });
  await tab.emulateMedia({ colorScheme: scheme });
  await tab.screenshot({
    path: join(folder, `${page.name}-${width}-${scheme}.png`),
    fullPage: true,
  });
  const { scrolled, small } = await tab.evaluate(measure, TARGET);
  if (scrolled > 0) faults.push(`${where}: ${scrolled} px too wide`);
  for (const html of small) faults.push(`${where}: too small: ${html}`);
  const found = await tab.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
              'best-practice'],
  }));
  for (const violation of found.violations)
    for (const node of violation.nodes)
      faults.push(`${where}: ${violation.id}: ${node.html}\n  ` +
                  node.failureSummary.replace(/\n/g, '\n  '));
}

const browser = await playwright.chromium.launch({
  executablePath: chromium,
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const page of pages) {
  const tab = await browser.newPage();
  await show(tab, page);
  // What is laid out does not depend on colours, nor colours on the width.
  await look(tab, page, 1000, 'light');
  await look(tab, page, 320, 'dark');
  await tab.close();
}
await browser.close();
console.log(`pictures: ${folder}`);
for (const fault of faults) console.error(fault);
process.exit(faults.length ? 1 : 0);
