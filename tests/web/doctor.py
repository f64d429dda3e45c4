"""brevduva doctor: what it finds, and keys that change.

Usage: doctor.py BREVDUVA [STORY...]
"""
import base64
import json
import os
import re
import sqlite3

from served import Served, main

ANNA = "anna@skogsvik.example"
DAY = 86400
NOW = 1_800_000_000  # 2027-01-15


def findings(site, *settings, code=None):
    words = [word for o in settings for word in ("--set", o)]
    done = site._run([*words, "doctor", "--json"], None)
    if code is not None:
        assert done.returncode == code, (done.returncode, done.stdout)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(set(f) == {"level", "id", "text"} for f in found)
    return {f["id"]: f for f in found}


def finds_what_endangers_links(program):
    with Served(program) as site:
        for settings, wanted, code in [
                (("web.base_url=",), "base-url-unset", 0),
                (("web.base_url=http://brev.example",), "base-url-http", 3),
                (("web.base_url=https://localhost",), "base-url-loopback", 3),
                (("web.base_url=http://127.0.0.1:8080",), "base-url-loopback",
                 3),
                (("from.email=",), "from-unset", 3),
                (("web.listen=0.0.0.0:8080",), "listen-open", 0),
                ((), "proxies-unset", 0),
                (("web.contact=off",), "contact-off", 0),
                (("organisation.postal_address=",), "organisation-unset", 0)]:
            found = findings(site, *settings, code=code)
            assert wanted in found, (settings, found)
        site.run("list", "add", "styrelsen")
        assert "list-title" in findings(site)
        said = site.try_run("--lang", "en", "--set", "web.base_url=", "doctor")
        assert "warning: web.base_url is not set" in said, said


def is_content(program):
    with Served(program) as site:
        said = site.run(
            "--lang", "en", "--set", "web.proxies=127.0.0.1", "--set",
            "web.privacy_url=https://forening.example/gdpr", "--set",
            "relay.url=smtp://mail.forening.example", "doctor")
        for line in said.splitlines():  # of the sample's lists
            assert line == "All is well." or "[list-" in line, said


def finds_a_damaged_database(program):
    with Served(program) as site:
        site.stop()
        database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("INSERT INTO subscription (list_id, subscriber_id, "
                         "state, since) VALUES (99, 99, 'active', 0)")
        database.commit()
        database.close()
        assert findings(site, code=3)["database"]["level"] == "error"


def sees_files_that_others_can_read(program):
    with Served(program) as site:
        os.chmod(os.path.join(site.folder, "brevduva.db"), 0o644)
        with open(os.path.join(site.folder, "web.key"), "w") as file:
            file.write("-----BEGIN PRIVATE KEY-----\n")
        os.chmod(file.name, 0o640)
        found = findings(site, "web.tls_cert=x", "web.tls_key=web.key")
        assert "database-mode" in found and "tls-key-mode" in found


def at(days):
    return {"BREVDUVA_NOW": str(NOW + days * DAY)}


def keys_of(text):
    """Numbers of the keys that signed the links to /u/ and /s/ in there."""
    tokens = re.findall(r"/[us]/([A-Za-z0-9_-]{40})", text)
    return {base64.urlsafe_b64decode(token)[1] for token in tokens}


def rotates_keys(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        old = site.mail_to(ANNA)[0].link("/u/")
        site.stop()
        os.environ["BREVDUVA_NOW"] = str(NOW)
        try:
            site.start()
            assert site.get(old).status == 200
            said = site.run("--lang", "en", "doctor", "--rotate-key",
                            "--keep", "90d")
            assert "key 2" in said and "2027-04-15" in said, said
            page = site.get(old)
            assert page.status == 200  # the server has both
            # and gives no link that outlives the one that was opened
            assert keys_of(page.body) == {1}, page.body
            site.subscribe("bo@skogsvik.example")
            site.run("send", "2026-4", "--missing", "--yes")
            new = site.mail_to("bo@skogsvik.example")[0].link("/u/")
            assert keys_of(new) == {2}, new
            assert keys_of(site.get(new).body) == {2}  # noticed by itself
            site.stop()
            site.start(environment=at(89))
            assert site.get(old).status == 200
            assert site.get(new).status == 200
            site.stop()
            site.start(environment=at(91))
            assert site.get(old).status == 410
            assert site.post(old).status == 410
            assert site.get(new).status == 200
            site.stop()
            site.start(environment=at(1))
            assert site.get(old).status == 200
            # a leak: nothing that is old shall work, however old
            said = site.run("doctor", "--rotate-key", "--keep", "0s")
            assert site.get(old).status == 410
        finally:
            del os.environ["BREVDUVA_NOW"]
        assert site.get(new).status == 410
        database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        rows = database.execute("SELECT what, object, detail FROM audit WHERE "
                                "what = 'rotate-key' ORDER BY id").fetchall()
        database.close()
        assert [row[1] for row in rows] == ["signing key"] * 2
        assert rows[0][2] == "key 2; older ones until 2027-04-15T08:00:00Z", \
            rows
        assert site.state(ANNA) == "active"


def refuses_nonsense(program):
    with Served(program) as site:
        for words in (("--keep", "90d"), ("--rotate-key", "--keep", "soon"),
                      ("--rotate-key", "--keep", "9999d")):
            done = site._run(["doctor", *words], None)
            assert done.returncode == 2 and "--keep" in done.stderr, words


main(finds_what_endangers_links, is_content, finds_a_damaged_database,
     sees_files_that_others_can_read, rotates_keys, refuses_nonsense)
