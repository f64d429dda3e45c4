"""Clicks that are counted, and those that are not.

Usage: clicks.py BREVDUVA [STORY...]
"""
import contextlib
import os
import re
import sqlite3
import time

from served import BASE, Served, main

ANNA = "anna@skogsvik.example"
ON = "web.clicks=on"
CALENDAR = "https://hyttvik.example/bastu"
HOME = "https://hyttvik.example/"


@contextlib.contextmanager
def an_hour_ago():
    os.environ["BREVDUVA_NOW"] = str(int(time.time()) - 3600)
    try:
        yield
    finally:
        del os.environ["BREVDUVA_NOW"]


def send(site, *more):
    site.run("--set", ON, "send", "2026-4", "--yes", *more)


def counted(mail):
    """The paths of counted links by the words that are linked."""
    found = re.findall(re.escape(BASE) + r'(/k/[^"]*)"[^>]*>([^<]*)<',
                       mail.html)
    return {words: path for path, words in found}


def click(site, path, network="192.0.2.1", method="GET"):
    page = site.request(method, path, None, {"X-Forwarded-For": network})
    assert page.status == 302, page.status
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    return page.headers["Location"]


def clicks(site):
    """By URL, after the server has stopped: all that there will be."""
    site.stop()
    return {row["url"]: row["clicks"] for row in site.json("report", "2026-4")
            if row["kind"] == "link"}


def serving(program):
    return Served(program, ON, "web.proxies=127.0.0.1")


def counts_by_link(program):
    with serving(program) as site:
        site.subscribe(ANNA)
        site.subscribe("bo@skogsvik.example")
        with an_hour_ago():
            send(site)
        mail = site.mail_to(ANNA)[0]
        links = counted(mail)
        assert set(links) == {"bastukalendern", "byalagets sida"}, links
        assert links == counted(site.mail_to("bo@skogsvik.example")[0])
        # what shows an address leads there; so do the text part, mail and
        # the reader's own links
        assert 'href="https://hyttvik.example/styrelsen"' in mail.html
        assert "/k/" not in mail.text and CALENDAR in mail.text
        assert 'href="mailto:' in mail.html
        for path in ("/u/", "/s/", "/t/", "/archive/"):
            assert BASE + path in mail.html
        assert click(site, links["bastukalendern"]) == CALENDAR
        assert click(site, links["byalagets sida"], "198.51.100.7") == HOME
        for number in range(3):
            click(site, links["byalagets sida"], f"203.0.{number}.1")
        assert clicks(site) == {HOME: 4, CALENDAR: 1}
        text = site.run("report", "2026-4")
        assert re.search(r"Clicks on links\n +4  https://hyttvik.example/\n"
                         r" +1  https://hyttvik.example/bastu\n", text), text
        page = site.run("report", "2026-4", "--html", "-")
        assert "Clicks on links" in page and CALENDAR in page
        assert "Klick på länkar" in site.run("--lang", "sv", "report",
                                             "2026-4")


def not_what_programs_do(program):
    with serving(program) as site:
        site.subscribe(ANNA)
        with an_hour_ago():
            send(site)
        links = counted(site.mail_to(ANNA)[0])
        one, other = links["bastukalendern"], links["byalagets sida"]
        for path in (one, other):
            assert click(site, path, "203.0.113.9", "HEAD")
            assert site.request("OPTIONS", path).status == 204
            assert site.request("POST", path, "x=y").status == 405
        click(site, one, "192.0.2.1")  # all links of the letter, one network
        click(site, other, "192.0.2.200")
        for _ in range(5):  # one person, impatient
            click(site, one, "198.51.100.1")
        assert clicks(site) == {CALENDAR: 1, HOME: 0}


def not_in_the_first_minute(program):
    with serving(program) as site:
        site.subscribe(ANNA)
        send(site)
        links = counted(site.mail_to(ANNA)[0])
        assert click(site, links["bastukalendern"]) == CALENDAR
        assert clicks(site) == {CALENDAR: 0, HOME: 0}
        assert "Clicks" not in site.run("report", "2026-4")


def are_written_while_it_serves(program):
    with serving(program) as site:
        site.subscribe(ANNA)
        with an_hour_ago():
            send(site)
        click(site, counted(site.mail_to(ANNA)[0])["bastukalendern"])
        database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        query = "SELECT day, clicks FROM click"
        assert database.execute(query).fetchall() == []
        until = time.monotonic() + 60
        while not (rows := database.execute(query).fetchall()):
            assert time.monotonic() < until, "never written"
            time.sleep(0.5)
        today = int((time.time() - time.timezone) // 86400)
        assert len(rows) == 1 and rows[0][1] == 1, rows
        assert abs(rows[0][0] - today) <= 1, rows
        database.close()


def nobody_asked_for_it(program):
    """Off, as it is by default; and off again later."""
    with Served(program) as site:
        site.subscribe(ANNA)
        site.run("send", "2026-4", "--yes", "--dry-run")
        for command in (("test", "2026-4", "x@skogsvik.example"),
                        ("render", "2026-4")):
            site.run("--set", ON, *command)
        with an_hour_ago():
            send(site)
        links = counted(site.mail_to(ANNA)[0])
        assert click(site, links["bastukalendern"]) == CALENDAR
        assert clicks(site) == {CALENDAR: 0, HOME: 0}
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        assert "/k/" not in site.mail_to(ANNA)[0].html
        assert clicks(site) == {}


def is_no_open_redirect(program):
    with serving(program) as site:
        site.subscribe(ANNA)
        with an_hour_ago():
            send(site)
        mail = site.mail_to(ANNA)[0]
        path = counted(mail)["bastukalendern"]
        for at in range(len("/k/"), len(path)):
            for sign in "A-":
                forged = path[:at] + sign + path[at + 1:]
                if forged != path:
                    page = site.get(forged)
                    assert page.status == 404, forged
                    assert "Location" not in page.headers
        for odd in ("/k/", "/k/x", path + "x", path[:-1], path + "/",
                    mail.link("/u/").replace("/u/", "/k/"),
                    mail.link("/s/").replace("/s/", "/k/")):
            assert site.get(odd).status == 404, odd
        assert site.get(path.replace("/k/", "/u/")).status == 410
        evil = site.get(path + "?url=https://evil.example&u=//evil.example")
        assert evil.headers["Location"] == CALENDAR


def second_person_sees_the_same(program):
    with serving(program) as site:
        site.subscribe(ANNA)
        with open(os.path.join(site.folder, "brevduva.yaml"), "a",
                  encoding="utf-8") as file:
            file.write("send:\n  approvals: 2\n")
        site.try_run("--set", ON, "send", "2026-4", "--yes")
        assert list(site.mails()) == []
        assert site.get("/archive/2026-4").status == 404
        database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        database.execute("UPDATE mailing SET asked_by = 'berit'")
        database.commit()
        database.close()
        site.run("--set", ON, "approve", "2026-4", "--yes")
        site.run("deliver")
        assert len(counted(site.mail_to(ANNA)[0])) == 2
        assert site.get("/archive/2026-4").status == 200


main(counts_by_link, not_what_programs_do, not_in_the_first_minute,
     are_written_while_it_serves, nobody_asked_for_it, is_no_open_redirect,
     second_person_sees_the_same)
