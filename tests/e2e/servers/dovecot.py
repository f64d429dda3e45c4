"""Dovecot: IMAP over one Maildir, and log-ins for Postfix.

The user is "alla", the password below; IMAP with TLS by a certificate that
signs itself.
"""
import imaplib
import os
import ssl
import subprocess
import tempfile

from .common import (USER, answers, free_port, make_certificate, make_maildir,
                     need, wait_until)

PASSWORD = "hönö-pölsa-7"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_uid = {uid}
mail_gid = {gid}
mail_location = maildir:{maildir}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
"""


class Dovecot:
    def __init__(self, maildir):
        self.maildir = maildir
        self.port = free_port()
        self.imaps_port = free_port()

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="brevduva-dovecot-")
        self.folder = self.temporary.name
        os.chmod(self.folder, 0o755)
        make_maildir(self.maildir)
        self.certificate, key = make_certificate(self.folder)
        self.auth_socket = f"{self.folder}/auth"
        root = os.geteuid() == 0
        with open(f"{self.folder}/dovecot.conf", "w") as file:
            file.write(CONFIG.format(
                folder=self.folder, maildir=self.maildir, port=self.port, imaps=self.imaps_port,
                password=PASSWORD, certificate=self.certificate, key=key,
                uid=USER.pw_uid, gid=USER.pw_gid,
                internal="dovecot" if root else USER.pw_name,
                internal_group="dovecot" if root else USER.pw_gid,
                login="dovenull" if root else USER.pw_name))
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.temporary.cleanup()

    def start(self):
        self.process = subprocess.Popen(
            [need("dovecot"), "-F", "-c", f"{self.folder}/dovecot.conf"])
        wait_until("Dovecot answers", lambda: answers(self.port))

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def fetch_all(self):
        """Every message of the mailbox, as bytes, over IMAP with TLS."""
        trust = ssl.create_default_context(cafile=self.certificate)
        with imaplib.IMAP4("localhost", self.port) as imap:
            imap.starttls(trust)
            imap.authenticate("PLAIN", lambda _:
                              b"\0alla\0" + PASSWORD.encode())
            _, (count,) = imap.select("INBOX", readonly=True)
            if int(count) == 0:
                return []
            _, answer = imap.fetch("1:*", "(BODY.PEEK[])")
            return [item[1] for item in answer if isinstance(item, tuple)]
