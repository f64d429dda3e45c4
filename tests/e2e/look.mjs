// Usage: node look.mjs FOLDER LETTER.html...
// Show letters in Chromium as phones and computers do, light and dark. Keeps
// the pictures in FOLDER/LETTER; fails when one scrolls sideways, when something
// is fetched from the network, or when axe finds that someone cannot read it.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';

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

const WIDTHS = [660, 320];
const SCHEMES = ['light', 'dark'];
const [folder, ...letters] = process.argv.slice(2);
const faults = [];

// As in a mail program: no script of the letter's own runs, axe's does.
async function open(browser, letter) {
  const page = await browser.newPage();
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()))
      faults.push(`${basename(letter)}: fetches ${request.url()}`);
  });
  await page.goto(`file://${resolve(letter)}`);
  await page.evaluate(axe);
  return page;
}

async function look(page, name, width, scheme) {
  const where = `${name}: ${width} px, ${scheme}`;
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.screenshot({
    path: join(folder, name, `${width}-${scheme}.png`),
    fullPage: true,
  });
  const scrolled = await page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth);
  if (scrolled > 0) faults.push(`${where}: ${scrolled} px too wide`);
  // Read what differs: the colours at one width, and nothing of a letter that
  // is another one in a narrower theme.
  if ((width === WIDTHS[0] && scheme !== SCHEMES[0]) ||
      name.endsWith('-narrow'))
    return;
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    // A letter is a part of the mail program's page: no landmarks.
    rules: {
      region: { enabled: false },
      'landmark-one-main': { enabled: false },
    },
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
for (const letter of letters) {
  const name = basename(letter, '.html');
  mkdirSync(join(folder, name), { recursive: true });
  const page = await open(browser, letter); // one tab: each costs a process
  for (const width of WIDTHS)
    for (const scheme of SCHEMES) await look(page, name, width, scheme);
  await page.close();
}
await browser.close();
console.log(`pictures: ${folder}`);
for (const fault of faults) console.error(fault);
process.exit(faults.length ? 1 : 0);
