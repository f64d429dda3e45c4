"""The words that Sisimai knows of (Debian's libsisimai-perl), judged by us.

Its modules tell why a mail failed by phrases that were seen somewhere. They
are taken apart here and judged with a plain 550: words of full mailboxes,
policies and trouble may not condemn a reader; of those that say that there is
none, most should be known.
"""

import contextlib
import itertools
import pathlib
import re
import subprocess
import sys
import warnings

with warnings.catch_warnings():
    warnings.simplefilter('ignore')
    import sre_constants as sre
    import sre_parse

REASONS = pathlib.Path('/usr/share/perl5/Sisimai/Reason')
# How many of a module's phrases get that verdict, at least.
WANTED = {
    'UserUnknown': ('dead', 0.60),
    'HostUnknown': ('dead', 0.55),
    'MailboxFull': ('full', 0.90),
}
NEVER_DEAD = '''
    Blocked ContentError ExceedLimit Expired MailboxFull MesgTooBig
    NetworkError NoRelaying PolicyViolation Rejected SecurityError SpamDetected
    SystemError SystemFull TooManyConn VirusDetected
'''.split()


def texts_of(parsed):
    """Some text for each alternative of a regular expression."""
    pieces = [text_of(op, value) for op, value in parsed]
    return [''.join(p) for p in
            itertools.islice(itertools.product(*pieces), 200)]


def text_of(op, value):
    if op is sre.LITERAL:
        return [chr(value)]
    if op is sre.IN:
        kind, first = value[0]
        if kind is sre.LITERAL:
            return [chr(first)]
        return [chr(first[0])] if kind is sre.RANGE else ['x']
    if op is sre.BRANCH:
        return [text for branch in value[1] for text in texts_of(branch)]
    if op is sre.SUBPATTERN:
        return texts_of(value[-1])
    if op is sre.ATOMIC_GROUP:
        return texts_of(value)
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        low, _, inner = value
        once = texts_of(inner)
        return once if low else once[:1] + ['']
    if op is sre.AT:
        return ['']
    return ['x']


def phrases(module):
    source = (REASONS / (module + '.pm')).read_text()
    source = source.split('sub match', 1)[1].split('\nsub ', 1)[0]
    found = set()
    regexes = re.findall(r'qr\{(.*?)\n?\s*\}x', source, re.S)
    for regex in regexes + re.findall(r'qr/(.*?)/x?', source):
        with contextlib.suppress(re.error):  # Perl's, not Python's
            found.update(texts_of(sre_parse.parse(
                regex.replace(r'\z', r'\Z'), re.X)))
    for text in re.findall(r"^\s*'(.*)',?\s*$", source, re.M):
        found.add(text.replace("\\'", "'"))
    for text in re.findall(r'^\s*"(.*)",?\s*$', source, re.M):
        found.add(text)
    return sorted(text.strip() for text in found if len(text.strip()) > 5)


def judge(program, texts):
    lines = ''.join(f'550 {" ".join(t.split())}\n' for t in texts)
    out = subprocess.run([program], input=lines.encode(), check=True,
                         stdout=subprocess.PIPE).stdout.decode()
    return [line.split(' ', 1) for line in out.splitlines()]


def main():
    if not REASONS.is_dir():
        print('SKIPPED; install libsisimai-perl')
        return 77
    failures = 0
    verbose = '-v' in sys.argv
    for module in NEVER_DEAD:
        texts = phrases(module)
        dead = [t for t, (verdict, _) in zip(texts, judge(sys.argv[1], texts))
                if verdict == 'dead']
        print(f'{module}: {len(texts)} phrases, {len(dead)} condemn')
        for text in dead:
            print('  ' + text)
        failures += len(dead)
    for module, (want, share) in WANTED.items():
        texts = phrases(module)
        missed = [t for t, (verdict, _)
                  in zip(texts, judge(sys.argv[1], texts)) if verdict != want]
        known = 1 - len(missed) / len(texts)
        print(f'{module}: {len(texts)} phrases, {known:.0%} known')
        if verbose:
            print('  ' + '\n  '.join(missed))
        failures += known < share
    return 1 if failures else 0


sys.exit(main())
