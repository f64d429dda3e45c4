// What the scripts here share: npm packages, and programs that answer lines.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(new URL("../package.json", import.meta.url));

// The package's file, or the end of this test if it is not installed.
export function need(path) {
  try {
    return require(path);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    console.error(`SKIPPED: ${path} is missing; npm install --prefix tests`);
    process.exit(77);
  }
}

// Give each job to the program as a line of JSON; its answers in order.
export function ask(program, jobs) {
  const input = jobs.map((job) => JSON.stringify(job) + "\n").join("");
  const run = spawnSync(program, { input, maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`${program}: ${run.stderr}`);
  const answers = run.stdout.toString().trimEnd().split("\n").map(JSON.parse);
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
