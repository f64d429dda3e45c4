"""Postfix that delivers everything for .example into one Maildir.

Delivered-To says for whom each message was. With `dovecot` it offers
STARTTLS and takes mail only after a log-in that Dovecot approves.
"""
import os
import re
import subprocess
import tempfile

from .common import (USER, Missing, answers, free_port, make_certificate,
                     make_maildir, need, wait_until)

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60    1 pickup
cleanup   unix n - n -     0 cleanup
qmgr      unix n - n 300   1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n -     - trivial-rewrite
bounce    unix - - n -     0 bounce
defer     unix - - n -     0 bounce
trace     unix - - n -     0 bounce
verify    unix - - n -     1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n -     - proxymap
smtp      unix - - n -     - smtp
relay     unix - - n -     - smtp
error     unix - - n -     - error
retry     unix - - n -     - error
discard   unix - - n -     - discard
virtual   unix - n n -     - virtual
anvil     unix - - n -     1 anvil
scache    unix - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = postfix.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_transport = error:no local mail
default_transport = error:nothing leaves this machine
smtputf8_enable = yes
virtual_mailbox_domains = regexp:{folder}/domains
virtual_mailbox_maps = regexp:{folder}/mailboxes
virtual_mailbox_base = /
virtual_mailbox_limit = 0
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = {uid}
transport_maps = regexp:{folder}/transports
"""

SECURE = """
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth_socket}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
"""


class Postfix:
    def __init__(self, maildir, dovecot=None, unknown=None, settings="",
                 mailboxes=(), transports=()):
        """unknown: users that do not exist, a regular expression; settings:
        more lines for main.cf; mailboxes: (pattern, Maildir) of addresses that
        have one of their own; transports: (pattern, port) of those that another
        server takes."""
        self.maildir = maildir
        self.dovecot = dovecot
        self.unknown = unknown
        self.settings = settings
        self.mailboxes = mailboxes
        self.transports = transports
        self.port = free_port()
        self.certificate = None

    def __enter__(self):
        if os.geteuid() != 0:
            raise Missing("Postfix can only be started by root")
        self.temporary = tempfile.TemporaryDirectory(prefix="brevduva-postfix-")
        self.folder = self.temporary.name
        os.chmod(self.folder, 0o755)
        for maildir in (self.maildir, *(m for _, m in self.mailboxes)):
            make_maildir(maildir)
        self._configure()
        self._run("start")
        wait_until("Postfix answers", lambda: answers(self.port))
        return self

    def __exit__(self, *_):
        self._run("stop")
        self.temporary.cleanup()

    def _configure(self):
        values = {"folder": self.folder, "port": self.port,
                  "uid": USER.pw_uid, "gid": USER.pw_gid}
        main = MAIN + self.settings
        if self.dovecot:
            main += SECURE
            self.certificate, key = make_certificate(self.folder)
            values.update(certificate=self.certificate, key=key,
                          auth_socket=self.dovecot.auth_socket)
        self._write("main.cf", main.format(**values))
        self._write("master.cf", MASTER.format(**values))
        self._write("domains", r"/^(.+\.)?example$/ here" "\n")
        known = f"!/{self.unknown}/" if self.unknown else "/^/"
        own = "".join(f"/{pattern}/ {maildir}/\n"
                      for pattern, maildir in self.mailboxes)
        self._write("mailboxes", f"{own}{known} {self.maildir}/\n")
        self._write("transports", "".join(
            f"/{pattern}/ smtp:[127.0.0.1]:{port}\n"
            for pattern, port in self.transports))
        for name in ("queue", "data"):
            os.mkdir(os.path.join(self.folder, name))
        subprocess.run(["chown", "postfix", f"{self.folder}/data"], check=True)

    def _write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def _run(self, verb):
        done = subprocess.run([need("postfix"), "-c", self.folder, verb],
                              capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"postfix {verb}: {done.stderr}{self.log()}")

    def log(self):
        try:
            with open(f"{self.folder}/mail.log", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def queue_ids(self):
        """Every message it ever took: {queue id: envelope recipient}."""
        found = re.findall(r"virtual\[\d+\]: (\w+): to=<([^>]*)>.*status=sent",
                           self.log())
        return dict(found)

    def wait_for(self, count):
        """Wait until so many messages are in the Maildir."""
        new = os.path.join(self.maildir, "new")
        wait_until(f"{count} messages are delivered",
                   lambda: len(os.listdir(new)) >= count, 120)
