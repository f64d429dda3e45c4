"""How pages look and read to everybody: Chromium with axe (axe.mjs) on large
and small screens, light and dark, and the W3C's checker.

    look(site, {"form": site.get("/subscribe"), "sent": page})

A page may also be the answer to a POST. What is not installed is skipped, and
says so.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
VNU = os.path.join(HERE, "../node_modules/vnu-jar/build/dist/vnu.jar")
QUICK_TO_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")
SKIPPED = 77
KEPT_HEADERS = ("Content-Security-Policy", "Referrer-Policy")


def _axe(site, pages, folder):
    rows = [{"name": name, "body": page.body,
             "url": f"http://127.0.0.1:{site.port}{page.path}",
             "headers": {k: page.headers[k] for k in KEPT_HEADERS
                         if k in page.headers}}
            for name, page in pages.items()]
    done = subprocess.run(["node", os.path.join(HERE, "axe.mjs"), folder, "-"],
                          input=json.dumps(rows), text=True,
                          capture_output=True)
    if done.returncode == SKIPPED:
        print(done.stderr, file=sys.stderr)
    else:
        assert done.returncode == 0, done.stderr


def _checker(pages, folder):
    if not os.path.exists(VNU) or not shutil.which("java"):
        print("SKIPPED: vnu-jar or Java is not installed", file=sys.stderr)
        return
    paths = []
    for name, page in pages.items():
        paths.append(os.path.join(folder, name + ".html"))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(page.body)
    done = subprocess.run(["java", *QUICK_TO_START, "-jar", VNU, *paths],
                          text=True, capture_output=True)
    assert done.returncode == 0 and not done.stderr, done.stderr


def look(site, pages):
    """Pictures stay in $LOOKS, if that is set."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.environ.get("LOOKS", temporary)
        os.makedirs(folder, exist_ok=True)
        _checker(pages, folder)
        _axe(site, pages, folder)
