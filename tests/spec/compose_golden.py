"""Every golden letter is valid mail and says the same in both parts.

usage: compose_golden.py PROGRAM
"""
import sys
from pathlib import Path

import letters

folder = Path(__file__).parent.parent / "golden"
cases = [path for path in sorted(folder.iterdir())
         if (path / "issue.md").exists() and
         not (path / "expected.err").exists()]
jobs = [{"issue": (path / "issue.md").read_bytes().decode(),
         "name": "Anna Åberg", "email": "anna@b.example",
         "attributes": {"ort": "Örebro & \"Kumla\"", "medlem": ""}}
        for path in cases]
for path, answer in zip(cases, letters.ask(sys.argv[1], jobs)):
    if "error" in answer:
        letters.fail(path.name, answer["error"])
    else:
        letters.check_letter(path.name, answer["eml"])
letters.finish(len(cases), 8)
