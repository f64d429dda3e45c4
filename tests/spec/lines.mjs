// What the scripts here share: npm packages, and programs that answer lines.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(new URL("../package.json", import.meta.url));

// Where the package's file is; the end of this test if it is not installed.
export function find(path) {
  try {
    return require.resolve(path);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    console.error(`SKIPPED: ${path} is missing; npm install --prefix tests`);
    process.exit(77);
  }
}

// The module or JSON of that file.
export const need = (path) => require(find(path));

// What the program answers to `input`.
export function run(program, args, input) {
  const run = spawnSync(program, args, { input, maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`${program}: ${run.stderr}`);
  return run.stdout;
}

export const toLines = (jobs) =>
  jobs.map((job) => JSON.stringify(job) + "\n").join("");

export const fromLines = (text) =>
  text.toString().split("\n").filter(Boolean).map((line) => JSON.parse(line));

// Give each job to the program as a line of JSON; its answers in order.
export function ask(program, jobs) {
  const answers = fromLines(run(program, [], toLines(jobs)));
  if (answers.length !== jobs.length) throw new Error("answers are missing");
  return answers;
}

// Numbers between 0 and 1 that are the same in each run (mulberry32).
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
