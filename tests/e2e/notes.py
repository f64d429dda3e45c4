"""Usage: notes.py NOTE_MAILS FOLDER

Write each kind of single mail in each language to FOLDER, and look at it as
strictly as at the letters. Leaves FOLDER/KIND.LANGUAGE.html for other tests.
"""
import json
import os
import re
import subprocess
import sys

import letters

READER = "asa.lindstrom@lasare.example"
BASE = "https://brev.brevdalen.example/"
LANGUAGES = ("sv", "en")
# where the button and the quiet link lead
LINKS = {
    "confirm": ["c", "stop"], "welcome": ["s", "u"], "farewell": ["s"],
    "tip": ["archive", "stop"], "tip-bare": ["archive", "stop"],
    "address": ["c", "stop"], "address-changed": [], "link": ["m"],
    "export": [], "erase": ["c"], "erased": [], "contact": [],
    "command-help": [], "command-tip": [], "not-subscribed": [],
}


def check(name, raw):
    kind, language, _ = name.split(".")
    message, text, page = letters.check_note(raw, READER)
    text = text.replace("\r\n", "\n")
    letters.require(message["Content-Language"] == language, "language")
    # Nothing but ours can be clicked on, whoever wrote the text.
    links = [link.removeprefix(BASE).partition("/")[0] for link in page.links]
    letters.require(links == LINKS[kind], f"links: {page.links}")
    for link in page.links:
        letters.require(re.search(rf"(?m)^.+:\n{re.escape(link)}$", text),
                        f"no label above {link}")
    letters.require(kind != "tip" or "\n> Se sidan 2: <b>kakorna</b>" in text,
                    "lines of a quote")
    letters.require(("kakor" in text) == (kind == "tip"), "words of the teller")
    return message


def check_mailparser(folder, messages):
    """What npm's mailparser reads is what we wrote."""
    script = os.path.join(os.path.dirname(__file__), "read_mails.mjs")
    run = subprocess.run(["node", script, folder], text=True,
                         capture_output=True)
    if "ERR_MODULE_NOT_FOUND" in run.stderr or "Cannot find" in run.stderr:
        print("SKIPPED: mailparser is not installed", file=sys.stderr)
        return
    run.check_returncode()
    mails = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(mails) == len(messages)
    for mail in mails:
        ours = messages[mail["messageId"]]
        text = ours.get_body(("plain",)).get_content()
        assert mail["subject"] == ours["Subject"], mail["subject"]
        lines = text.strip().splitlines()
        assert mail["text"].strip().splitlines() == lines, (mail["text"], text)
        assert mail["attachments"] == len(list(ours.iter_attachments())) or \
            not ours.get_content_type().endswith("mixed")


def main():
    program, folder = sys.argv[1:]
    mails = os.path.join(folder, "eml")
    os.makedirs(mails, exist_ok=True)
    subprocess.run([program, mails], check=True)
    names = sorted(os.listdir(mails))
    assert names == sorted(f"{kind}.{language}.eml" for kind in LINKS
                           for language in LANGUAGES), names
    messages = {}
    for name in names:
        with open(os.path.join(mails, name), "rb") as file:
            raw = file.read()
        try:
            message = check(name, raw)
        except letters.Fault as fault:
            raise AssertionError(f"{name}: {fault}") from None
        messages[message["Message-ID"]] = message
        page = os.path.join(folder, name.replace(".eml", ".html"))
        with open(page, "w", newline="") as file:
            file.write(message.get_body(("html",)).get_content())
    check_mailparser(mails, messages)
    print(f"{len(messages)} mails: {folder}")


if __name__ == "__main__":
    main()
