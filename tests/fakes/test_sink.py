"""The sink tells the truth: test_sink.py SINK

What it says it took, it took; what a right client never does, it counts.
"""
import json
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

SINK = sys.argv.pop(1)
BODY = b"Message-ID: <%d@brev.example>\r\nSubject: x\r\n\r\nHej\r\n"


class Sink:
    def __init__(self, *options):
        self.process = subprocess.Popen([SINK, "--count", *options],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), 10)
        stream = connection.makefile("rb")
        stream.readline()
        return connection, stream

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=10)
        assert self.process.returncode == 0
        return json.loads(out.splitlines()[-1])


def codes(stream, count):
    return [int(stream.readline()[:3]) for _ in range(count)]


class TestSink(unittest.TestCase):
    def test_pipelined_with_the_next_envelope_behind_the_dot(self):
        envelope = b"MAIL FROM:<a@x.example>\r\nRCPT TO:<%d@x.example>\r\n" \
                   b"DATA\r\n"
        with Sink() as sink:
            connection, stream = sink.connect()
            connection.sendall(envelope % 0)
            self.assertEqual(codes(stream, 3), [250, 250, 354])
            for n in range(1, 4):
                connection.sendall(BODY % n + b"..dot\r\n.\r\n" + envelope % n)
                self.assertEqual(codes(stream, 4), [250, 250, 250, 354])
            connection.sendall(b".\r\nQUIT\r\n")
            self.assertEqual(codes(stream, 2), [250, 221])
            self.assertEqual(stream.readline(), b"")
            count = sink.stop()
        self.assertEqual((count["messages"], count["errors"]), (4, 0))
        self.assertEqual(count["octets"],
                         sum(len(BODY % n) + 7 for n in range(1, 4)))

    def test_octet_by_octet(self):
        said = b"MAIL FROM:<>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n" + \
            BODY % 1 + b".\r\nMAIL FROM:<>\r\nRCPT TO:<c@x.example>\r\n" \
            b"BDAT 4\r\na\r\n." b"BDAT 0 LAST\r\nNOOP\r\n"
        with Sink() as sink:
            connection, stream = sink.connect()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for i in range(len(said)):
                connection.sendall(said[i:i + 1])
            self.assertEqual(codes(stream, 9),
                             [250, 250, 354, 250, 250, 250, 250, 250, 250])
            count = sink.stop()
        self.assertEqual((count["messages"], count["errors"]), (2, 0))
        self.assertEqual(count["octets"], len(BODY % 1) + 4)

    def test_what_is_refused_stays_refused(self):
        def refused(*options):
            with Sink("--refuse-percent", "10", *options) as sink:
                with smtplib.SMTP("127.0.0.1", sink.port) as client:
                    client.ehlo()
                    client.mail("a@x.example")
                    got = [client.rcpt(f"{n}@x.example")[0] == 550
                           for n in range(2000)]
                count = sink.stop()
            self.assertEqual(count["refused"], sum(got))
            self.assertEqual(count["errors"], 0)
            return got

        first = refused()
        self.assertTrue(150 < sum(first) < 250, sum(first))
        self.assertEqual(first, refused())
        clumps = refused("--refuse-clumps")
        self.assertTrue(100 < sum(clumps) < 300, sum(clumps))
        for i in range(0, 2000, 20):
            self.assertEqual(len(set(clumps[i:i + 20])), 1)

    def test_bdat_behind_a_refused_recipient_is_swallowed(self):
        with Sink("--refuse-percent", "100") as sink:
            connection, stream = sink.connect()
            connection.sendall(b"MAIL FROM:<>\r\nRCPT TO:<b@x.example>\r\n"
                               b"BDAT 6 LAST\r\nQUIT\r\nRSET\r\n")
            self.assertEqual(codes(stream, 4), [250, 550, 554, 250])
            count = sink.stop()
        self.assertEqual((count["messages"], count["errors"]), (0, 0))

    def test_errors_are_counted(self):
        with Sink("--no-pipelining", "--no-chunking") as sink:
            connection, stream = sink.connect()
            connection.sendall(b"EHLO x\r\n")
            offers = b"".join(stream.readline() for _ in range(5))
            self.assertNotIn(b"PIPELINING", offers)
            self.assertNotIn(b"CHUNKING", offers)
            connection.sendall(b"MAIL FROM:<>\r\nMAIL FROM:<>\r\nDATA\r\n")
            self.assertEqual(codes(stream, 3), [250, 503, 503])
            self.assertEqual(sink.stop()["errors"], 4)

    def test_record_stands_before_the_reply(self):
        with tempfile.TemporaryDirectory() as folder:
            record = os.path.join(folder, "record")
            with Sink("--record", record) as sink:
                with smtplib.SMTP("127.0.0.1", sink.port) as client:
                    for n in range(3):
                        client.sendmail("a@x.example", [f"{n}@x.example"],
                                        BODY % n + b"x" * 100000)
                        with open(record, encoding="ascii") as lines:
                            self.assertEqual(lines.readlines()[n],
                                             f"{n}@brev.example "
                                             f"{n}@x.example\n")

    def test_delay_is_shared_by_what_is_sent_together(self):
        with Sink("--delay-ms", "50") as sink:
            connection, stream = sink.connect()
            start = time.monotonic()
            connection.sendall(b"NOOP\r\n" * 20)
            codes(stream, 20)
            together = time.monotonic() - start
            for _ in range(4):
                connection.sendall(b"NOOP\r\n")
                codes(stream, 1)
            apart = time.monotonic() - start - together
        self.assertTrue(0.05 <= together < 0.1, together)
        self.assertTrue(apart >= 0.2, apart)

    def test_starttls(self):
        with tempfile.TemporaryDirectory() as folder:
            key, cert = os.path.join(folder, "key"), os.path.join(folder, "crt")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec",
                            "-pkeyopt", "ec_paramgen_curve:prime256v1",
                            "-nodes", "-subj", "/CN=localhost",
                            "-keyout", key, "-out", cert],
                           check=True, stderr=subprocess.DEVNULL)
            with Sink("--tls", cert, key) as sink:
                with smtplib.SMTP("127.0.0.1", sink.port) as client:
                    context = ssl.create_default_context(cafile=cert)
                    context.check_hostname = False
                    client.starttls(context=context)
                    self.assertFalse(client.has_extn("starttls"))
                    client.sendmail("a@x.example", ["b@x.example"],
                                    BODY % 1 + b"x\r\n" * 200000)
                count = sink.stop()
            self.assertEqual((count["messages"], count["errors"]), (1, 0))


if __name__ == "__main__":
    unittest.main()
