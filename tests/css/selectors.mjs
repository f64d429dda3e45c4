// Random selectors on random pages: every element that cheerio's css-select
// finds must get the declaration, and no other.
// usage: selectors.mjs PROGRAM [SEED]
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const program = process.argv[2];
let seed = Number(process.argv[3] ?? 1);
const require = createRequire(import.meta.url);

function need(name) {
  try {
    return require(name);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    console.error(`SKIPPED: ${name} is missing; npm install --prefix tests`);
    process.exit(77);
  }
}

// mulberry32: the same on every machine.
function random(below) {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const pick = (list) => list[random(list.length)];
const repeat = (count, make) => Array.from({ length: count }, make);

const tags = ["div", "p", "b", "ul", "li", "i", "span"];
const classes = ["a", "b", "c", "d"];
const words = ["x", "x-y", "xy z", "z"];

function attributes() {
  let text = "";
  if (random(2)) text += ` class="${pick(classes)} ${pick(classes)}"`;
  if (random(8) === 0) text += ` id="i${random(4)}"`;
  if (random(4) === 0) text += ` title="${pick(words)}"`;
  return text;
}

// What stands in a <p> or <b> must not end it.
function element(depth) {
  const tag = pick(["div", "div", "p", "ul", "span", "b"]);
  const child = tag === "ul" ? "li" : "i";
  const flow = tag === "div";
  const inside = depth === 0 ? [] : repeat(random(5), () => {
    const kind = random(8);
    if (kind === 0) return "text ";
    if (kind === 1) return "<!-- x -->";
    return flow ? element(depth - 1) : `<${child}${attributes()}>x</${child}>`;
  });
  return `<${tag}${attributes()}>${inside.join("")}</${tag}>`;
}

const steps = ["1", "2", "3", "odd", "even", "2n", "2n+1", "3n-1", "-n+2", "n",
  "n + 2", "0n+1"];
const ends = ["first-child", "last-child", "only-child", "first-of-type",
  "last-of-type", "only-of-type", "empty"];

const simple = () => pick([
  () => `.${pick(classes)}`,
  () => `.${pick(classes)}`,
  () => `#i${random(4)}`,
  () => "[title]",
  () => `[title${pick(["", "~", "|", "^", "$", "*"])}="${pick(words)}"]`,
  () => `:${pick(ends)}`,
  () => `:nth${pick(["", "-last"])}${pick(["-child", "-of-type"])}` +
    `(${pick(steps)})`,
  () => `:not(${pick([`.${pick(classes)}`, pick(tags), "[title]",
    ":first-child", `.${pick(classes)}, #i1`])})`,
])();

function compound() {
  let text = random(3) ? pick(tags) : pick(["", "*"]);
  for (let i = random(3); i > 0 || !text; i--) text += simple();
  return text;
}

// Below <body>: whether <html> is a :first-child differs between Selectors
// Level 3 (no; ours) and 4 (yes).
const selector = () => "body " + compound() + repeat(random(4), () =>
  pick([" ", " > ", "+", " ~ ", ">", " + "]) + compound()).join("");

const cheerio = need("cheerio");
const every = ($) => $("body *").toArray();
let matches = 0;
let failed = false;

for (let page = 0; page < 8; page++) {
  const selectors = repeat(150, selector);
  const css = selectors.map((text, i) => `${text}{p${i}:1}`).join("\n");
  const html = `<!DOCTYPE html><html><head><style>${css}</style></head><body>` +
    repeat(6, () => element(4)).join("") + "</body></html>";
  const run = spawnSync(program, ["-"], { input: html, maxBuffer: 1 << 26 });
  if (run.status !== 0 || run.stderr.length > 0)
    throw new Error(`page ${page}: ${run.stderr}`);
  const $ = cheerio.load(html);
  const ours = every(cheerio.load(run.stdout.toString()));
  const elements = every($);
  if (ours.length !== elements.length) throw new Error("elements are missing");
  selectors.forEach((text, i) => {
    const want = new Set($(text).toArray());
    matches += want.size;
    const wrong = elements.filter((element, k) => want.has(element) !==
      `;${ours[k].attribs.style};`.includes(`;p${i}:1;`));
    if (wrong.length === 0) return;
    console.error(`page ${page}: ${text}: ${wrong.length} elements wrong`);
    failed = true;
  });
}
console.log(`${matches} matches`);
process.exit(failed || matches < 1000 ? 1 : 0);
