"""Usage: relay_limits.py BREVDUVA TOP [TEST ...]

Relays that do less than the settings ask for, and what is told of it.
"""
import os
import tempfile

from relay_case import RelayCase, main, wait_until, written
from smtp_fake import Fake


class Limits(RelayCase):
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
            with tempfile.TemporaryFile() as output, \
                    self.newsletter.start("send", "2026-4", "--yes",
                                          output=output) as sender:
                wait_until(lambda: "no mail server answers" in written(output))
                sender.kill()
                said = written(output)
        self.assertIn("no mail server answers", said)
        self.assertNotIn("sending goes on over", said)

    def test_hung_up_on_after_nothing_but_refusals(self):
        self.newsletter.add_readers(40)
        with Fake(refuse_until=3) as fake:
            self.use((fake.port, "sessions: 1"))
            self.send()
        self.assertEqual(self.states(), {"refused": 40})

    def test_who_fits_no_relay_is_refused_alone(self):
        """The one is too small, the other takes no such letters."""
        self.add("åsa@grev.example",
                 *(f"r{i}@grev.example" for i in range(9)))
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
        self.add("åsa@grev.example", "örjan@grev.example")
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

    def test_what_is_put_off_does_not_count_for_the_day(self):
        self.newsletter.add_readers(10)
        with Fake(replies={"RCPT": ["450 4.2.2 full"] * 5}) as fake:
            self.use((fake.port, "rate: 5/day\n    sessions: 1"))
            self.send()
        self.assertEqual(self.states(), {"accepted": 5, "deferred": 5})

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


if __name__ == "__main__":
    main()
