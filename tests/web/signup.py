"""Signing up: the form, the letter, the confirmation.

Usage: signup.py BREVDUVA [STORY...]
"""
import re

from served import Served, main

ANNA = "anna@skogsvik.example"
BO = "bo@skogsvik.example"
DAY = 24 * 3600


def confirmed(site, address, **fields):
    """Sign up and confirm; the letter."""
    site.sign_up(address, **fields)
    site.deliver()
    letter = site.mail_to(address)[-1]
    assert site.post(letter.link("/c/")).status == 200
    return letter


def subscriptions(site, address):
    return {row["list"]: row["state"]
            for row in site.json("subscriber", "show", address)[0]["lists"]}


def signs_up(program):
    """The whole story, in both languages."""
    words = {"sv": ("Prenumerera", "Titta i din brevlåda", "Bekräfta",
                    "Tack, och välkommen!"),
             "en": ("Subscribe", "Look in your mailbox", "confirm",
                    "Thank you, and welcome!")}
    with Served(program) as site:
        for lang, (form, sent, letter, done) in words.items():
            address = f"{lang}-{ANNA}"
            site.get(f"/subscribe?lang={lang}").has(f"<h1>{form}</h1>",
                                                    f'<html lang="{lang}"')
            page = site.sign_up(address, f"?lang={lang}", name="Anna Ek",
                                language=lang)
            assert page.status == 200
            page.has(f"<h1>{sent}</h1>", address)
            assert site.state(address) is None, "a reader before consent"
            site.deliver()
            mail, = site.mail_to(address)
            assert letter in mail.subject, mail.subject
            assert "Anna Ek" not in mail.text + mail.html + mail.subject
            link = mail.link("/c/")
            asked = site.get(link).has("<button", "Anna Ek", f'"{lang}"')
            asked.lacks(address)
            assert site.state(address) is None
            site.post(link).has(f"<h1>{done}</h1>", "/archive")
            assert site.state(address) == "active"
            reader = site.json("subscriber", "show", address)[0]
            assert (reader["name"], reader["language"]) == ("Anna Ek", lang)
        site.send()
        assert len(site.mail_to("sv-" + ANNA)) >= 2


def ledger_tells_both_times(program):
    with Served(program) as site:
        wording = re.search(r'<p class="quiet">([^<]*)</p>',
                            site.get("/subscribe?lang=en").body).group(1)
        confirmed(site, ANNA)
        rows = [r for r in site.json("why", ANNA) if r["kind"] == "consent"]
        assert [r["act"] for r in rows] == ["asked", "confirmed"], rows
        assert rows[0]["at"] < rows[1]["at"] or rows[0]["at"] == rows[1]["at"]
        for row in rows:
            assert row["network"] == "127.0.0.0/24", row
            assert row["channel"] == "web", row
            assert "Hyttviksbladet" in row["wording"], row
        assert "Hyttviksbladet" in wording
        # what waited is gone with its address
        assert site.query("SELECT email, email_key, name, network FROM "
                          "confirmation") == [("", "", "", "")]


def owner_words_the_consent(program):
    wording = "Jag vill ha bladet; det får skrivas till mig."
    with Served(program, f"subscribe.wording={wording}") as site:
        site.get("/subscribe").has(wording)
        site.get("/embed").has(wording)
        confirmed(site, ANNA)
        assert [r["wording"] for r in site.json("why", ANNA)
                if r["kind"] == "consent"] == [wording] * 2


def welcome_comes_once(program):
    for setting, count in (("true", 1), ("false", 0)):
        with Served(program, f"subscribe.welcome={setting}") as site:
            letter = confirmed(site, ANNA)
            site.post(letter.link("/c/"))
            site.deliver()
            letters = [m for m in site.mail_to(ANNA)
                       if m.message["Message-ID"].startswith("<welcome.")]
            assert len(letters) == count, [m.subject for m in letters]
            if letters:
                assert letters[0].link("/s/") and letters[0].link("/u/")


def chooses_lists(program):
    with Served(program) as site:
        site.run("list", "add", "kurser", "--title", "Kurser & kalas",
                 "--language", "en", "--description", "Allt om <kurser>")
        page = site.get("/subscribe?list=kurser&lang=sv")
        page.has("Kurser &amp; kalas", "Allt om &lt;kurser&gt;", "på engelska")
        assert len(re.findall(r'value="\w+" checked', page.body)) == 1
        page.has('value="kurser" checked')
        site.get("/subscribe").has('value="nyhetsbrev" checked')
        missing = site.sign_up(ANNA, list="no-such-list")
        assert missing.status == 422
        missing.has("Välj minst ett", ANNA, 'aria-describedby="list-fault"')
        site.sign_up(ANNA, list="kurser")
        site.deliver()
        mail, = site.mail_to(ANNA)
        assert "Kurser & kalas" in mail.text
        site.post(mail.link("/c/"))
        assert subscriptions(site, ANNA) == {"kurser": "active"}


def says_what_is_wrong(program):
    with Served(program) as site:
        page = site.sign_up("anna@", "?lang=sv", name="Anna")
        assert page.status == 422
        page.has("har inget efter @", 'aria-describedby="email-fault"',
                 'aria-invalid="true"', 'value="anna@"', 'value="Anna"')
        page = site.sign_up("", "?lang=en").has("the address is empty")
        assert page.status == 422
        page = site.sign_up("anna,ek@skogsvik.example.", "?lang=en")
        page.has("did you mean")
        assert site.query("SELECT COUNT(*) FROM confirmation") == [(0,)]


def confirms_only_once(program):
    with Served(program) as site:
        letter = confirmed(site, ANNA)
        link = letter.link("/c/")
        before = site.dump()
        for _ in range(2):
            assert site.post(link).status == 200
            site.get(link).has("redan gjort").lacks("<button")
        assert site.dump() == before, "a replay changed something"


def two_requests_of_one_address(program):
    with Served(program) as site:
        site.run("list", "add", "kurser", "--title", "Kurser")
        mark = site.get("/subscribe").mark()
        confirmed(site, ANNA, list="nyhetsbrev")
        for _ in range(3):  # pressed several times: one letter
            site.post("/subscribe", {"email": ANNA, "list": "kurser",
                                     "mark": mark})
        site.deliver()
        letters = [m for m in site.mail_to(ANNA)
                   if m.message["Message-ID"].startswith("<confirm.")]
        assert len(letters) == 2
        first, second = letters
        assert site.post(second.link("/c/")).status == 200
        site.post(first.link("/c/")).has("redan gjort")
        assert subscriptions(site, ANNA) == {"nyhetsbrev": "active",
                                             "kurser": "active"}


def already_subscribed_gets_a_link(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.sign_up(ANNA, name="Somebody else")
        site.deliver()
        mail, = site.mail_to(ANNA)
        assert mail.message["Message-ID"].startswith("<link."), mail.message
        assert "/c/" not in mail.text
        assert site.json("subscriber", "show", ANNA)[0]["name"] == ""


def comes_back(program):
    """Who left or bounced comes back by a new consent; who complained does
    not."""
    for state, mails in (("left", 1), ("bounced", 1), ("complained", 0)):
        with Served(program) as site:
            site.subscribe(ANNA)
            site.write("UPDATE subscription SET state = ?", state)
            site.sign_up(ANNA)
            site.deliver()
            letters = site.mail_to(ANNA)
            assert len(letters) == mails, state
            if letters:
                site.post(letters[0].link("/c/")).has("Tack, och")
                assert site.state(ANNA) == "active"


def expires(program):
    with Served(program) as site:
        site.sign_up(ANNA, name="Anna Ek")
        site.deliver()
        link = site.mail_to(ANNA)[0].link("/c/")
        assert "waits" in site.run("why", ANNA)
        assert "1 sign-up waits" in site.run("status")
        site.restart(later=7 * DAY)
        for page in (site.get(link), site.post(link)):
            assert page.status == 410
            page.has("för gammal", "/subscribe").lacks("<button")
        assert site.state(ANNA) is None
        site.wait_for("SELECT email = '' AND name = '' FROM confirmation", 1)
        site.wait_for("SELECT COUNT(*) FROM delivery WHERE email <> ''", 0)
        assert not [row for row in site.dump()
                    if "skogsvik" in row or "Anna Ek" in row]
        assert "not confirmed in time" in site.run("why", ANNA)
        assert "sign-up" not in site.run("status")
        site.get(site.mail_to(ANNA)[0].link("/stop/")).has("<button")


def from_the_owners_site(program):
    with Served(program) as site:
        code = re.findall(r"<code>(.*?)</code>", site.get("/embed").body, re.S)
        assert len(code) == 2, "both languages"
        form = code[0].replace("&lt;", "<").replace("&gt;", ">").replace(
            "&quot;", '"').replace("&amp;", "&")
        assert 'action="https://brev.example/subscribe?lang=' in form
        assert "style.css" not in form and "<script" not in form
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"',
                                 form))
        page = site.post("/subscribe?lang=sv", {**fields, "email": ANNA,
                                                "homepage": "", "name": ""},
                         Origin="https://www.hyttvik.example",
                         Sec_Fetch_Site="cross-site")
        assert page.status == 200
        page.has("Titta i din brevlåda")
        site.deliver()
        site.post(site.mail_to(ANNA)[0].link("/c/"))
        assert site.state(ANNA) == "active"
        # but nobody confirms from elsewhere
        site.post("/subscribe", {**fields, "email": BO})
        site.deliver()
        refused = site.post(site.mail_to(BO)[0].link("/c/"),
                            Sec_Fetch_Site="cross-site")
        assert refused.status == 403 and site.state(BO) is None
        assert site.run("list", "embed", "nyhetsbrev", "--language", "sv") in (
            form, code[1].replace("&lt;", "<").replace("&gt;", ">").replace(
                "&quot;", '"').replace("&amp;", "&"))


main(signs_up, ledger_tells_both_times, owner_words_the_consent,
     welcome_comes_once, chooses_lists, says_what_is_wrong, confirms_only_once,
     two_requests_of_one_address, already_subscribed_gets_a_link,
     comes_back, expires, from_the_owners_site)
