// Usage: node caniemail.mjs LETTER.html...
// What some mail program does not know at all of a letter's HTML and CSS, by
// the data of caniemail.com: anything that caniemail.json does not give a reason
// for is a fault, and so is a reason for what no letter has.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';

const SKIPPED = 77;
const require = createRequire(new URL('../package.json', import.meta.url));
// Those that this newsletter's readers have; each family by its programs.
const CLIENTS = ['gmail.*', 'outlook.*', 'apple-mail.*', 'yahoo.*',
  'samsung-email.*', 'protonmail.*',
  'fastmail.desktop-webmail', 'orange.desktop-webmail'];
// Nobody has told of these for all programs, which ends the question.
const UNTOLD = /(?:word-wrap|overflow-wrap|table-layout) *:[^;"}]*;?/g;

let caniemail;
try {
  ({ caniemail } = await import(require.resolve('caniemail')));
} catch {
  console.error('SKIPPED: caniemail is not installed');
  process.exit(SKIPPED);
}
const reasons = JSON.parse(readFileSync(
  new URL('caniemail.json', import.meta.url), 'utf8'));
const seen = new Map();
const letters = process.argv.slice(2);

for (const letter of letters) {
  const html = readFileSync(letter, 'utf8').replaceAll(UNTOLD, '');
  const { issues } = caniemail({ clients: CLIENTS, html });
  for (const [client, list] of issues.errors)
    for (const { title } of list) {
      if (!seen.has(title)) seen.set(title, new Set());
      seen.get(title).add(`${basename(letter)} in ${client}`);
    }
}
let faults = 0;
for (const [title, where] of seen)
  if (!reasons[title]) {
    faults++;
    console.error(`${title}: not known to all: ${[...where].slice(0, 4)}`);
  }
for (const title of Object.keys(reasons))
  if (!seen.has(title)) {
    faults++;
    console.error(`${title}: no letter has it; take it out of caniemail.json`);
  }
console.log(`${letters.length} letters, ${seen.size} features with a reason`);
process.exit(faults ? 1 : 0);
