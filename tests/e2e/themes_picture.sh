#!/bin/sh
# Usage: themes_picture.sh BREVDUVA
# Write docs/images/themes.png: the sample's issue in each theme, one in dark.
set -eu
brevduva=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$brevduva" init "$work/news" --language sv >/dev/null
cp -r "$top/docs/samples/hyttvik/." "$work/news"
cat >>"$work/news/brevduva.yaml" <<'YAML'
theme:
  links:
    Hemsidan: https://hyttvik.example/
    Kalendern: https://hyttvik.example/kalender
    Om byalaget: https://hyttvik.example/om
YAML
for theme in brev partner notis; do
    "$brevduva" -C "$work/news" render 2026-4 --as html \
        --set "theme.name=$theme" >"$work/$theme.html"
done
cd "$top/tests"
node --input-type=module - "$work" "$top/docs/images/themes.png" <<'NODE'
import { createRequire } from 'node:module';
const require = createRequire(process.cwd() + '/package.json');
const { chromium } = require('playwright-core');
const [folder, picture] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu'],
});
const shots = [];
for (const [name, scheme] of [['brev', 'light'], ['partner', 'light'],
  ['notis', 'dark']]) {
  const page = await browser.newPage({
    viewport: { width: 640, height: 860 }, colorScheme: scheme,
  });
  await page.goto(`file://${folder}/${name}.html`);
  shots.push((await page.screenshot()).toString('base64'));
}
const all = await browser.newPage({ viewport: { width: 1000, height: 440 } });
await all.setContent('<body style="margin:0;display:flex;gap:8px;background:#fff">' +
  shots.map((shot) => '<img style="width:328px;height:440px" ' +
    `src="data:image/png;base64,${shot}">`).join(''));
await all.screenshot({ path: picture });
await browser.close();
NODE
