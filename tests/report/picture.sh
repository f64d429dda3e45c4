#!/bin/sh
# Usage: picture.sh MADE
# Write docs/images/report.png: the upper part of the made-up mailing's page.
set -eu
made=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$made" html en >"$work/report.html"
cd "$top/tests"
node --input-type=module - "$work/report.html" "$top/docs/images/report.png" <<'NODE'
import { createRequire } from 'node:module';
const require = createRequire(process.cwd() + '/package.json');
const { chromium } = require('playwright-core');
const [page, picture] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu'],
});
const view = await browser.newPage({
  viewport: { width: 960, height: 1010 },
  colorScheme: 'light',
});
await view.goto(`file://${page}`);
await view.screenshot({ path: picture });
await browser.close();
NODE
