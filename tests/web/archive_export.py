"""The archive as files that stand alone.

Usage: archive_export.py BREVDUVA [STORY...]
"""
import filecmp
import html.parser
import os
import re
import shutil
import urllib.parse
import xml.etree.ElementTree as xml

from served import BASE, Served, checked, looked_at, main, write_issue
from newsletter import find_issue

ANNA = "anna.andersson@skogsvik.example"
NAME = "Anna Påhittad"


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes
                       if name in ("href", "src", "action")]


def resolve(folder):
    """Every link of every page that is not to elsewhere finds its file."""
    count = 0
    for place, _, names in os.walk(folder):
        for name in filter(lambda n: n.endswith(".html"), names):
            links = Links()
            with open(os.path.join(place, name), encoding="utf-8") as file:
                links.feed(file.read())
            for link in links.found:
                if re.match(r"[a-z]+:|#", link):
                    continue
                path = os.path.join(place, urllib.parse.unquote(link))
                assert os.path.isfile(path), (name, link)
                count += 1
    assert count > 0


def same_trees(one, other):
    found = filecmp.dircmp(one, other, ignore=[])
    assert not (found.left_only + found.right_only + found.diff_files)
    for name in found.common_dirs:
        same_trees(os.path.join(one, name), os.path.join(other, name))


def export_stands_alone(program):
    with Served(program) as site:
        path, slug = find_issue()
        site.add_issue(path)
        site.subscribe(ANNA, "--name", NAME)
        write_issue(site, "bild", "Se ![kartan](k.png)\n", ["k.png"])
        write_issue(site, "hemligt", "Bara för medlemmar.\n",
                    archive="unlisted")
        write_issue(site, "borta", "Bara i brevet.\n", archive="off")
        for issue in (slug, "bild", "hemligt", "borta"):
            site.send(issue)
        site.run("archive", "export", "ut")
        site.run("archive", "export", "igen/")
        out = os.path.join(site.folder, "ut")
        same_trees(out, os.path.join(site.folder, "igen"))
        elsewhere = os.path.join(site.folder, "a b", "ö")
        shutil.copytree(out, elsewhere)
        resolve(elsewhere)
        with open(os.path.join(out, "index.html"), encoding="utf-8") as file:
            index = file.read()
        assert "hemligt" not in index and "borta" not in index
        assert "<form" not in index and f"{BASE}/subscribe" in index
        assert not os.path.exists(os.path.join(out, "borta"))
        pages = []
        for issue in (slug, "bild", "hemligt"):
            name = os.path.join(out, issue, "index.html")
            with open(name, encoding="utf-8") as file:
                pages.append(file.read())
            assert ANNA not in pages[-1] and NAME not in pages[-1]
            assert "<form" not in pages[-1] and "/tip" not in pages[-1]
        assert "noindex" in pages[2] and "noindex" not in pages[0]
        checked([index, *pages])
        for name in ("feed.xml", "sitemap.xml"):
            xml.parse(os.path.join(out, name))
        looked_at(os.path.join(out, "index.html"))
        looked_at(os.path.join(out, slug, "index.html"))


def export_replaces_only_its_own(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        out = os.path.join(site.folder, "ut")
        site.run("archive", "export", "ut", "--url", "https://a.example/b/")
        with open(os.path.join(out, "sitemap.xml"), encoding="utf-8") as file:
            assert "<loc>https://a.example/b/2026-4/</loc>" in file.read()
        site.run("archive", "set", "2026-4", "off")
        site.run("archive", "export", "ut")
        assert not os.path.exists(os.path.join(out, "2026-4"))
        with open(os.path.join(out, "CNAME"), "w", encoding="utf-8") as file:
            file.write("a.example")
        assert "CNAME" in site.try_run("archive", "export", "ut")
        assert os.path.exists(os.path.join(out, "index.html"))
        before = set(os.listdir(site.folder))
        for foreign in ("issues", "brevduva.yaml", "finns/inte/har", "."):
            said = site.try_run("archive", "export", foreign)
            assert "Wrote" not in said, said
        assert "https://" in site.try_run("archive", "export", "ny", "--url",
                                          "ftp://x")
        assert set(os.listdir(site.folder)) == before
        assert "--url" in site.try_run("--set", "web.base_url=", "archive",
                                       "export", "utan")
        assert not os.path.exists(os.path.join(site.folder,
                                               "utan/sitemap.xml"))
        resolve(os.path.join(site.folder, "utan"))


main(export_stands_alone, export_replaces_only_its_own)
