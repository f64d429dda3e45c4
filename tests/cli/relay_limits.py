"""Usage: relay_limits.py BREVDUVA TOP

Relays that do less than the settings ask for, and what is told of it.
"""
import os
import socket
import sys
import time
import unittest

PROGRAM, TOP = (os.path.realpath(path) for path in sys.argv[1:3])
sys.path[:0] = [os.path.join(TOP, "tests/e2e"), os.path.join(TOP, "tests/fakes")]
from newsletter import Newsletter  # noqa: E402
from smtp_fake import Fake  # noqa: E402

RELAY = """  - url: smtp://127.0.0.1:{port}
    starttls: off
    {more}
"""


class Limits(unittest.TestCase):
    def setUp(self):
        self.newsletter = self.new()

    def new(self):
        newsletter = Newsletter(PROGRAM).__enter__()
        self.addCleanup(newsletter.__exit__)
        newsletter.add_issue(
            os.path.join(TOP, "docs/samples/hyttvik/issues/2026-4.md"))
        return newsletter

    def use(self, *relays):
        self.newsletter.use_relays(RELAY.format(port=port, more=more)
                                   for port, more in relays)

    def add_at_one_domain(self, count):
        with open(os.path.join(self.newsletter.folder, "few.csv"), "w") as file:
            file.write("email\n" + "".join(f"r{i}@grev.example\n"
                                           for i in range(count)))
        self.newsletter.run("import", "few.csv", "--consent", "Asked for it")

    def send(self):
        return self.newsletter.try_run("send", "2026-4", "--yes", "--no-wait")

    def states(self):
        states = {}
        for row in self.newsletter.json("log", "2026-4"):
            states[row["state"]] = states.get(row["state"], 0) + 1
        return states

    def test_fewer_connections_than_sessions(self):
        self.newsletter.add_readers(480)
        with Fake(most_sessions=2) as fake:
            self.use((fake.port, "sessions: 6\n    rate: 80/s"))
            said = self.send()
        self.assertEqual(len(fake.accepted), 480)
        self.assertLess(fake.turned_away, 10)
        self.assertIn("sessions", said)
        self.assertIn("421 4.7.0 too many connections", said)

    def test_one_that_dies_has_no_limit(self):
        self.newsletter.add_readers(200)
        with Fake(hang_up_after=2) as fake:
            self.use((fake.port, "sessions: 4\n    rate: 40/s"))

            def die(*_):
                if len(fake.accepted) == 30:
                    fake.stop_listening()

            fake.on_accept = die
            said = self.send()
        self.assertIn("no mail server", said)
        self.assertNotIn("sending goes on over", said)

    def test_hung_up_on_after_nothing_but_refusals(self):
        self.newsletter.add_readers(40)
        with Fake(refuse_until=3) as fake:
            self.use((fake.port, "sessions: 1"))
            self.send()
        self.assertEqual(self.states(), {"refused": 40})

    def test_who_fits_no_relay_is_refused_alone(self):
        """The one is too small, the other takes no such letters."""
        with open(os.path.join(self.newsletter.folder, "few.csv"), "w") as file:
            file.write("email\nåsa@grev.example\n" + "".join(
                f"r{i}@grev.example\n" for i in range(9)))
        self.newsletter.run("import", "few.csv", "--consent", "Asked for it")
        with Fake(capabilities=["PIPELINING", "SIZE 1000", "SMTPUTF8"]) as a, \
                Fake(capabilities=["PIPELINING"]) as b:
            self.use((a.port, "priority: 1"), (b.port, "weight: 1"))
            self.send()
        self.assertEqual(self.states(), {"accepted": 9, "refused": 1})

    def test_a_421_that_ends_a_session_has_its_receipt(self):
        self.newsletter.add_readers(12)
        with Fake(hang_up_after=5) as fake:
            self.use((fake.port, "sessions: 1"))
            self.newsletter.run("send", "2026-4", "--yes")
        twice = [row["email"] for row in self.newsletter.json("log", "2026-4")
                 if row["attempts"] == 2]
        self.assertEqual(len(twice), 2)
        story = self.newsletter.run("why", twice[0])
        self.assertIn("421 4.7.0 enough for one session", story)
        self.assertIn("queued as F", story)

    def test_the_spare_works_for_a_dead_one(self):
        self.newsletter.add_readers(40)
        dead = nobody_there()
        with Fake() as fake:
            self.use((dead, "priority: 1"), (fake.port, "priority: 2"))
            said = self.send()
        self.assertEqual(len(fake.accepted), 40)
        self.assertEqual(said.count(f"127.0.0.1:{dead}: no mail server"), 1)
        self.assertIn(f"mail goes by smtp://127.0.0.1:{fake.port}", said)

    def test_the_first_is_back(self):
        self.newsletter.add_readers(400)
        refusals = ["451 4.3.0 no room"] * 4
        with Fake(replies={"MAIL": refusals}) as ill, Fake() as fake:
            self.use((ill.port, "priority: 1\n    rate: 40/s"),
                     (fake.port, "priority: 2\n    rate: 40/s"))
            said = self.send()
        self.assertIn("no room; mail goes by", said)
        self.assertEqual(said.count("The relays work again as they are set."),
                         1)

    def test_the_spare_works_for_one_that_refuses_us(self):
        self.newsletter.add_readers(40)
        with Fake(replies={"MAIL": "451 4.3.0 no room"}) as full, \
                Fake() as fake:
            self.use((full.port, "priority: 1"), (fake.port, "priority: 2"))
            said = self.send()
        self.assertIn("451 4.3.0 no room; mail goes by", said)

    def check_beside_what_puts_off(self, verb, reply, rank):
        """All goes by the other, and what was said is told."""
        self.newsletter.add_readers(40)
        with Fake(replies={verb: reply}) as ill, Fake() as fake:
            self.use((ill.port, "priority: 1"), (fake.port, rank))
            said = self.send()
        self.assertEqual(self.states(), {"accepted": 40})
        self.assertIn(f"127.0.0.1:{ill.port}: {reply}", said)

    def test_the_spare_works_for_one_that_puts_all_off(self):
        for verb, reply in (("RCPT", "451 4.3.0 lookup failed"),
                            ("DATA", "452 4.3.1 disk full"),
                            ("DOT", "451 4.3.0 cannot write"),
                            ("DOT", "451 cannot write"),
                            ("DOT", "421 4.3.2 shutting down"),
                            ("RCPT", "421 4.7.0 go away"),
                            ("DATA", "421 bye")):
            with self.subTest(verb=verb, reply=reply):
                self.newsletter = self.new()
                self.check_beside_what_puts_off(verb, reply, "priority: 2")

    def test_an_equal_works_for_one_that_puts_all_off(self):
        self.check_beside_what_puts_off("DOT", "451 4.3.0 cannot write",
                                        "weight: 1")

    def test_the_only_one_puts_all_off(self):
        self.newsletter.add_readers(40)
        with Fake(replies={"DOT": "451 4.3.0 cannot write"}) as ill:
            self.use((ill.port, "sessions: 2"))
            self.assertIn("451 4.3.0 cannot write", self.send())
            self.assertIn("451 4.3.0 cannot write",
                          self.newsletter.run("status"))
        self.assertGreater(self.states()["queued"], 20)

    def check_beside_a_mute(self, mute, rank, at_least=40):
        """Everything goes by another long before it is given up."""
        self.newsletter.add_readers(40)
        with Fake() as fake:
            self.use((mute, "priority: 1\n    sessions: 2"), (fake.port, rank))
            with self.newsletter.start("send", "2026-4", "--yes") as sender:
                until = time.monotonic() + 30
                while len(fake.accepted) < at_least and \
                        time.monotonic() < until:
                    time.sleep(0.1)
                sender.kill()
        self.assertGreaterEqual(len(fake.accepted), at_least)

    def test_the_spare_works_for_one_that_never_greets(self):
        with socket.create_server(("127.0.0.1", 0)) as mute:
            self.check_beside_a_mute(mute.getsockname()[1], "priority: 2")

    def test_an_equal_works_for_one_that_never_greets(self):
        with socket.create_server(("127.0.0.1", 0)) as mute:
            self.check_beside_a_mute(mute.getsockname()[1], "weight: 1")

    def test_the_spare_works_for_one_that_falls_silent(self):
        for verb in ("MAIL", "RCPT", "DATA"):
            with self.subTest(verb=verb), Fake(silent=[verb]) as mute:
                self.newsletter = self.new()
                self.check_beside_a_mute(mute.port, "priority: 2")

    def test_an_equal_works_for_one_that_falls_silent(self):
        with Fake(silent=["RCPT"]) as mute:
            self.check_beside_a_mute(mute.port, "weight: 1")

    def test_the_spare_works_for_one_that_does_not_say_what_it_took(self):
        """It may have taken two, and was told of two more behind them."""
        with Fake(silent=["DOT"]) as mute:
            self.check_beside_a_mute(mute.port, "priority: 2", 36)

    def test_all_are_dead(self):
        self.newsletter.add_readers(4)
        dead = nobody_there(), nobody_there()
        self.use((dead[0], "priority: 1"), (dead[1], "priority: 2"))
        said = self.send()
        for port in dead:
            self.assertIn(f"127.0.0.1:{port}: no mail server", said)

    def test_what_one_cannot_take_goes_by_another(self):
        readers = self.newsletter.add_readers(400)
        eai = sum(not address.partition("@")[0].isascii()
                  for address in readers)
        self.assertGreater(eai, 0)
        with Fake(capabilities=["PIPELINING"]) as plain, Fake() as able:
            self.use((plain.port, "priority: 1"), (able.port, "priority: 2"))
            self.send()
        self.assertEqual(len(able.accepted), eai)
        self.assertEqual(self.states(), {"accepted": 400})

    def test_what_only_one_takes_waits_for_its_next_day(self):
        with open(os.path.join(self.newsletter.folder, "few.csv"), "w") as file:
            file.write("email\nåsa@grev.example\növ@grev.example\n")
        self.newsletter.run("import", "few.csv", "--consent", "Asked for it")
        with Fake(capabilities=["PIPELINING"]) as plain, Fake() as able:
            self.use((plain.port, "priority: 1"),
                     (able.port, "priority: 2\n    rate: 1/day"))
            self.send()
            self.assertEqual(self.states(), {"accepted": 1, "queued": 1})
            self.assertEqual(sum(row["attempts"] for row in
                                 self.newsletter.json("log", "2026-4")), 1)

    def test_what_is_too_large_for_one_goes_by_another(self):
        self.newsletter.add_readers(40)
        with Fake(capabilities=["PIPELINING", "SIZE 2000"]) as small, \
                Fake() as able:
            self.use((small.port, "priority: 1"), (able.port, "priority: 2"))
            self.send()
        self.assertEqual(len(able.accepted), 40)

    def test_a_providers_limit_outlives_the_process(self):
        self.add_at_one_domain(3)
        with Fake() as fake:
            self.use((fake.port, 'domains: {"grev.example": 3/day}'))
            self.send()
            self.assertEqual(len(fake.accepted), 1)
            issues = os.path.join(self.newsletter.folder, "issues")
            with open(os.path.join(issues, "2026-4.md")) as old, \
                    open(os.path.join(issues, "2026-5.md"), "w") as new:
                new.write(old.read().replace("slug: 2026-4", ""))
            self.newsletter.try_run("send", "2026-5", "--yes", "--no-wait")
            self.newsletter.try_run("deliver")
        self.assertEqual(len(fake.accepted), 1)

    def test_a_providers_limit_is_used_up_by_deliver(self):
        self.add_at_one_domain(3)
        with Fake() as fake:
            self.use((fake.port, 'domains: {"grev.example": 20/min}'))
            self.newsletter.run("send", "2026-4", "--yes", "--detach")
            self.newsletter.run("deliver")
        self.assertEqual(len(fake.accepted), 3)

    def test_one_later_does_not_hold_a_domain_back_for_long(self):
        self.add_at_one_domain(60)
        with Fake(replies={"RCPT": ["450 4.7.1 slow down"]}) as fake:
            self.use((fake.port, "sessions: 1"))
            self.send()
        self.assertEqual(self.states(), {"accepted": 59, "deferred": 1})

    def test_another_limit_holds_at_once(self):
        self.add_at_one_domain(6)
        with Fake() as fake:
            self.use((fake.port, 'domains: {"grev.example": 3/day}'))
            self.send()
            self.use((fake.port, 'domains: {"grev.example": 600/min}'))
            self.newsletter.run("deliver")
        self.assertEqual(len(fake.accepted), 6)

    def test_a_silent_relay_is_told_of(self):
        self.newsletter.add_readers(10)
        with Fake(silent=["MAIL"]) as fake:
            self.use((fake.port, "sessions: 2"))
            with self.newsletter.start("send", "2026-4", "--yes") as process:
                until = time.monotonic() + 60
                while "has said nothing" not in self.newsletter.run("status") \
                        and time.monotonic() < until:
                    time.sleep(0.5)
                said = self.newsletter.run("status")
                process.kill()
        self.assertIn(f"127.0.0.1:{fake.port} has said nothing for", said)

    def test_killed_before_any_message_was_begun(self):
        self.newsletter.add_readers(10)
        with Fake(silent=["DATA"]) as fake:
            self.use((fake.port, "sessions: 4"))
            with self.newsletter.start("send", "2026-4", "--yes") as process:
                while sum(said == "DATA" for said in fake.said) < 2:
                    time.sleep(0.01)
                process.kill()
        with Fake() as fake:
            self.use((fake.port, "sessions: 4"))
            self.send()
        self.assertEqual(self.states(), {"accepted": 10})


def nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
