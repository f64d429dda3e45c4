// The files of csv-spectrum and what programs make of such files: other
// delimiters, line ends, charsets. Each must give the rows of its JSON.
// usage: csv_spectrum.mjs PROGRAM
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { find, fromLines, need, run } from "./lines.mjs";

const folder = dirname(dirname(find("csv-spectrum/json/simple.json")));
const files = readdirSync(join(folder, "csvs"));

// Change commas outside quotes; the file must not hold the new delimiter.
function delimit(text, delimiter) {
  if (text.includes(delimiter)) return null;
  return text.split('"').map((part, i) =>
    i % 2 ? part : part.replaceAll(",", delimiter)).join('"');
}

// What of Windows-1252 is Latin-1; other files have no such form.
const latin = (text) =>
  /^[\0-\x7f\xa0-\xff]*$/.test(text) ? Buffer.from(text, "latin1") : null;

const variants = {
  "as it is": (text) => text,
  BOM: (text) => "\ufeff" + text,
  semicolon: (text) => delimit(text, ";"),
  tab: (text) => delimit(text, "\t"),
  "sep line": (text) => delimit(text, ";") && "sep=;\r\n" + delimit(text, ";"),
  "no last line end": (text) => text.replace(/\r?\n$/, ""),
  CRLF: (text) => text.replace(/\r?\n/g, "\r\n"),
  CR: (text) => text.replace(/\r?\n/g, "\r"),
  "Windows-1252": (text) => latin(text.replace(/^[^\r\n]*/, "$&,\xe5")),
};

// Rows as objects; line ends inside cells as the variant has them.
function toObjects(rows) {
  const [head, ...rest] = rows;
  return rest.map((cells) => Object.fromEntries(
    cells.map((cell, i) => [head[i], cell]).filter(([key]) => key !== "\xe5")));
}

const plain = (value) =>
  JSON.stringify(value).replace(/\\r\\n|\\r/g, "\\n");

let ran = 0;
let failed = 0;

for (const file of files) {
  const text = readFileSync(join(folder, "csvs", file)).toString();
  const json = need(`csv-spectrum/json/${file.replace(".csv", ".json")}`);
  const want = [json].flat();
  // here the package's two files have different numbers
  if (file === "location_coordinates.csv")
    want[0]["Contact Phone Number"] = text.match(/^\d+/m)[0];
  for (const [name, change] of Object.entries(variants)) {
    const input = change(text);
    if (input === null) continue;
    const got = toObjects(fromLines(run(process.argv[2], ["read"], input)));
    ran++;
    if (plain(got) === plain(want)) continue;
    failed++;
    console.error(`${file}, ${name}:`, { got, want });
  }
}
console.log(`${ran - failed} of ${ran} files give the rows they should`);
process.exit(failed || files.length !== 12 ? 1 : 0);
