"""What is told of mails that came back, scored.

own     our own mails (mails/), each with what is to be told of it
odd     Python's odd messages (Debian's libpython3.11-testsuite): told as
        something, and none as dead
corpus  other people's bounces (Debian's python3-flufl.bounce): how many are
        told as bounce or delay, whose recipients are found, and which may not
        count against a reader
sisimai a second opinion on the class; each disagreement is explained in
        disagreements.txt

A part whose package is missing is skipped, and said so.
"""

import json
import pathlib
import subprocess
import sys
import types

HERE = pathlib.Path(__file__).parent
CORPUS = pathlib.Path(
    '/usr/lib/python3/dist-packages/flufl/bounce/tests/data')
ODD = pathlib.Path('/usr/lib/python3.11/test/test_email/data')
TOLD = {'bounce', 'delay'}
# Full mailboxes, refusals that are meant for the sender, trouble on the way,
# delays: never hard.
NEVER_HARD = '''
    aol_01 bounce_01 bounce_03 dsn_01 dsn_02 dsn_03 dsn_04 dsn_05 dsn_06
    dsn_07 dsn_08 dsn_09 dsn_17 dumbass_01 hotpop_01 newmailru_01 netscape_01
    postfix_02 postfix_03 postfix_04 postfix_05 qmail_02 qmail_06 qmail_07
    sendmail_01 simple_02 simple_03 simple_07 simple_09 simple_14 simple_18
    simple_21 simple_22 simple_28 simple_32 simple_35 simple_38 simple_40
    simple_42 simple_44 smtp32_01 smtp32_02 yahoo_01 yahoo_02 yahoo_04
'''.split()
# Surely gone: a reader that does not exist.
HARD = '''
    dsn_11 dsn_12 dsn_13 dsn_14 dsn_15 dsn_18 exim_01 microsoft_01
    microsoft_02 qmail_03 qmail_04 qmail_05 simple_04 simple_05 simple_08
    simple_11 simple_12 simple_15 simple_19 simple_29 simple_30 simple_34
    simple_39 smtp32_04 smtp32_06 yahoo_03 yahoo_11 yahoo_13
'''.split()
# What stands in the corpus and is no bounce.
NO_BOUNCE = {'groupwise_03.txt', 'qmail_08.txt'}


def classify(program, files):
    out = subprocess.run([program, *map(str, files)], check=True,
                         stdout=subprocess.PIPE).stdout
    told = {}
    for line in out.decode('utf-8').splitlines():
        one = json.loads(line)
        told.setdefault(pathlib.Path(one['file']).name, []).append(one)
    return told


def score_own(program):
    files = sorted((HERE / 'mails').glob('*.eml'))
    told = classify(program, files)
    lines = (HERE / 'mails' / 'expected.jsonl').read_text().splitlines()
    wanted = {}
    for line in filter(None, lines):
        one = json.loads(line)
        wanted.setdefault(one.pop('file'), []).append(one)
    failures = 0
    for name in sorted(set(told) | set(wanted)):
        got = told.get(name, [])
        want = wanted.get(name, [])
        short = [{key: one.get(key) for key in w}
                 for one, w in zip(got, want)]
        if len(got) != len(want) or short != want:
            failures += 1
            print(f'  {name}: told {short or got}\n    wanted {want}')
    kinds = {one['kind'] for lines in told.values() for one in lines}
    print(f'own: {len(files)} mails of {len(kinds)} kinds, {failures} wrong')
    return failures == 0


def score_odd(program):
    files = sorted(ODD.glob('msg_*.txt'))
    told = classify(program, files)
    hard = [name for name, lines in told.items()
            if any(one['verdict'] == 'hard' for one in lines)]
    print(f'odd: {len(files)} mails, {len(told)} told, {len(hard)} hard')
    return len(told) == len(files) and not hard


def expected():
    """Of each file: all addresses that any detector of flufl's is to find."""
    # Its table stands in a plug-in for a test runner that we do not need.
    for name, member in [('nose2', None), ('nose2.events', 'Plugin'),
                         ('pkg_resources', 'resource_stream')]:
        module = sys.modules.setdefault(name, types.ModuleType(name))
        if member:
            setattr(module, member, object)
    from flufl.bounce.testing.helpers import DATA
    files = {path.name: set() for path in CORPUS.glob('*.txt')}
    for row in DATA:
        files[row[1]] |= {address.decode() for address in row[2]}
    return files


def check_verdicts(told):
    failures = 0
    for name, want in [(n, False) for n in NEVER_HARD] + [
            (n, True) for n in HARD]:
        for one in told[name + '.txt']:
            if (one['verdict'] == 'hard') != want:
                failures += 1
                print(f'  {name}: {one["verdict"]} ({one["reason"]}): '
                      f'{one["evidence"]}')
    return failures


def score_corpus(told):
    files = expected()
    bounces = [name for name in files if name not in NO_BOUNCE]
    missed = [name for name in bounces if told[name][0]['kind'] not in TOLD]
    false = [name for name in NO_BOUNCE if told[name][0]['kind'] in TOLD]
    right = wrong = total = 0
    for name, want in sorted(files.items()):
        is_told = told[name][0]['kind'] in TOLD
        got = {one['address'] for one in told[name]
               if is_told and one['address']}
        right += len(want & got)
        wrong += len(got - want) if want else 0
        total += len(want)
        if want - got or (want and got - want):
            print(f'  recipients of {name}: {sorted(got)}, '
                  f'wanted {sorted(want)}')
    detected = 1 - len(missed) / len(bounces)
    found = right / total
    print(f'corpus: {len(bounces)} bounces, {detected:.1%} detected; '
          f'{total} recipients, {found:.1%} found, {wrong} wrong')
    for name in missed:
        print(f'  missed: {name} is told as {told[name][0]["kind"]}')
    for name in false:
        print(f'  {name} is no bounce')
    return (detected >= 0.99 and found >= 0.98 and wrong == 0 and not false
            and check_verdicts(told) == 0)


def class_of(one):
    """Sisimai knows no policy: what is not hard is soft."""
    if one['kind'] == 'delay':
        return 'delay'
    return 'soft' if one['verdict'] == 'policy' else one['verdict']


def disagreements():
    """Lines "FILE: OURS, THEIRS, WHY"."""
    rows = {}
    for line in (HERE / 'disagreements.txt').read_text().splitlines():
        if line and not line.startswith('#'):
            name, _, rest = line.partition(': ')
            ours, theirs, why = rest.split(', ', 2)
            assert why, line
            rows[name, ours, theirs] = why
    return rows


def score_sisimai(told):
    out = subprocess.run(
        ['perl', HERE / 'sisimai.pl', *sorted(CORPUS.glob('*.txt'))],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    explained, seen, failures, agreed = disagreements(), set(), 0, 0
    for line in out.decode('utf-8', 'replace').splitlines():
        name, address, reason, theirs = line.split('\t')
        ours = [class_of(one) for one in told[name]
                if (one['address'] or '').lower() == address.lower()]
        ours = ours[0] if ours else class_of(told[name][0])
        if ours == theirs:
            agreed += 1
        elif (name, ours, theirs) in explained:
            seen.add((name, ours, theirs))
        else:
            failures += 1
            print(f'  unexplained: {name}: {ours}, {theirs} ({reason}, '
                  f'{address})')
    for row in set(explained) - seen:
        failures += 1
        print(f'  explained, but agreed on: {row}')
    print(f'sisimai: {agreed} recipients of one mind, {len(seen)} mails '
          f'explained, {failures} not')
    return failures == 0


def has_sisimai():
    return subprocess.run(['perl', '-MSisimai', '-e1'], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def main():
    program = sys.argv[1]
    ok = score_own(program)
    if ODD.is_dir():
        ok &= score_odd(program)
    else:
        print('SKIPPED: odd mails; install libpython3.11-testsuite')
    if not CORPUS.is_dir():
        print('SKIPPED: the corpus and Sisimai; install python3-flufl.bounce')
        return 77 if ok else 1
    told = classify(program, sorted(CORPUS.glob('*.txt')))
    ok &= score_corpus(told)
    if not has_sisimai():
        print('SKIPPED: Sisimai; install libsisimai-perl')
        return 77 if ok else 1
    ok &= score_sisimai(told)
    return 0 if ok else 1


if __name__ == '__main__':
    sys.exit(main())
