"""Usage: forward.py FORWARD_MAIL

Pass on the odd mails of Python's own tests, real bounces, and a few of ours:
each must come back out of the letter to the octet.
"""
import base64
import email
import email.policy
import glob
import os
import subprocess
import sys
import tempfile

STRICT = email.policy.default.clone(raise_on_defect=True)
ODD = [
    "/usr/lib/python3.11/test/test_email/data/*.txt",
    "/usr/lib/python3/dist-packages/flufl/bounce/tests/data/*.txt",
]
OURS = {
    "empty": b"",
    "no-header": b"\r\n\r\nHej\r\n",
    "dots": b"Subject: x\r\n\r\n.\r\n..\r\n.x\r\n",
    "eight": "Subject: å\r\n\r\nHej då\r\n".encode(),
    "nul": b"Subject: x\r\n\r\na\0b\r\n",
    "bare-cr": b"Subject: x\r\n\r\na\rb\r\n",
    "mixed": b"Subject: x\r\n\r\na\nb\r\n",
    "lf": b"Subject: x\n\na\nb",
    "long": b"Subject: x\r\n\r\n" + b"y" * 999 + b"\r\n",
    "last": b"Subject: x\r\n\r\n" + b"y" * 998,
    "all-octets": bytes(range(256)) * 40,
    "boundary": b"Subject: x\r\n\r\n--=_" + b"0" * 32 + b"--\r\n",
}


def wanted(original):
    """As on the wire."""
    return original if b"\r" in original else original.replace(b"\n", b"\r\n")


def look_at_lines(raw):
    assert raw.isascii() and raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    for line in lines:
        assert b"\r" not in line and b"\n" not in line and b"\0" not in line
        assert len(line) <= 998 and not line.startswith(b"."), line


def attachment(raw):
    """(type, octets) of it, found by nothing but the boundary."""
    header = email.message_from_bytes(raw.partition(b"\r\n\r\n")[0] +
                                      b"\r\n\r\n", policy=email.policy.default)
    assert header.get_content_type() == "multipart/mixed"
    assert header["Auto-Submitted"] == "auto-generated"
    assert header["X-Brevduva-Forward"] == "1"
    assert header["Reply-To"] == "asa.lindstrom@lasare.example"
    assert header["Subject"] == "Re: Höstens möten"
    mark = b"\r\n--" + header.get_boundary().encode()
    parts = raw.split(mark)
    assert len(parts) == 4 and parts[3] == b"--\r\n", len(parts)
    text = email.message_from_bytes(parts[1].removeprefix(b"\r\n"),
                                    policy=STRICT)
    assert "Åsa Lindström" in text.get_content()
    head, _, octets = parts[2].removeprefix(b"\r\n").partition(b"\r\n\r\n")
    head = email.message_from_bytes(head + b"\r\n\r\n", policy=STRICT)
    assert head.get_filename() == "original.eml"
    if head["Content-Transfer-Encoding"] == "base64":
        assert head.get_content_type() == "application/octet-stream"
        octets = base64.b64decode(octets.replace(b"\r\n", b""), validate=True)
    else:
        assert head["Content-Transfer-Encoding"] == "7bit"
    return head.get_content_type(), octets


def main():
    program = sys.argv[1]
    files = [file for pattern in ODD for file in sorted(glob.glob(pattern))]
    if not files:
        print("SKIPPED: Python's test mails are not installed",
              file=sys.stderr)
    counts = {}
    with tempfile.TemporaryDirectory(prefix="brevduva-forward-") as folder:
        for name, octets in OURS.items():
            files.append(os.path.join(folder, f"ours-{name}"))
            with open(files[-1], "wb") as file:
                file.write(octets)
        subprocess.run([program, folder, *files], check=True)
        for name in files:
            with open(name, "rb") as file:
                original = file.read()
            with open(os.path.join(folder, os.path.basename(name) + ".eml"),
                      "rb") as file:
                raw = file.read()
            look_at_lines(raw)
            if not original:
                assert b"multipart" not in raw
                continue
            kind, octets = attachment(raw)
            assert octets == wanted(original), name
            counts[kind] = counts.get(kind, 0) + 1
    print(counts)
    assert len(counts) == 2


main()
