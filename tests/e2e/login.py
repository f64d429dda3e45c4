"""Usage: login.py BREVDUVA

A relay that takes mail only over TLS and after a log-in, as providers' do:
Postfix asks Dovecot for the password. The right one sends; a wrong one, an
unknown certificate or no TLS at all sends nothing, and no secret is told.
"""
import os
import sys
import tempfile

from newsletter import SAMPLE, Newsletter
from servers.common import Missing
from servers.dovecot import PASSWORD, Dovecot
from servers.postfix import Postfix

READERS = 5
SLUG = "2026-4"


def attempt(newsletter, relay, **settings):
    """Send with these settings; (what is said, how many were accepted)."""
    newsletter.secret("password", settings.pop("password"))
    settings = {"url": f"smtp://localhost:{relay.port}", "starttls": "required",
                "username": "alla", "password_file": "password",
                "ca_file": relay.certificate, **settings}
    arguments = []
    for key, value in settings.items():
        if value:
            arguments += ["--set", f"relay.{key}={value}"]
    said = newsletter.try_run(*arguments, "send", SLUG, "--yes")
    return said, len(newsletter.json("log", SLUG, "--state", "accepted"))


def check_refused(newsletter, relay, word, **settings):
    said, accepted = attempt(newsletter, relay, **settings)
    assert accepted == 0, f"{settings}: {accepted} were accepted"
    assert word in said.lower(), f"{settings}: says {said}"
    assert settings["password"] not in said, "a password is told"


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o755)
        mail = os.path.join(home, "mail")
        with Dovecot(mail) as dovecot, Postfix(mail, dovecot) as relay, \
                Newsletter(program) as newsletter:
            newsletter.add_issue(os.path.join(SAMPLE, f"issues/{SLUG}.md"))
            newsletter.add_readers(READERS)
            check_refused(newsletter, relay, "password",
                          password="fel-lösenord")
            check_refused(newsletter, relay, "certificate",
                          password=PASSWORD, ca_file=None)
            _, accepted = attempt(newsletter, relay, password=PASSWORD)
            assert accepted == READERS, f"{accepted} were accepted"
            relay.wait_for(READERS)
            assert len(dovecot.fetch_all()) == READERS
            assert relay.log().count("sasl_method=PLAIN, sasl") == READERS


if __name__ == "__main__":
    try:
        main()
    except Missing as missing:
        print(f"SKIPPED: {missing}", file=sys.stderr)
        sys.exit(77)
