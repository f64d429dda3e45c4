"""Every example of CommonMark's own specification as a letter: it compiles
or is refused for what may not stand in a letter, and says what cmark's
rendering says.

usage: compose_commonmark.py PROGRAM
"""
import json
import re
import subprocess
import sys
from pathlib import Path

import letters

here = Path(__file__).parent
package = here.parent / "node_modules/commonmark-spec/spec.txt"
# HTML, URLs with other schemes, and code with the name of a language are
# refused; see docs/writing.md
refused = re.compile(r"there is no block|cannot stand in a letter|cannot lead to|never closed|"
                     r"must be a file in the issue's own folder")


def examples():
    spec = package.read_text().split("<!-- END TESTS -->")[0]
    fence = "`" * 32
    found = re.findall(rf"(?ms)^{fence} example\n(.*?)^\.\n(.*?)^{fence}$", spec)
    return [[part.replace("→", "\t") for part in pair] for pair in found]


def cmark(markdown):
    return subprocess.run(["cmark"], input=markdown.encode(), check=True,
                          stdout=subprocess.PIPE).stdout.decode()


def body(html):
    """The part that the Markdown made."""
    return html.split("</h1>\n", 1)[1].split("</td>", 1)[0]


if not package.exists():
    print("SKIPPED: commonmark-spec is missing; npm install --prefix tests")
    sys.exit(77)
found = [pair for pair in examples() if "\0" not in pair[0]]
jobs = [{"issue": "---\ntitle: T\n---\n" + markdown, "name": "A",
         "email": "a@b.example"} for markdown, _ in found]
compiled = 0
for (markdown, _), answer in zip(found, letters.ask(sys.argv[1], jobs)):
    where = json.dumps(markdown)
    if "error" in answer:
        if not refused.search(answer["error"]):
            letters.fail(where, answer["error"])
        continue
    compiled += 1
    letters.check_letter(where, answer["eml"])
    ours = letters.Page(body(answer["html"]))
    theirs = letters.Page(cmark(markdown).replace("<!-- raw HTML omitted -->",
                                                  "").replace(" />", ">"))
    if letters.squeeze("".join(ours.words)) != \
            letters.squeeze("".join(theirs.words)):
        letters.fail(where, "".join(ours.words), "".join(theirs.words))
print(f"{len(found)} examples")
letters.finish(compiled, 500)
