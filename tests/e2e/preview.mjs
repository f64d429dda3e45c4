// Usage: node preview.mjs BREVDUVA TOP FOLDER
// `brevduva preview` as the coordinator has it: in Chromium, while the issue,
// a picture, a template and the settings are saved in all the ways that editors
// save. Prints how long it takes until a save is seen. Pictures stay in FOLDER.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync,
         renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SKIPPED = 77;
const WAIT = 15000;
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

const [program, top, folder] = process.argv.slice(2);
const faults = [];
const check = (good, what) => { if (!good) faults.push(what); };
mkdirSync(folder, { recursive: true });

// --- a newsletter, and a server elsewhere that counts who fetches from it ---

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6' +
  'kgAAAABJRU5ErkJggg==', 'base64');
const fetched = [];
const elsewhere = createServer((asked, answer) => {
  fetched.push(asked.headers.referer ?? 'no referrer');
  answer.writeHead(200, { 'Content-Type': 'image/png' }).end(PICTURE);
});
await new Promise((done) => elsewhere.listen(0, '127.0.0.1', done));
const far = `http://127.0.0.1:${elsewhere.address().port}/far.png`;

const work = mkdtempSync(join(tmpdir(), 'bd-preview-'));
const newsletter = join(work, 'n');
const environment = { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: '' };
delete environment.DISPLAY;
delete environment.WAYLAND_DISPLAY;
const run = (...args) => execFileSync(program, args,
  { cwd: newsletter, env: environment, encoding: 'utf8' });
mkdirSync(newsletter);
execFileSync(program, ['init', newsletter, '--language', 'sv'],
             { env: environment });
copyFileSync(join(top, 'docs/samples/hyttvik/brevduva.yaml'),
             join(newsletter, 'brevduva.yaml'));
writeFileSync(join(newsletter, 'readers.csv'),
              'email,name\neva@skogsvik.example,Eva Berg\n' +
              'olle@skogsvik.example,Olle Dal\n');
run('import', 'readers.csv', '--consent', 'at the meeting');

const issue = join(newsletter, 'issues/2026-9.md');
const beside = join(newsletter, 'issues/2026-9');
const text = (word) => `---
title: Höstens möten
preheader: Datum, platser och hur du anmäler dig till alla höstens möten
---
Hej {{first_name|läsare}}! ${word}

![En röd prick](prick.png)

![Långt bort](${far})

Läs mer [här](https://www.hyttvik.example/mer).

${'Ett stycke till, så att det går att rulla.\n\n'.repeat(40)}`;
mkdirSync(beside);
writeFileSync(join(beside, 'prick.png'), PICTURE);
writeFileSync(issue, text('början'));

// --- the program ---

function start(...args) {
  const child = spawn(program, args, { cwd: newsletter, env: environment });
  let said = '';
  const ended = new Promise((done) => child.on('exit', done));
  const url = new Promise((done, fail) => {
    child.stdout.on('data', (octets) => {
      said += octets;
      const found = /http:\/\/\S+/.exec(said);
      if (found) done(found[0]);
    });
    child.stderr.on('data', (octets) => { said += octets; });
    ended.then(() => fail(new Error(`it ended: ${said}`)));
  });
  return { child, ended, url };
}

// One request with any host and method: its status.
function ask(url, { host, method = 'GET' } = {}) {
  const { hostname, port, pathname, host: own } = new URL(url);
  return new Promise((done, fail) => {
    request({ hostname, port, path: pathname, method,
              headers: { Host: host ?? own } },
            (answer) => { answer.resume(); done(answer.statusCode); })
      .on('error', fail).end();
  });
}

const preview = start('preview', '2026-9', '--no-open', '--lang', 'sv');
const url = await preview.url;
const origin = new URL(url);
check(origin.hostname === '127.0.0.1', `not on loopback: ${url}`);
check(/^\/[0-9a-f]{32}\/$/.test(origin.pathname), `to be guessed: ${url}`);
for (const [what, want, status] of [
  ['the page', 200, ask(url)],
  ['HEAD', 200, ask(url, { method: 'HEAD' })],
  ['as localhost', 200, ask(url, { host: `localhost:${origin.port}` })],
  ['another host', 421, ask(url, { host: 'rebound.example' })],
  ['another port', 421, ask(url, { host: '127.0.0.1:1' })],
  ['the root', 404, ask(origin.origin)],
  ['a guess', 404, ask(`${origin.origin}/${'0'.repeat(32)}/`)],
  ['below a guess', 404, ask(`${origin.origin}/view/phone`)],
  ['without its slash', 404, ask(url.slice(0, -1))],
  ['no such view', 404, ask(`${url}view/none`)],
  ['POST', 405, ask(url, { method: 'POST' })],
  ['PUT', 405, ask(url, { method: 'PUT' })],
]) check(await status === want, `${what}: ${await status}, not ${want}`);

// --- in the browser ---

const browser = await playwright.chromium.launch({
  executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'],
});

async function open(address, scheme = 'light', width = 1500) {
  const context = await browser.newContext({
    viewport: { width, height: 1000 }, colorScheme: scheme,
  });
  const page = await context.newPage();
  page.on('request', (asked) => {
    if (!/^(data|file):/.test(asked.url()) && !asked.url().startsWith(url) &&
        asked.url() !== far)
      faults.push(`fetches ${asked.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/img-src 'none'/.test(message.text()))
      faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(address);
  return page;
}

const frame = async (page, view) =>
  (await page.waitForSelector(`.frame.${view} iframe`)).contentFrame();
const words = async (page, view) =>
  (await frame(page, view)).locator('body').innerText();
// Of the first ground that is not see-through, from 0 to 255.
const brightness = async (page, view) => (await frame(page, view)).evaluate(
  () => {
    for (const e of [document.body, ...document.body.querySelectorAll('*')]) {
      const c = getComputedStyle(e).backgroundColor.match(/[\d.]+/g).map(Number);
      if (c.length === 3 || c[3] > 0) return (c[0] + c[1] + c[2]) / 3;
    }
    return 255;
  });
const loaded = async (page, view) => (await frame(page, view)).evaluate(
  () => [...document.images].map((i) => i.naturalWidth > 0));

async function readable(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, {
    iframes: false,
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
              'best-practice'],
  }));
  for (const violation of found.violations)
    for (const node of violation.nodes)
      faults.push(`${where}: ${violation.id}: ${node.html} ` +
                  node.failureSummary.replace(/\s+/g, ' '));
}

async function look(page, where) {
  for (const view of ['desktop', 'phone', 'dark', 'bare'])
    check((await words(page, view)).includes('Höstens möten'),
          `${where}: no letter in ${view}`);
  if (page.viewportSize().width > 400)
    check(await (await frame(page, 'phone'))
      .evaluate(() => innerWidth) === 375, `${where}: no phone is so wide`);
  check(await brightness(page, 'desktop') > 200, `${where}: light is not light`);
  check(await brightness(page, 'phone') > 200, `${where}: phone is not light`);
  check(await brightness(page, 'dark') < 80, `${where}: dark is not dark`);
  check((await loaded(page, 'desktop')).every(Boolean),
        `${where}: pictures are missing`);
  check(!(await loaded(page, 'bare')).some(Boolean),
        `${where}: pictures are not off`);
  check((await page.locator('pre').innerText()).includes('Höstens möten\n==='),
        `${where}: no plain text`);
}

const light = await open(url);
await look(light, 'light');
const main = (await light.locator('body').innerText())
  .replaceAll('\u00a0', ' ');
for (const part of ['Höstens möten', 'Datum, platser och hur', '102 400',
                    'link-text-vague', 'issues/2026-9.md:11:9', 'varning',
                    'image-http', 'Förhandsvisning', 'Bilder av'])
  check(main.includes(part), `the page lacks "${part}"`);
check(fetched.length > 0 && fetched.every((from) => from === 'no referrer'),
      `the picture elsewhere: ${fetched}`);
// Two beside each other, wherever there is room for them.
const usual = light.viewportSize();
const topOf = async (view) =>
  (await light.locator(`.frame.${view}`).boundingBox()).y;
for (const width of [1280, 1400, 1600, 1920]) {
  await light.setViewportSize({ width, height: 900 });
  check(await topOf('desktop') === await topOf('phone'),
        `${width} px: the phone is not beside the computer`);
  check(await topOf('phone') === await topOf('dark') ||
        await topOf('dark') === await topOf('bare'),
        `${width} px: half of the page is empty`);
}
await light.setViewportSize(usual);
await light.screenshot({ path: join(folder, 'light.png'), fullPage: true });
await readable(light, 'light');

const dark = await open(url, 'dark', 320);
await look(dark, 'dark browser');
await readable(dark, 'dark');
check(await dark.evaluate(
  () => document.documentElement.scrollWidth <= innerWidth), 'too wide at 320');
await dark.screenshot({ path: join(folder, 'dark-320.png'), fullPage: true });
await dark.context().close();

// As another reader, by keyboard alone.
await light.focus('select');
await light.keyboard.press('ArrowDown');
await light.keyboard.press('Tab');
await Promise.all([light.waitForNavigation(), light.keyboard.press('Enter')]);
check((await words(light, 'phone')).includes('Hej Eva!'), 'not as Eva reads it');

// --- saving ---

const inPlace = (path, octets) => writeFileSync(path, octets);
const byRename = (path, octets) => {
  writeFileSync(`${path}.new`, octets);
  renameSync(`${path}.new`, path);
};

// Until the letter that is seen has it; in milliseconds.
async function seen(save, selector, has) {
  const shown = light.waitForFunction(([where, what]) => {
    const part = document.querySelector(where);
    const place = part?.contentDocument?.documentElement ?? part;
    return place?.innerHTML.includes(what) && Date.now();
  }, [selector, has], { timeout: WAIT, polling: 'raf' });
  const begun = Date.now();
  save();
  try {
    return await (await shown).jsonValue() - begun;
  } catch {
    faults.push(`never seen: ${has}`);
    return NaN;
  }
}

const LETTER = '.frame.desktop iframe';
const times = [];
await (await frame(light, 'desktop')).evaluate(() => scrollTo(0, 60));
for (let i = 0; i < 10; i++)
  times.push(await seen(
    () => (i % 2 ? byRename : inPlace)(issue, text(`ändring ${i}`)),
    LETTER, `ändring ${i}`));
check(await (await frame(light, 'desktop')).evaluate(() => scrollY) === 60,
      'the letter does not stay where it was scrolled to');
check((await words(light, 'phone')).includes('Hej Eva!'), 'Eva was forgotten');
await look(light, 'after saving');
times.sort((a, b) => a - b);
console.log(`from save to shown: median ${times[5]} ms, ` +
            `fastest ${times[0]} ms, slowest ${times[9]} ms`);

const OTHER = Buffer.from(
  'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
await seen(() => byRename(join(beside, 'prick.png'), OTHER), LETTER,
           'data:image/gif');
const settings = readFileSync(join(newsletter, 'brevduva.yaml'), 'utf8');
await seen(() => byRename(join(newsletter, 'brevduva.yaml'),
                          settings.replace(/^name: .*$/m, 'name: Nytt namn')),
           LETTER, 'Nytt namn');
const mail = join(newsletter, 'templates/mail/brev');
const template = readFileSync(join(top, 'templates/mail/brev/letter.txt'),
                              'utf8');
mkdirSync(mail, { recursive: true });
await seen(() => inPlace(join(mail, 'letter.txt'), `MALLEN\n${template}`), 'pre',
           'MALLEN');

// Half-done work is told with its place, and the last letter stands.
for (const [what, save, place] of [
  ['front matter', () => inPlace(issue, '---\ntitle: [\n---\nx\n'),
   'issues/2026-9.md:3:'],
  ['a tag', () => byRename(issue, text('{{nam}}')), 'issues/2026-9.md:5:'],
  ['HTML', () => inPlace(issue, text('<table>')), 'issues/2026-9.md:5:'],
  ['octets', () => inPlace(issue, Buffer.from([0xff, 0xfe, 0])),
   'issues/2026-9.md:1:'],
  ['a picture', () => byRename(issue, text('![x](saknas.png)')), 'saknas.png'],
  ['no file', () => rmSync(issue), '2026-9'],
]) {
  await seen(save, '#trouble', place);
  check((await words(light, 'desktop')).includes('ändring 9'),
        `${what}: the last letter is gone`);
}
await readable(light, 'in trouble');
await seen(() => inPlace(issue, text('lagat')), LETTER, 'lagat');
check((await light.locator('#trouble').innerText()).trim() === '',
      'the trouble is told when it is over');
await seen(() => writeFileSync(join(mail, 'letter.html'), '{{#x}}'), '#trouble',
           'templates/mail/brev/letter.html');
rmSync(join(mail, 'letter.html'));
await light.waitForFunction(() => !document.querySelector('#trouble p'),
                            null, { timeout: WAIT });

// --- the end, and all in one file ---

preview.child.kill('SIGINT');
check(await preview.ended === 0, 'Ctrl-C is no clean end');
await light.waitForFunction(
  () => document.getElementById('status').textContent.includes('avslutats'),
  null, { timeout: WAIT }).catch(() => faults.push('the end is not told'));
await light.context().close();
// the stream that broke off is no fault
const broke = (fault) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE/.test(fault);

const file = join(folder, 'once.html');
rmSync(file, { force: true });
run('preview', '2026-9', '--once', file, '--as', 'eva@skogsvik.example',
    '--lang', 'en');
const once = await open(`file://${file}`);
await look(once, 'once');
check((await words(once, 'phone')).includes('Hej Eva!'), '--as is forgotten');
check((await once.locator('body').innerText()).includes('eva@skogsvik.example'),
      'it is not said for whom it is');
check(await once.locator('script').count() === 0, 'a script in one file');
await readable(once, 'once');
await once.screenshot({ path: join(folder, 'once.png'), fullPage: true });

await browser.close();
elsewhere.close();
rmSync(work, { recursive: true });
const bad = [...new Set(faults.filter(broke))];
for (const fault of bad.slice(0, 30)) console.error(fault);
process.exit(bad.length ? 1 : 0);
