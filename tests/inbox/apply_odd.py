"""Mails that are odd, large or come twice, and ways that they come.

    apply_odd.py BREVDUVA [STORY]
"""
import json
import os
import subprocess

from returned import main, ANNA, BO, EVA, report, plain, forwarded, pipe
from imap_fake import Imap


def unreadable(inbox):
    """What nobody can read is put aside, and the next one is read."""
    inbox.put(bytes(range(256)) * 40)
    inbox.put(plain(BO, "studs@nyhetsbrev.example", "avsluta"))
    outcomes = sorted(m["outcome"] for m in inbox.read())
    assert outcomes == ["aside", "unsubscribed"], outcomes
    status = next(o for o in inbox.json("status") if o["kind"] == "inbox")
    assert (status["mails"], status["unreadable"]) == (2, 1), status
    assert "2 mails came in" in inbox.run("status")


def two_at_once(inbox):
    """A second process says who reads, and that it may be tried again."""
    watching = subprocess.Popen([inbox.program, "inbox", "--watch"],
                                cwd=inbox.folder, stdout=subprocess.PIPE,
                                text=True,
                                env=dict(os.environ, LC_ALL="C.UTF-8"))
    try:
        inbox.put(plain(BO, "studs@nyhetsbrev.example", "avsluta"))
        watching.stdout.readline()
        second = inbox._run(("inbox",), None)
        assert second.returncode == 4, second
        assert str(watching.pid) in second.stderr, second.stderr
    finally:
        watching.terminate()
        watching.communicate(timeout=20)
    assert watching.returncode == 0, watching.returncode


def by_pipe(inbox):
    """A report by a pipe."""
    assert pipe(inbox, report(inbox.return_path(EVA),
                              EVA).encode()) == "suspended"


def empty_pipe(inbox):
    """No octets are no mail: something is broken, and the mail may come yet."""
    for closed in ("</dev/null", "<&-"):
        done = subprocess.run(
            ["sh", "-c", f'"$0" inbox --stdin {closed}', inbox.program],
            cwd=inbox.folder, capture_output=True, text=True,
            env=dict(os.environ, LC_ALL="C.UTF-8"))
        assert done.returncode == 75 and not done.stdout, done
        assert "no mail came on standard input" in done.stderr, done.stderr


def same_number(inbox):
    """Mailers that give all their mails one Message-ID, and no date: what
    differs in the text only is another mail, whichever way it comes."""
    def mail(text, more=""):
        return (f"{more}From: form@shop.example\nSubject: Order\n"
                f"Message-ID: <same@shop.example>\n\n{text}\n")
    assert inbox.outcome(mail("A first"))["outcome"] == "forwarded"
    assert inbox.outcome(mail("A second"))["outcome"] == "forwarded"
    assert pipe(inbox, mail("A third").encode()) == "forwarded"
    seen = mail("A third", "Received: from elsewhere\n") + "\n"
    assert pipe(inbox, seen.replace("\n", "\r\n").encode()) == "seen"
    letters = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert len(letters) == 3, letters
    assert not os.path.exists(os.path.join(inbox.folder, "inbox"))


def same_beginning(inbox):
    """Two large mails may differ where nobody looks: a pipe keeps both."""
    head = (b"From: form@shop.example\nSubject: Order\n"
            b"Message-ID: <same@shop.example>\n\n" + b"x" * 300000)
    assert pipe(inbox, head + b"1") == "forwarded"
    assert pipe(inbox, head + b"2") == "seen"
    left = os.path.join(inbox.folder, "inbox/left")
    with open(os.path.join(left, *os.listdir(left)), "rb") as file:
        assert file.read() == head + b"2"


def pipe_keeps(inbox):
    """What a pipe cannot leave in a mailbox becomes a file."""
    def give(mail, *options):
        pipe(inbox, mail, *options)

    def kept(part):
        folder = os.path.join(inbox.folder, "inbox", part)
        found = []
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                found.append(file.read())
        return found

    mail = plain(ANNA, "studs@nyhetsbrev.example", "Fråga", "Hej").encode()
    give(mail, "--set", "inbox.forward=off")
    large = plain(BO, "studs@nyhetsbrev.example", "Stort", "x" * 9000000)
    give(large.encode())
    assert sorted(kept("left"), key=len) == [mail, large.encode()]
    give(b"nonsense")
    assert kept("unreadable") == [b"nonsense"]
    assert "2 mails wait in inbox/left" in inbox.run("status")


def odd_name(inbox):
    """What a file is called reaches neither the terminal nor a letter as it
    is."""
    name = "a\033[31m\n\u202eå\x85b"
    for number in range(2):
        inbox.put(plain(BO, "studs@nyhetsbrev.example", "Fråga", "x" * 9000000),
                  f"{number}{name}")
    told = inbox.read()
    assert [m["mail"] for m in told] == [f"new/{n}a?[31m??å?b" for n in (0, 1)]
    letters = inbox.letters_to("redaktion@nyhetsbrev.example")
    text = letters[0].get_body().get_content()
    assert "a?[31m??å?b" in text, text


def withheld(inbox):
    """A server that names a mail and does not hand it out: that is told."""
    def nothing(session, tag, words):
        session.say(f"{tag} OK done")
        return True

    with Imap([b"Subject: hej\r\n\r\nhej\r\n"], password="x",
              on={"UID FETCH": nothing}) as server:
        done = subprocess.run(
            [inbox.program, "--set", f"inbox.url=imap://127.0.0.1:{server.port}",
             "--set", "inbox.starttls=off", "--set", "inbox.username=studs",
             "--set", "inbox.password_env=SECRET", "inbox"],
            cwd=inbox.folder, capture_output=True, text=True,
            env=dict(os.environ, LC_ALL="C.UTF-8", SECRET="x"))
    assert done.returncode == 4, done
    assert "was not read: INBOX/1" in done.stderr, done
    assert "No new mail" not in done.stdout, done


def classify_large(inbox):
    """Of a mail of any size only its beginning is read."""
    path = os.path.join(inbox.folder, "large.eml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(report("studs@nyhetsbrev.example", EVA))
        file.truncate(400 * 1024 * 1024) # with a hole
    process = subprocess.Popen([inbox.program, "inbox", "--classify", path],
                               cwd=inbox.folder, stdout=subprocess.PIPE)
    told = json.loads(process.stdout.read())
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0 and told["address"] == EVA, told
    assert usage.ru_maxrss < 200 * 1024, usage.ru_maxrss # kB


def large(inbox):
    """A mail of 100 MB and one of 10,000 parts are read in a moment."""
    head = report(inbox.return_path(EVA), EVA).replace("\n", "\r\n").encode()
    inbox.put(head + b"x" * (100 * 1024 * 1024))
    parts = "".join(f"--b\nContent-Type: text/plain\n\n{i}\n"
                    for i in range(10000))
    inbox.put(plain(ANNA, "studs@nyhetsbrev.example", "Många delar").replace(
        "text/plain; charset=utf-8", "multipart/mixed; boundary=b") + parts)
    outcomes = sorted(m["outcome"] for m in inbox.read())
    assert outcomes == ["forwarded", "suspended"], outcomes


main((unreadable, two_at_once, by_pipe, empty_pipe, same_number,
      same_beginning, pipe_keeps, odd_name, withheld, classify_large,
      large))
