// Usage: node read_mails.mjs FOLDER
// Parse each file of the folder by npm's mailparser; one JSON object a line.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../package.json', import.meta.url));
const { simpleParser } = require('mailparser');

const folder = process.argv[2];
for (const name of readdirSync(folder)) {
  const mail = await simpleParser(readFileSync(join(folder, name)), {
    skipHtmlToText: true,
    skipTextToHtml: true,
  });
  console.log(JSON.stringify({
    messageId: mail.messageId,
    to: mail.to?.value,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.attachments.length,
  }));
}
