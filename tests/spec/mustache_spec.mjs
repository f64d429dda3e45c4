// Every case of the Mustache specification's core modules.
// usage: mustache_spec.mjs PROGRAM
import { ask, need } from "./lines.mjs";

const modules = ["comments", "delimiters", "interpolation", "inverted",
                 "partials", "sections"];
const cases = modules.flatMap((name) =>
  need(`mustache-spec/specs/${name}.json`).tests.map((test) =>
    ({ ...test, module: name })));
const answers = ask(process.argv[2], cases);
let failed = 0;

answers.forEach((answer, i) => {
  const { module, name, template, expected } = cases[i];
  if (answer.text === expected) return;
  failed++;
  console.error(`${module}: ${name}`, { template, expected, ...answer });
});
console.log(`${cases.length - failed} of ${cases.length} cases pass`);
process.exit(failed || cases.length !== 112 ? 1 : 0);
