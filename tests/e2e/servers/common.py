"""What the servers share."""
import os
import pwd
import shutil
import socket
import subprocess
import time

# Root hands the mailboxes to a user of their own, as mail servers want.
USER = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.getuid())


class Missing(Exception):
    """A program or right that the test needs is not there: skip it."""


def need(program):
    path = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if not path:
        raise Missing(f"{program} is not installed")
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(what, check, seconds=30):
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s in vain until {what}")
        time.sleep(0.05)


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as s:
            return bool(s.recv(1))
    except OSError:
        return False


def make_maildir(path):
    for folder in (path, *(os.path.join(path, f) for f in ("cur", "new", "tmp"))):
        os.makedirs(folder, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, USER.pw_uid, USER.pw_gid)


def make_certificate(folder, name="localhost"):
    """A certificate for localhost that signs itself: (certificate, key)."""
    certificate = os.path.join(folder, "certificate.pem")
    key = os.path.join(folder, "key.pem")
    subprocess.run(
        [need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout", key,
         "-out", certificate, "-subj", f"/CN={name}", "-addext",
         f"subjectAltName=DNS:{name}"], check=True, capture_output=True)
    return certificate, key
