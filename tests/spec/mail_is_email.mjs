// Dominic Sayers' is_email cases: a floor for the address parser.
// usage: mail_is_email.mjs PROGRAM
import { readFileSync } from "node:fs";
import { ask, find } from "./lines.mjs";

// Where we mean to differ: address (or diagnosis) and reason.
const refused = {
  "test@io": "a domain needs a dot: nobody reads newsletters at a top domain",
  ISEMAIL_RFC5321_TLD: "the same",
  ISEMAIL_RFC5321_TLDNUMERIC: "an IPv4 address is no domain",
  ISEMAIL_RFC5321_ADDRESSLITERAL: "no address literals in a reader list",
  ISEMAIL_RFC5321_IPV6DEPRECATED: "no address literals in a reader list",
};
// What is good to be sent to; all others are errors, obsolete forms, comments
// and things that only a header may hold.
const good = ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"];

const entities = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const plain = (xml) => xml
  .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint("0x" + hex))
  .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(digits))
  .replace(/&(\w+);/g, (_, name) => entities[name])
  .replace(/[\u2400-\u241f]/g, (c) =>
    String.fromCharCode(c.charCodeAt(0) - 0x2400));

const xml = readFileSync(find("email-addresses/test/tests.xml"), "utf8")
  .replace(/<!--.*?-->/gs, "");
const cases = [...xml.matchAll(/<test id.*?<\/test>/gs)].map(([test]) => {
  const field = (name) =>
    plain(test.match(`<${name}>(.*?)</${name}>`)?.[1] ?? "");
  return { address: field("address"), category: field("category"),
           diagnosis: field("diagnosis") };
}).filter(({ address }) => !address.includes("\0")); // JSON input has no NUL
const answers = ask(process.argv[2], cases);
let failed = 0;

answers.forEach((answer, i) => {
  const { address, category, diagnosis } = cases[i];
  const got = answer.error === undefined;
  let want = good.includes(category);
  if (address in refused || diagnosis in refused) want = false;
  if (diagnosis === "ISEMAIL_CFWS_FWS" && !/[\r\n]/.test(address))
    want = true; // spaces around it are dropped
  if (got === want) return;
  failed++;
  console.error(category, diagnosis, JSON.stringify(address), answer);
});
console.log(`${cases.length - failed} of ${cases.length} cases pass`);
process.exit(failed || cases.length !== 162 ? 1 : 0);
