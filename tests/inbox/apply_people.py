"""What people and machines write to the addresses of a newsletter.

    apply_people.py BREVDUVA [STORY]
"""
import email
import email.utils
import time

from returned import (main, ANNA, BO, EVA, FRIEND, Newsletter, report, plain,
                      forwarded)


def leave_by_mail(inbox):
    """The address with the token leaves whoever writes; a bare command
    leaves and tells the mailbox."""
    done = inbox.outcome(plain("other@gmail.example", inbox.mailto(ANNA), ""))
    assert done["outcome"] == "unsubscribed" and done["token_ok"], done
    assert inbox.state(ANNA) == "left"
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example", "Avsluta"))
    assert done["outcome"] == "unsubscribed", done
    assert inbox.state(BO) == "left"
    letters = inbox.letters_to(BO)
    assert len(letters) == 1, letters
    assert letters[0]["Auto-Submitted"] == "auto-replied", letters[0]
    assert letters[0]["In-Reply-To"], letters[0]
    assert letters[0]["Return-Path"] == "<<>>", letters[0]


def leave_with_words(inbox):
    """Who leaves and writes why has left, and is read by a person."""
    why = "Det har varit ett fint brev, men jag flyttar till Norge i vår. " * 3
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example", "Avsluta", why))
    assert done["outcome"] == "unsubscribed", done
    assert inbox.state(BO) == "left"
    sent_on = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert len(sent_on) == 1 and "Avsluta" in sent_on[0]["Subject"], sent_on


def words_to_token(inbox):
    """What people write to the address that a reader leaves by is read by a
    person; only who asks to leave has left."""
    def passed_on():
        return len(inbox.letters_to("redaktion@nyhetsbrev.example"))

    for number, mail in enumerate((
            plain(ANNA, inbox.mailto(ANNA), "Question",
                  "When is the next meeting?"),
            plain(ANNA, "klas@sjovik.example", "Newsletter",
                  "fyi: I forward this newsletter",
                  f"Cc: {inbox.mailto(ANNA)}\n"),
            plain(ANNA, inbox.mailto(ANNA), "Is there a meeting?"),
            plain(ANNA, inbox.mailto(ANNA), "Vb: Mötet i vår"))):
        done = inbox.outcome(mail)
        assert done["outcome"] == "forwarded", (number, done)
        assert inbox.state(ANNA) == "active", (number, done)
        assert passed_on() == number + 1
    why = "You printed lies about me. Call me on 070-123 45 67, it is urgent. "
    done = inbox.outcome(plain(ANNA, inbox.mailto(ANNA), "unsubscribe", why))
    assert done["outcome"] == "unsubscribed" and done["token_ok"], done
    assert inbox.state(ANNA) == "left" and passed_on() == 5
    done = inbox.outcome(plain(BO, inbox.mailto(BO), "Nog med brev nu"))
    assert done["outcome"] == "unsubscribed", done
    assert inbox.state(BO) == "left" and passed_on() == 6
    done = inbox.outcome(plain(EVA, inbox.mailto(EVA), "unsubscribe",
                               "Thanks."))
    assert done["outcome"] == "unsubscribed", done
    assert inbox.state(EVA) == "left" and passed_on() == 6


def old_mailbox(inbox):
    """In a mailbox that was in use before, old mail is neither obeyed nor
    forwarded; what came since, however late it is read, is."""
    bo, anna, eva = inbox.mailto(BO), inbox.mailto(ANNA), inbox.return_path(EVA)
    old = "Date: Tue, 05 Mar 2019 10:00:00 +0100\n"
    to = "studs@nyhetsbrev.example"
    for mail in (plain(BO, to, "unsubscribe", more=old),
                 plain(FRIEND, to, "subscribe", more=old),
                 plain(FRIEND, to, "Fråga", "Hej", more=old),
                 plain(BO, bo, "unsubscribe", more=old)):
        done = inbox.outcome(mail)
        assert done["outcome"] == "old", done
    assert inbox.state(BO) == "active"
    assert inbox.letters_to(FRIEND) == []
    assert inbox.letters_to("redaktion@nyhetsbrev.example") == []
    inbox.put(plain(FRIEND, to, "Fråga", "Hej", more=old))
    told = inbox.run("inbox")
    assert "too old to act on 1" in told and "Too old:" in told, told
    status = next(o for o in inbox.json("status") if o["kind"] == "inbox")
    assert status["old"] == 5, status
    assert "too old to act on: 5" in inbox.run("status")
    # a clock that is wrong, and a report, whenever it was written
    done = inbox.outcome(
        "Received: from a by b; " + email.utils.formatdate() + "\n" +
        plain(FRIEND, to, "Fråga", "Hej", more=old))
    assert done["outcome"] == "forwarded", done
    done = inbox.outcome(old + report(eva, EVA))
    assert done["outcome"] == "suspended", done
    # a month without anybody who reads it
    with inbox.database() as db:
        db.execute("UPDATE setting "
                   "SET value = CAST(value - 40 * 86400 AS BLOB) "
                   "WHERE name LIKE 'inbox since %'")
    month = email.utils.formatdate(time.time() - 30 * 86400)
    done = inbox.outcome(plain(FRIEND, to, "Fråga", "Hej igen",
                               more=f"Date: {month}\n"))
    assert done["outcome"] == "forwarded", done
    # who has joined since then has not left by it; who was there has
    done = inbox.outcome(plain(BO, to, "unsubscribe", more=f"Date: {month}\n"))
    assert done["outcome"] == "old" and inbox.state(BO) == "active", done
    with inbox.database() as db:
        db.execute("UPDATE consent SET at = at - 60 * 86400")
    done = inbox.outcome(plain(ANNA, anna, "unsubscribe",
                               more=f"Date: {month}\n"))
    assert done["outcome"] == "unsubscribed", done


def unknown_list(inbox):
    """A list that there is not: nothing but help; another's address: a
    person's mail."""
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example",
                               "unsubscribe othr"))
    assert done["outcome"] == "answered" and inbox.state(BO) == "active", done
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example",
                               f"unsubscribe {ANNA}"))
    assert done["outcome"] == "forwarded", done
    assert inbox.state(BO) == inbox.state(ANNA) == "active"


def stranger_subscribes(inbox):
    """A mailed subscribe starts the double opt-in, no more."""
    done = inbox.outcome(plain(FRIEND, "studs@nyhetsbrev.example",
                               "prenumerera"))
    assert done["outcome"] == "answered", done
    letters = inbox.letters_to(FRIEND)
    assert len(letters) == 1 and "/c/" in letters[0].as_string(), letters
    with inbox.database() as db:
        readers, = db.execute("SELECT COUNT(*) FROM subscriber "
                              "WHERE email = ?", (FRIEND,)).fetchone()
    assert readers == 0


def bombs(inbox):
    """A hundred commands in a stranger's name are one answer."""
    for number in range(100):
        inbox.put(plain(FRIEND, "studs@nyhetsbrev.example",
                        ("help", "subscribe", "my subscription")[number % 3]))
    outcomes = [m["outcome"] for m in inbox.read()]
    assert len(outcomes) == 100, outcomes
    assert len(inbox.letters_to(FRIEND)) == 1, outcomes


def never_answered(inbox):
    """Lists, machines and the null sender get no answer, and unsubscribe
    nobody."""
    for more in ("List-Id: <x.example>\n", "Precedence: bulk\n",
                 "Auto-Submitted: auto-generated\n"):
        done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example", "help",
                                   more=more))
        assert done["outcome"] in ("noted", "forwarded", "silent"), done
    mail = plain(BO, "studs@nyhetsbrev.example", "avsluta").replace(
        f"Return-Path: <{BO}>", "Return-Path: <>")
    inbox.outcome(mail)
    assert inbox.letters_to(BO) == []
    assert inbox.state(BO) == "active"


def people(inbox):
    """What a person writes is sent on whole, also what is odd in it."""
    odd = plain(ANNA, "studs@nyhetsbrev.example", "Fråga om mötet",
                ".punkt först\nå ä ö").replace("\n", "\r\n")
    odd = odd.encode("latin-1")
    inbox.put(odd)
    done = inbox.read()
    assert done[0]["outcome"] == "forwarded", done
    letters = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert len(letters) == 1, letters
    attachments = [part for part in letters[0].walk()
                   if part.get_content_type() == "application/octet-stream"]
    assert attachments[0].get_content() == odd
    assert letters[0]["Reply-To"].addresses[0].addr_spec == ANNA


def answers_elsewhere(inbox):
    """Where answers are to go is where the coordinator's answer goes."""
    inbox.outcome(plain(ANNA, "studs@nyhetsbrev.example", "Fråga", "Hej",
                        f"Reply-To: {FRIEND}\n"))
    letters = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert letters[0]["Reply-To"].addresses[0].addr_spec == FRIEND


def own_letter(inbox):
    """Our letter to a coordinator who reads mail in this very mailbox stays
    where it is; a header that says so is not enough."""
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example", "Fråga", "Hej",
                               "X-Brevduva-Forward: 1\n"))
    assert done["outcome"] == "forwarded", done
    letter, = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert inbox.outcome(letter.as_string())["outcome"] == "left"
    assert inbox.waiting() == 1


def strangers(inbox):
    """Addresses of people who are no readers are not kept."""
    inbox.outcome(report("studs@nyhetsbrev.example", FRIEND))
    inbox.outcome(plain(FRIEND, "studs@nyhetsbrev.example", "Autosvar", "Borta",
                        "Auto-Submitted: auto-replied\n"))
    others = [f"x{n}@sjovik.example" for n in range(4)]
    for word, other in zip(("help", "unsubscribe", "my subscription", "tip"),
                           others):
        done = inbox.outcome(plain(other, "studs@nyhetsbrev.example", word))
        assert done["outcome"] == "answered", (word, done)
        assert len(inbox.letters_to(other)) == 1, word
    done = inbox.outcome(plain(ANNA, "studs@nyhetsbrev.example", "help"))
    assert len(inbox.letters_to(ANNA)) == 1, done
    with inbox.database() as db:
        dump = "\n".join(db.iterdump())
        kept, = db.execute("SELECT COUNT(*) FROM delivery "
                           "WHERE mailing_id IS NULL AND email = ?",
                           (ANNA,)).fetchone()
    assert FRIEND not in dump, "kept"
    for other in others:
        assert other not in dump, other
    assert kept == 1, kept


main((leave_by_mail, leave_with_words, words_to_token, old_mailbox,
      unknown_list, stranger_subscribes, bombs, never_answered, people,
      answers_elsewhere, own_letter, strangers))
