// Each template inlined by us and by npm juice: every element must get the same
// styles. What else stands in the page must be ours octet for octet.
// usage: juice.mjs PROGRAM
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const program = process.argv[2];
const require = createRequire(import.meta.url);

async function need(name) {
  try {
    const module = await import(pathToFileURL(require.resolve(name)));
    return module.default ?? module;
  } catch (error) {
    if (!/NOT_FOUND/.test(error.code)) throw error;
    console.error(`SKIPPED: ${name} is missing; npm install --prefix tests`);
    process.exit(77);
  }
}

// Where we follow the standard and juice does not, or the other way round.
const differences = JSON.parse(
  readFileSync(join(folder, "differences.json"), "utf8"));
const used = new Set();

function inline(path, input = "") {
  const run = spawnSync(program, [path], { input, maxBuffer: 1 << 26 });
  if (run.status !== 0) throw new Error(`${path}: ${run.stderr}`);
  return run.stdout.toString();
}

// "a:b;c:'d;e'" -> [["a", "b"], ["c", "'d;e'"]]
function declarations(text) {
  const parts = text.replace(/\/\*.*?\*\//gs, "").match(
    /(?:\{\{.*?\}\}|"[^"]*"|'[^']*'|url\([^)]*\)|\([^()]*(?:\([^)]*\)[^()]*)*\)|[^;])+/gs) ?? [];
  return parts.map((part) => part.match(/^\s*([^:]+?)\s*:\s*(.*?)\s*$/s))
    .filter(Boolean)
    .map(([, name, value]) => [name.toLowerCase(), value
      .replace(/"/g, "'").replace(/\s+/g, " ").replace(/\s*,\s*/g, ",")]);
}

const outside = /^border-(collapse|spacing|radius)$/; // not set by `border`

function apply(map, name, value) {
  for (const old of Object.keys(map))
    if (old === name || (old.startsWith(name + "-") && !outside.test(old)) ||
        (name === "font" && old === "line-height"))
      delete map[old];
  map[name] = value;
}

// What counts of a style="…": later ones win, a shorthand over its parts.
function computed(style) {
  const map = {};
  const all = declarations(style);
  const important = /\s*!\s*important$/i;
  for (const [name, value] of all)
    if (!important.test(value)) apply(map, name, value);
  for (const [name, value] of all)
    if (important.test(value)) apply(map, name, value.replace(important, ""));
  return map;
}

function elements(parse5, html) {
  const list = [];
  const walk = (node) => {
    for (const child of node.childNodes ?? []) {
      if (child.tagName && child.tagName !== "style") {
        const get = (name) =>
          child.attrs.find((attribute) => attribute.name === name)?.value;
        list.push({
          name: [child.tagName, ...(get("class") ?? "").split(/\s+/)]
            .filter(Boolean).join("."),
          styles: computed(get("style") ?? ""),
        });
      }
      walk(child);
      if (child.content) walk(child.content);
    }
  };
  walk(parse5.parse(html));
  return list;
}

function permitted(file, element, property) {
  const at = differences.findIndex((row) => row.file === file &&
    row.element === element && row.property === property);
  if (at >= 0) used.add(at);
  return at >= 0;
}

function compare(file, ours, theirs) {
  const faults = [];
  if (ours.length !== theirs.length)
    faults.push(`${ours.length} elements, not ${theirs.length}`);
  ours.forEach((element, i) => {
    const a = element.styles;
    const b = theirs[i]?.styles ?? {};
    for (const property of new Set([...Object.keys(a), ...Object.keys(b)]))
      if (a[property] !== b[property] &&
          !permitted(file, element.name, property))
        faults.push(`${element.name} ${property}: ` +
          `${a[property]}, not ${b[property]}`);
  });
  return faults;
}

// The page without what inlining may change.
const bare = (html) => html
  .replace(/<style[^>]*>.*?<\/style>\r?\n?/gis, "<style>")
  .replace(/(<style>\s*)+/g, "<style>").replaceAll("<style>", "")
  .replace(/\s+style(\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?(?=[\s/>])/gi, "")
  .replace(/[ \t]+(?=\r?\n)/g, "");

function unchanged(source, html) {
  const a = bare(source).split("\n");
  const b = bare(html).split("\n");
  const at = a.findIndex((line, i) => line !== b[i]);
  return at < 0 && a.length === b.length ? []
    : [`changed: "${b[at]}", not "${a[at]}"`];
}

// Rules for @media and the like, and what selectors leave to the mail program.
const kept = (html) => (html.match(
  /@(media|font-face|supports|keyframes|import)[^{;]*|<!--\[if|:hover|::?root/g) ?? [])
  .join("\n");

const juice = await need("juice");
const parse5 = await need("parse5");
const files = readdirSync(folder).filter((name) => name.endsWith(".html"));
let failed = files.length < 30;
let compared = 0;

for (const file of files.sort()) {
  const path = join(folder, file);
  const source = readFileSync(path, "utf8");
  const html = inline(path);
  const theirs = juice(source, {
    applyAttributesTableElements: false,
    applyHeightAttributes: false,
    applyWidthAttributes: false,
    resolveCSSVariables: false,
  });
  const list = elements(parse5, html);
  const faults = [
    ...compare(file, list, elements(parse5, theirs)),
    ...unchanged(source, html),
  ];
  if (kept(source) !== kept(html)) faults.push("a rule that must stay is gone");
  if (inline("-", html) !== html) faults.push("inlining again changes it");
  const styled = list.filter((e) => Object.keys(e.styles).length).length;
  compared += styled;
  if (styled < 3) faults.push("hardly any element has styles");
  for (const fault of faults) console.error(`${file}: ${fault}`);
  failed ||= faults.length > 0;
}
differences.forEach((row, i) => {
  if (used.has(i)) return;
  console.error(`${row.file}: no difference for ${row.element} any more`);
  failed = true;
});
console.log(`${files.length} templates, ${compared} elements with styles`);
process.exit(failed ? 1 : 0);
