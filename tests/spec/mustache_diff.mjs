// Random templates and data, rendered by us and by npm's mustache.
// usage: mustache_diff.mjs PROGRAM
// Kept out, because the two differ by choice: several tags but no text on a
// line, escaping of / ` and =, broken chains of dotted names.
import { ask, need, random } from "./lines.mjs";

const mustache = need("mustache");
const next = random(2026);
const below = (n) => Math.floor(next() * n);
const pick = (list) => list[below(list.length)];

const references = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;",
                     "'": "&#39;" };
mustache.escape = (text) =>
  String(text).replace(/[&<>"']/g, (c) => references[c]);

const names = ["a", "b", "c", "d"];
const texts = ["x", "<b>", "å & 'ö'", "", "two\nlines", "\u{1f426}", " "];

function value(depth) {
  const kind = below(depth > 2 ? 5 : 8);
  if (kind === 0) return pick([true, false, null]);
  if (kind === 1) return pick([0, 1, -3, 2.5, 1000000]);
  if (kind < 5) return pick(texts);
  if (kind === 5) // no null in arrays: npm's mustache fails on it
    return Array.from({ length: below(4) }, () => value(depth + 1) ?? "");
  return object(depth + 1);
}

function object(depth) {
  const keys = names.filter(() => next() < 0.7);
  return Object.fromEntries(keys.map((key) => [key, value(depth)]));
}

// A plain tag prints text only: "[object Object]" is nobody's wish.
const isText = (v) => v === undefined || v === null || typeof v !== "object";

// Every value that the name could have: at each place in an array another
// context may be the one that has it.
function lookUp(stack, name) {
  if (name === ".") return stack.current;
  return [...stack.current, ...stack.outer]
    .filter((c) => c && typeof c === "object" && name in c)
    .map((c) => c[name]);
}

function variable(stack) {
  const name = pick([...names, "."]);
  if (!lookUp(stack, name).every(isText)) return "v";
  const pad = pick(["", " "]);
  return pick([`{{${pad}${name}${pad}}}`, `{{{${name}}}}`, `{{&${name}}}`]);
}

function enter(stack, values) {
  const current = values.filter((v) => v).flat();
  // `true`, and contexts that turn out false, leave the old one in force
  return { current: [...current, ...stack.current],
           outer: [...stack.current, ...stack.outer] };
}

// `stack`: what could be the context here, and what stands around it.
function block(stack, depth) {
  const lines = Array.from({ length: 1 + below(3) }, () => {
    const blank = pick(["", "  ", "\t"]);
    const eol = pick(["\n", "\n", "\r\n"]);
    const kind = below(depth > 3 ? 4 : 7);
    if (kind < 3) return `${blank}t${variable(stack)} ${variable(stack)}${eol}`;
    if (kind === 3) return pick([`${blank}{{! note }}${eol}`, "\n",
                                 `${blank}{{>${pick(["p", "q", "none"])}}}\n`]);
    const name = pick(names);
    const open = pick(["#", "#", "^"]);
    const inner = open === "^" ? stack : enter(stack, lookUp(stack, name));
    const body = block(inner, depth + 1);
    const trail = body.endsWith("\n") ? "" : "\n";
    if (kind < 6)
      return `${blank}{{${open}${name}}}${eol}${body}${trail}` +
             `${blank}{{/${name}}}${eol}`;
    return `${blank}t{{${open}${name}}}${variable(inner)}{{/${name}}}${eol}`;
  });
  const text = lines.join("");
  return next() < 0.2 ? text.replace(/\r?\n$/, "") : text;
}

const partials = { p: "-{{#a}}p{{/a}}\n\n  {{>q}}\nend\n", q: "q\n {{! c }}\nr" };
const jobs = Array.from({ length: 4000 }, () => {
  const data = object(0);
  return { template: block({ current: [data], outer: [] }, 0), data, partials };
});
const answers = ask(process.argv[2], jobs);
let failed = 0;

answers.forEach((answer, i) => {
  const { template, data } = jobs[i];
  const want = mustache.render(template, data, partials);
  if (answer.text === want || failed++ > 5) return;
  console.error(JSON.stringify({ template, data, want, ...answer }, null, 1));
});
console.log(`${jobs.length - failed} of ${jobs.length} renderings agree`);
process.exit(failed ? 1 : 0);
