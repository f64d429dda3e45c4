// Usage: node nodemailer.js PORT MESSAGES SESSIONS FILE
// nodemailer's pool at its fastest: the message is built already and the same
// for all, only the recipient differs. Prints seconds.
'use strict';

const fs = require('fs');
const path = require('path');
const nodemailer = require(
    path.join(__dirname, '../node_modules/nodemailer'));

async function main(port, messages, sessions, file)
{
    const raw = fs.readFileSync(file);
    const transport = nodemailer.createTransport({
        host: '127.0.0.1',
        port,
        pool: true,
        maxConnections: sessions,
        maxMessages: Infinity,
        ignoreTLS: true,
    });
    const start = process.hrtime.bigint();
    let next = 0;
    const one = async () => {
        while (next < messages) {
            const to = `reader.${next++}@skogsvik.example`;

            await transport.sendMail({
                raw,
                envelope: { from: 'bladet@hyttvik.example', to },
            });
        }
    };

    // Always some that wait, so that no session is ever idle.
    await Promise.all(Array.from({ length: 2 * sessions }, one));
    console.log(Number(process.hrtime.bigint() - start) / 1e9);
    transport.close();
}

const [port, messages, sessions] = process.argv.slice(2, 5).map(Number);

main(port, messages, sessions, process.argv[5]);
