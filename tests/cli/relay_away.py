"""Usage: relay_away.py BREVDUVA TOP [TEST ...]

Relays that do nothing for us, what others do for them, and what is told.
"""
import os
import socket
import sqlite3
import subprocess
import tempfile
import time

from relay_case import RelayCase, main, nobody_there, wait_until, written
from smtp_fake import Fake


class Away(RelayCase):
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
        refusals = ["451 4.3.0 no room"] * 2
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
        for verb, reply in (("MAIL", "421 4.3.2 gone"),
                            ("MAIL", "450 not now"),
                            ("RCPT", "451 4.3.0 lookup failed"),
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

    def test_trouble_is_over_when_a_copy_is_taken(self):
        self.newsletter.add_readers(40)
        with Fake(replies={"RCPT": ["451 4.3.0 no disk"] * 8}) as ill, \
                tempfile.TemporaryFile() as said:
            self.use((ill.port, "sessions: 2"))
            self.newsletter.run("send", "2026-4", "--yes", "--detach")
            with self.newsletter.start("deliver", "--watch",
                                       output=said) as watch:
                wait_until(lambda: len(ill.accepted) > 30)
                watch.terminate()
            text = written(said)
        self.assertIn("451 4.3.0 no disk", text)
        self.assertEqual(text.count("The trouble is over."), 1)

    def test_one_that_goes_away_is_waited_for_in_an_old_mailing(self):
        """As a day's limit makes one: the copies were never tried."""
        self.newsletter.add_readers(40)
        with Fake() as fake:
            self.use((fake.port, "sessions: 1\n    rate: 10/s"))
            with self.newsletter.start("send", "2026-4", "--yes") as sender:
                wait_until(lambda: len(fake.accepted) >= 5)
                sender.terminate()
            with sqlite3.connect(os.path.join(self.newsletter.folder,
                                              "brevduva.db")) as database:
                database.execute("UPDATE mailing SET tried_from = 1000")
            database.close()
            fake.on_accept = lambda *_: fake.stop_listening()
            fake.twists["hang_up_after"] = 1
            with self.newsletter.start("send", "2026-4", "--yes") as sender:
                self.status_with("no mail server answers")
                with self.assertRaises(subprocess.TimeoutExpired):
                    sender.wait(40)
                sender.kill()

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
                wait_until(lambda: len(fake.accepted) >= at_least)
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

    def test_a_slow_spare_is_not_stopped_by_each_new_try(self):
        with Fake(silent=["RCPT"]) as mute:
            self.check_beside_a_mute(mute.port, "priority: 2\n    rate: 4/s")

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

    def test_a_silent_relay_is_told_of(self):
        self.newsletter.add_readers(10)
        with Fake(silent=["MAIL"]) as fake:
            self.use((fake.port, "sessions: 2"))
            with self.newsletter.start("send", "2026-4", "--yes") as sender:
                said = self.status_with("has said nothing")
                sender.kill()
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


if __name__ == "__main__":
    main()
