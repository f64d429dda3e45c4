"""Usage: proof.py BREVDUVA catcher|postfix

The proof of the whole: a real issue to a thousand readers, over SMTP, and
every single copy read back and looked at by two strangers: Python's email
package, strict, and npm's mailparser. Postfix's copies come back over IMAP
from Dovecot.
"""
import collections
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

import letters
from newsletter import TOP, Newsletter, find_issue
from servers.catcher import Catcher
from servers.common import Missing, need
from servers.dovecot import Dovecot
from servers.postfix import Postfix

READERS = 1000


def say(what):
    print(what, flush=True)


def caught(maildir):
    """The copies with their envelope, as the catcher wrote them."""
    new = os.path.join(maildir, "new")
    for name in os.listdir(new):
        with open(os.path.join(new, name), "rb") as file:
            yield file.read()


def split_envelope(raw, count):
    """Take off the lines that the mail server put before the letter."""
    lines = raw.split(b"\r\n", count)
    (recipient,) = [line.partition(b": ")[2].decode() for line in lines[:count]
                    if line.startswith(b"Delivered-To: ")]
    return recipient, lines[count]


def unfold_received(letter):
    """Without Postfix's Received, which is folded."""
    return re.sub(rb"\AReceived: .*\r\n([ \t].*\r\n)*", b"", letter)


def check_copies(copies, readers):
    """Each copy is good and each reader has exactly one."""
    letters_by_id = {}
    got = collections.Counter()
    for recipient, raw in copies:
        try:
            message = letters.check(raw, recipient)
        except Exception as error:
            with open("bad-letter.eml", "wb") as file:
                file.write(raw)
            raise AssertionError(f"the copy for {recipient} (kept as "
                                 f"bad-letter.eml): {error}") from error
        got[letters.a_label(recipient)] += 1
        letters_by_id[message["Message-ID"]] = message
    assert got == collections.Counter(map(letters.a_label, readers)), \
        f"not once each: {got - collections.Counter(readers)}"
    assert len(letters_by_id) == len(readers), "Message-IDs are not unique"
    links = {m["List-Unsubscribe"] for m in letters_by_id.values()}
    assert len(links) == len(readers), "unsubscribe links are not unique"
    return letters_by_id


def check_by_mailparser(copies, letters_by_id):
    """npm's mailparser reads in them what Python did."""
    if not os.path.isdir(os.path.join(TOP, "tests/node_modules/mailparser")):
        say("SKIPPED: npm's mailparser is not installed (scripts/test does)")
        return
    with tempfile.TemporaryDirectory() as folder:
        for number, (_, raw) in enumerate(copies):
            with open(f"{folder}/{number}.eml", "wb") as file:
                file.write(raw)
        script = os.path.join(TOP, "tests/e2e/read_mails.mjs")
        mails = subprocess.run(["node", script, folder], check=True, text=True,
                               capture_output=True).stdout.splitlines()
    lines = lambda text: text.strip().splitlines()
    assert len(mails) == len(copies)
    for mail in map(json.loads, mails):
        ours = letters_by_id[mail["messageId"]]
        text, source = ours.iter_parts()
        (to,), (their_to,) = ours["To"].addresses, mail["to"]
        assert mail["subject"] == ours["Subject"], mail["subject"]
        assert their_to["name"] == to.display_name, their_to
        assert letters.a_label(their_to["address"]) == \
            letters.a_label(to.addr_spec), their_to
        assert lines(mail["text"]) == lines(text.get_content())
        assert lines(mail["html"]) == lines(source.get_content())
        assert mail["attachments"] == 0


def check_ledger(newsletter, slug, readers, message_ids):
    """The log has one accepted row for each reader, and the sums are right."""
    rows = newsletter.json("log", slug)
    assert len(rows) == len(readers), f"{len(rows)} rows"
    assert {row["state"] for row in rows} == {"accepted"}
    assert {row["reply_code"] for row in rows} == {250}
    assert {f"<{row['message_id'].strip('<>')}>" for row in rows} == \
        set(message_ids), "log and letters name other Message-IDs"
    assert {letters.a_label(row["email"]) for row in rows} == \
        set(map(letters.a_label, readers))
    assert newsletter.json("log", slug, "--state", "refused") == []
    return rows


def check_second_send(newsletter, slug, url):
    """Sending again sends to nobody."""
    newsletter.run("--set", f"relay.url={url}", "send", slug, "--yes")


def send(program, relay, collect):
    path, slug = find_issue()
    with Newsletter(program) as newsletter:
        newsletter.add_issue(path)
        readers = newsletter.add_readers(READERS)
        url = f"smtp://127.0.0.1:{relay.port}"
        say(f"sending {slug} to {READERS} readers")
        newsletter.run("--set", f"relay.url={url}", "send", slug, "--yes")
        check_second_send(newsletter, slug, url)
        copies = collect()
        say(f"reading {len(copies)} copies")
        letters_by_id = check_copies(copies, readers)
        check_by_mailparser(copies, letters_by_id)
        return check_ledger(newsletter, slug, readers, letters_by_id)


def by_catcher(program):
    with tempfile.TemporaryDirectory() as maildir, Catcher(maildir) as relay:
        rows = send(program, relay, lambda: [
            split_envelope(raw, 2) for raw in caught(maildir)])
    assert all(row["reply_text"] for row in rows)


def by_postfix(program):
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        os.chmod(home, 0o755)
        maildir = os.path.join(home, "mail")
        mailbox = stack.enter_context(Dovecot(maildir))
        relay = stack.enter_context(Postfix(maildir))

        def collect():
            relay.wait_for(READERS)
            mails = (split_envelope(raw, 3) for raw in mailbox.fetch_all())
            return [(to, unfold_received(raw)) for to, raw in mails]

        rows = send(program, relay, collect)
        queue = {queue_id: letters.a_label(recipient)
                 for queue_id, recipient in relay.queue_ids().items()}
    ours = {row["queue_id"]: letters.a_label(row["email"]) for row in rows}
    assert ours == queue, "our queue ids are not Postfix's"


def main():
    program, way = sys.argv[1:]
    try:
        need("openssl")
        {"catcher": by_catcher, "postfix": by_postfix}[way](program)
    except Missing as missing:
        print(f"SKIPPED: {missing}", file=sys.stderr)
        sys.exit(77)
    say("every copy is in order")


if __name__ == "__main__":
    main()
