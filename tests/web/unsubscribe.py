"""Leaving by the links of a letter, and what the page after it offers.

Usage: unsubscribe.py BREVDUVA [STORY...]
"""
import os
import subprocess
import time

from looks import look
from served import Served, main

ANNA = "anna@skogsvik.example"
BO = "bo@skogsvik.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=grans"}
PARTS = ("--grans\r\nContent-Disposition: form-data; "
         'name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--grans--\r\n')


def letter(site, address=ANNA, *more):
    site.subscribe(address, *more)
    site.send()
    return site.mail_to(address)[-1]


def at(site, seconds):
    """The pages' clock stands still there."""
    site.stop()
    os.environ["BREVDUVA_NOW"] = str(seconds)
    site.start()


def ledger(site, address=ANNA):
    return [row for row in site.json("why", address)
            if row["kind"] == "consent"]


def leaves_by_one_button(program):
    with Served(program) as site:
        link = letter(site).link("/u/")
        page = site.get(link).has("<button", "Hyttviksbladet", 'lang="sv"')
        page.lacks(ANNA, 'name="email"', 'name="all"')
        pages = {"leave": page}
        site.get(link + "?lang=en").has('lang="en"', "Unsubscribe from")
        assert page.status == 200 and site.state(ANNA) == "active"
        page = site.post(page.action("/u/"))
        assert page.status == 200 and site.state(ANNA) == "left"
        page.has('name="why"', 'name="undo"').lacks(ANNA)
        pages["left"] = page
        # again: kind, and nothing to press
        page = site.get(link).lacks("<form", ANNA)
        assert page.status == 200
        pages["left already"] = page
        assert site.post(link).lacks("<form").status == 200
        look(site, pages)
        assert len([row for row in ledger(site) if row["act"] == "left"]) == 1


def one_click_as_gmail_sends_it(program):
    with Served(program) as site:
        link = letter(site).one_click()
        body = "List-Unsubscribe=One-Click"
        assert len(body) == 26
        for _ in range(2):
            page = site.request("POST", link, body, FORM)
            assert page.status == 200 and not page.headers["Location"]
            assert not page.headers["Set-Cookie"]
        assert site.state(ANNA) == "left"
        left = [row for row in ledger(site) if row["act"] == "left"]
        assert [row["note"] for row in left] == ["one-click"], left


def one_click_whatever_the_body(program):
    bodies = [(PARTS, MULTIPART), (None, {}), ("x=y", FORM),
              ("List-Unsubscribe=One-Click", {"Content-Type": "text/plain"}),
              ("--grans\r\nbroken", MULTIPART), (b"\xff=\xfe", FORM)]
    with Served(program) as site:
        links = []
        for number in range(len(bodies)):
            site.subscribe(f"reader{number}@skogsvik.example")
        site.send()
        for number, (body, headers) in enumerate(bodies):
            address = f"reader{number}@skogsvik.example"
            links.append(site.mail_to(address)[-1].one_click())
            headers = dict(headers, **{"Sec-Fetch-Site": "cross-site"})
            page = site.request("POST", links[-1], body, headers)
            assert page.status == 200, (body, page.status, page.body)
            assert site.state(address) == "left", body
        # its page posts to where pages post
        page = site.get(links[0])
        assert page.status == 200 and site.request(
            "GET", links[0]).body == page.body
        # erased: nothing is told
        site.run("forget", "reader0@skogsvik.example", "--yes")
        gone = site.request("POST", links[0], "List-Unsubscribe=One-Click",
                            FORM)
        there = site.request("POST", links[1], "List-Unsubscribe=One-Click",
                             FORM)
        assert (gone.status, gone.body) == (there.status, there.body)
        assert site.get(links[0]).status == 200
        assert site.post(links[0].replace("/1/", "/u/")).status == 410


def page_of_one_click_has_a_button(program):
    with Served(program) as site:
        link = letter(site).one_click()
        page = site.get(link).has("<button")
        assert site.post(page.action("/u/")).status == 200
        assert site.state(ANNA) == "left"


def leaves_while_a_sending_is_running(program):
    """The copy that is still queued is skipped, and log and why say so."""
    with Served(program) as site:
        readers = [f"reader{n}@skogsvik.example" for n in range(8)]
        for address in readers:
            site.subscribe(address)
        site.send()
        urlencoded = site.mail_to(readers[-1])[0].one_click()
        multipart = site.mail_to(readers[-2])[0].one_click()
        another_issue(site, "2026-5")
        sending = subprocess.Popen(
            [program, "-C", site.folder, "--set", "relay.rate=60/min", "send",
             "2026-5", "--yes"], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        while len(site.mail_to(readers[0])) < 2:
            assert sending.poll() is None, sending.stdout.read()
            time.sleep(0.05)
        for link, body, kind in ((urlencoded, "List-Unsubscribe=One-Click",
                                  FORM["Content-Type"]),
                                 (multipart, PARTS,
                                  MULTIPART["Content-Type"])):
            done = subprocess.run(
                ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}",
                 "-H", f"Content-Type: {kind}", "--data-binary", body,
                 f"http://127.0.0.1:{site.port}{link}"], text=True,
                capture_output=True, check=True)
            assert done.stdout == "200", done
        assert sending.poll() is None, sending.stdout.read()
        said = sending.communicate(timeout=120)[0].decode()
        assert sending.returncode == 0, said
        log = {row["email"]: row for row in site.json("log", "2026-5")}
        for address in readers:
            row = log[address]
            if address in readers[-2:]:
                assert row["state"] == "skipped", row
                assert row["reason"] == "left", row
                assert len(site.mail_to(address)) == 1
                assert "has left the list" in site.run("why", address)
            else:
                assert row["state"] == "accepted", row
                assert len(site.mail_to(address)) == 2
        assert "has left the list" in site.run("log", "2026-5", "--state",
                                               "skipped")


def undoes_it(program):
    with Served(program) as site:
        link = letter(site).link("/u/")
        page = site.post(link)
        undo, fields = page.action("/r/"), dict(page.hidden(), undo="1")
        page = site.post(undo, fields)
        assert page.status == 200 and site.state(ANNA) == "active"
        assert ledger(site)[-1]["note"] == "leaving undone: active again"
        assert [row["act"] for row in ledger(site)] == ["confirmed", "left",
                                                        "changed"]
        # the page knows that it is undone
        for page in (site.get(undo), site.post(undo, fields),
                     site.post(undo, {"why": "often"})):
            assert page.status == 200
            page.lacks("<form")
        assert len(ledger(site)) == 3
        site.get(undo + "&lang=en")


def undoes_only_what_was_done_then(program):
    with Served(program) as site:
        start = int(time.time())
        link = letter(site).link("/u/")
        at(site, start)
        page = site.post(link)
        undo, fields = page.action("/r/"), dict(page.hidden(), undo="1")
        # once
        assert site.post(undo, fields).status == 200
        assert site.state(ANNA) == "active"
        # not a later leaving
        at(site, start + 600)
        site.post(link)
        site.post(undo, fields).lacks("<form")
        assert site.state(ANNA) == "left"
        page = site.post(link)
        # not after an hour
        at(site, start + 600)
        site.run("subscribe", ANNA, "--consent", "again")
        page = site.post(link)
        undo, fields = page.action("/r/"), dict(page.hidden(), undo="1")
        at(site, start + 600 + 3700)
        page = site.post(undo, fields)
        assert page.status == 410 and site.state(ANNA) == "left"
        assert site.get(undo).status == 410
        del os.environ["BREVDUVA_NOW"]


def undo_lifts_nothing(program):
    """Neither suppression nor complaint, and pending stays pending."""
    with Served(program) as site:
        link = letter(site).link("/u/")
        site.subscribe(BO)
        site.run("list", "add", "kurser", "--title", "Kurserna")
        site.run("subscribe", ANNA, "--list", "kurser")  # pending
        page = site.get(link).has('name="all"').lacks("Kurserna")
        page = site.post(page.action("/u/"), {"all": "1"}).lacks("Kurserna")
        states = dict(site.query(
            "SELECT list_id, state FROM subscription WHERE subscriber_id = 1"))
        assert states == {1: "left", 2: "left"}
        site.post(page.action("/r/"), dict(page.hidden(), undo="1"))
        states = dict(site.query(
            "SELECT list_id, state FROM subscription WHERE subscriber_id = 1"))
        assert states == {1: "active", 2: "pending"}, states
        # another reader's leaving cannot be put beside it
        page = site.post(link)
        other = site.post(letter_to(site, BO).link("/u/"))
        stolen = other.action("/r/").partition("/r/")[2].partition("?")[0]
        done = site.post(page.action("/r/"), {"undo": "1", "also": stolen})
        assert done.status == 410
        assert site.state(BO) == "left" and site.state(ANNA) == "left"


def another_issue(site, slug):
    source = os.path.join(site.folder, "issues/2026-4.md")
    with open(source, encoding="utf-8") as file:
        text = file.read()
    with open(source.replace("2026-4", slug), "w") as file:
        file.write(text.replace("slug: 2026-4", f"slug: {slug}"))


def letter_to(site, address):
    """Of a second issue: the first has gone out."""
    another_issue(site, "2026-6")
    site.send("2026-6")
    return site.mail_to(address)[-1]


def says_why(program):
    with Served(program) as site:
        link = letter(site).link("/u/")
        page = site.post(link)
        thanks = site.post(page.action("/r/"), dict(
            page.hidden(), why="often", words="Varje dag!\r\n<b>Nej</b>"))
        thanks.has('name="undo"').lacks('name="why"', "<b>")
        note = ledger(site)[-1]["note"]
        assert note == "why they left: comes too often; Varje dag!  <b>Nej</b>"
        for _ in range(5):
            site.post(page.action("/r/"), {"why": "other"})
        assert len(ledger(site)) == 5, "reasons without end"
        assert site.post(page.action("/r/"), {}).status == 200


def farewell_if_the_owner_wants_it(program):
    with Served(program) as site:
        site.post(letter(site).link("/u/"))
        site.deliver()
        assert len(site.mail_to(ANNA)) == 1
    with Served(program, "subscribe.farewell=true") as site:
        page = site.post(letter(site).link("/u/"))
        site.post(page.action("/r/"), dict(page.hidden(), undo="1"))
        site.deliver()
        assert len(site.mail_to(ANNA)) == 1, "undone: no farewell"
    with Served(program, "subscribe.farewell=true") as site:
        link = letter(site).link("/u/")
        for _ in range(2):
            page = site.post(link)
            site.deliver()
            mails = site.mail_to(ANNA)
            assert len(mails) == 2, "one farewell a day"
            site.post(page.action("/r/"), dict(page.hidden(), undo="1"))
        assert "Hyttviksbladet" in mails[-1].text
        assert site.get(mails[-1].link("/s/")).lacks(ANNA).status == 200


def speaks_the_readers_language(program):
    with Served(program) as site:
        site.subscribe(ANNA, "--language", "en")
        site.subscribe(BO)
        site.send()
        site.get(site.mail_to(ANNA)[0].link("/u/")).has('<html lang="en"')
        page = site.get(site.mail_to(BO)[0].link("/u/"), Accept_Language="en")
        page.has('<html lang="sv"')
        page = site.post(site.mail_to(BO)[0].link("/u/") + "?lang=en")
        page.has('<html lang="en"')
        site.get(site.mail_to(BO)[0].link("/u/") + "?lang=xx").has(
            '<html lang="sv"')


def reads_change_nothing(program):
    with Served(program) as site:
        mail = letter(site)
        before = site.dump()
        for link in (mail.link("/u/"), mail.one_click(), mail.link("/s/")):
            for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
                site.request(method, link)
        assert site.dump() == before


def other_sites_cannot_post(program):
    with Served(program) as site:
        mail = letter(site)
        before = site.dump()
        for link in (mail.link("/u/"), mail.link("/s/"), "/link"):
            for headers in ({"Sec_Fetch_Site": "cross-site"},
                            {"Sec_Fetch_Site": "same-site"},
                            {"Origin": "https://evil.example"}):
                page = site.post(link, {"email": ANNA}, **headers)
                assert page.status == 403, (link, headers, page.status)
        assert site.dump() == before


def forged_links_open_nothing(program):
    with Served(program) as site:
        mail = letter(site)
        before = site.dump()
        for link in (mail.link("/u/"), mail.one_click(), mail.link("/s/")):
            door, token = link[:3], link[3:]
            bad = [token[:i] + ("A" if token[i] != "A" else "B") +
                   token[i + 1:] for i in range(len(token))]
            bad += [token[:-1], token + "A", "", "%00", "å", "A" * 40,
                    token + "/x", "../" + token, "A" * 5000]
            for wrong in bad:
                for method in ("GET", "POST"):
                    page = site.request(method, door + quoted(wrong))
                    assert page.status in (404, 410, 414), (wrong, page.status)
                    assert "anna@" not in page.body, page.body
                    assert "a•" not in page.body, (link, wrong, page.body)
            # each opens its own door alone
            for other in "u1srmct":
                if "/" + other + "/" != door and not (
                        other == "u" and door == "/1/"):
                    page = site.request("POST", f"/{other}/{token}")
                    assert page.status in (404, 410), (door, other)
        assert site.dump() == before
        page = site.get("/u/" + "A" * 40).has('name="email"', "/link")
        assert page.status == 410


def quoted(text):
    return "".join(c if c < "\x7f" else
                   "".join(f"%{o:02x}" for o in c.encode()) for c in text)


main(leaves_by_one_button, one_click_as_gmail_sends_it,
     one_click_whatever_the_body, page_of_one_click_has_a_button,
     leaves_while_a_sending_is_running, undoes_it,
     undoes_only_what_was_done_then, undo_lifts_nothing, says_why,
     farewell_if_the_owner_wants_it, speaks_the_readers_language,
     reads_change_nothing, other_sites_cannot_post, forged_links_open_nothing)
