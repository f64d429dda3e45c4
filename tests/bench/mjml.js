// Usage: node mjml.js TIMES BODY.html
// The same letter as a designer makes it elsewhere: MJML around a body that is
// HTML already, then juice for what MJML leaves in <style>. In one process.
'use strict';

const fs = require('fs');
const mjml = require('mjml');
const juice = require('juice').default;

const [times, file] = process.argv.slice(2);
const body = fs.readFileSync(file, 'utf8');
const link = (text) => `<a class="quiet" href="https://brev.example/">${text}</a>`;
const letter = `<mjml lang="sv">
<mj-head>
<mj-title>Hyttviksbladet</mj-title>
<mj-preview>Det senaste från bygden</mj-preview>
<mj-attributes>
<mj-all font-family="Helvetica, Arial, sans-serif" />
<mj-text font-size="17px" line-height="1.5" color="#1b1b1b" />
</mj-attributes>
<mj-style inline="inline">
.quiet { color: #555555; }
h1 { font-size: 28px; line-height: 1.25; margin: 0 0 16px; }
h2 { font-size: 21px; line-height: 1.3; margin: 28px 0 8px; }
h3 { font-size: 18px; margin: 20px 0 6px; }
p, ul, ol, table { margin: 0 0 16px; }
li { margin: 0 0 6px; }
a { color: #0b5cad; }
blockquote { margin: 0 0 16px; padding: 0 0 0 16px; border-left: 3px solid #ccc; }
</mj-style>
<mj-style>
@media (prefers-color-scheme: dark) {
body, .letter { background: #121212 !important; color: #eeeeee !important; }
}
</mj-style>
</mj-head>
<mj-body width="600px">
<mj-section><mj-column><mj-text>${link('Läs på webben')} ${link('Kontakta oss')}
${link('Tipsa en vän')} ${link('Min prenumeration')}</mj-text></mj-column></mj-section>
<mj-section css-class="letter"><mj-column>
<mj-text>Hyttviksbladet</mj-text><mj-text>${body}</mj-text>
</mj-column></mj-section>
<mj-section><mj-column><mj-text>Hyttviks byalag<br />Bygatan 1<br />
${link('Avsluta prenumerationen')}</mj-text></mj-column></mj-section>
</mj-body>
</mjml>`;

async function main() {
    let bytes = 0;

    for (let i = 0; i < Number(times); i++) {
        const made = await mjml(letter, { validationLevel: 'soft' });

        bytes += juice(made.html).length;
    }
    console.log(bytes);
}

main();
