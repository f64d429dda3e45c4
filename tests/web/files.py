"""Pictures and attachments: in the letter, asked for by it, on the web.

Usage: files.py BREVDUVA [STORY...]
"""
import os
import re
import shutil
import struct
import zlib

from served import (BASE, Served, checked, looked_at_served, main, write_issue)

ANNA = "anna.andersson@skogsvik.example"
BO = "bo.text@skogsvik.example"
SECRET = b"KAMERANS HEMLIGHET"
NAME = "Dagordning åäö – \"mötet\".pdf"
PDF = b"%PDF-1.4\nInget mer.\n"


def picture(width, height):
    """A PNG with a secret in it: stripes, in a few octets."""
    rows = b"".join(b"\0" + bytes((200, y % 256, 60)) * width
                    for y in range(height))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data +
        struct.pack(">I", zlib.crc32(name + data)) for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"tEXt", b"Author\0" + SECRET), (b"IDAT", zlib.compress(rows)),
            (b"IEND", b"")))


def size_of(data):
    assert data.startswith(b"\x89PNG"), data[:20]
    return struct.unpack(">II", data[16:24])


def put(site, slug, name, data):
    path = os.path.join(site.folder, "issues", slug, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def pictures_are_asked_for(program):
    """By an address that is the same for all, and stays when all else goes."""
    with Served(program, "images=serve") as site:
        for address in (ANNA, BO):
            site.subscribe(address)
        write_issue(site, "bild", "![En ort](ort.png)\n\nNågot att läsa.\n",
                    archive="off")
        put(site, "bild", "ort.png", picture(1500, 400))
        serve = ("--set", "images=serve")
        html = site.run(*serve, "render", "bild")
        assert "multipart/related" not in html and "cid:" not in html
        assert not site.query("SELECT * FROM letter_file")
        site.run(*serve, "test", "bild", "redaktionen@skogsvik.example")
        tested = site.mail_to("redaktionen@")[0].html
        site.run(*serve, "send", "bild", "--yes")
        pages = [m.html for m in site.mails()]
        assert len(pages) == 3
        found = {re.search(r'<img [^>]*src="([^"]*)"', p)[1] for p in pages}
        assert len(found) == 1, found
        path = found.pop().removeprefix(BASE)
        assert re.fullmatch(r"/i/[0-9a-f]{32}\.png", path), path
        assert 'width="536" height="143"' in tested
        shutil.rmtree(os.path.join(site.folder, "issues"))
        shutil.rmtree(os.path.join(site.folder, "cache"))
        got = site.get(path)
        assert (got.status, size_of(got.bytes)) == (200, (1072, 286))
        assert SECRET not in got.bytes
        for name, value in (
                ("Content-Type", "image/png"),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "public, max-age=31536000, immutable"),
                ("Cross-Origin-Resource-Policy", "cross-origin")):
            assert got.headers[name] == value, (name, got.headers[name])
        assert "Set-Cookie" not in got.headers
        again = site.get(path, If_None_Match=got.headers["ETag"])
        assert (again.status, again.bytes) == (304, b"")
        assert site.request("HEAD", path).status == 200
        assert site.post(path, {"a": "b"}).status == 405
        for odd in ("/i/", "/i/x", path[:-4], path + "x", path.upper(),
                    path.replace("/i/", "/i/.."), "/i/%00", "/i/" + "a" * 999):
            assert site.get(odd).status == 404, odd
        assert site.get("/archive/bild").status == 404
        site.stop()
        assert any("GET /i/:name 200" in line for line in site.lines)
        assert not any(path in line for line in site.lines)


def pictures_come_along(program):
    """Made once; the folder of those that were may go at any time."""
    with Served(program) as site:
        site.subscribe(ANNA)
        write_issue(site, "bild", "![En ort](ort.png)\n\nNågot att läsa.\n")
        put(site, "bild", "ort.png", picture(1500, 400))
        first = site.run("render", "bild")
        assert "Content-ID" in first and "/i/" not in first
        folder = os.path.join(site.folder, "cache/pictures")
        (name,) = os.listdir(folder)
        kept = os.path.join(folder, name)
        with open(kept, "rb") as file:
            data = file.read()
        mark = first[:first.index("Date:")], first[first.index("MIME-V"):]

        def is_the_same():
            mail = site.run("render", "bild")
            assert (mail[:mail.index("Date:")],
                    mail[mail.index("MIME-V"):]) == mark
        is_the_same()
        for damage in (b"", b"BDP1 0", data[:-1], data[:-1] + b"x",
                       data[:70] + b"1" + data[71:], os.urandom(1000)):
            with open(kept, "wb") as file:
                file.write(damage)
            is_the_same()
            with open(kept, "rb") as file:
                assert file.read() == data
        shutil.rmtree(os.path.join(site.folder, "cache"))
        is_the_same()
        shutil.rmtree(os.path.join(site.folder, "cache"))
        with open(os.path.join(site.folder, "cache"), "wb"):
            pass  # a file stands in the way: nothing can be kept
        is_the_same()
        site.send("bild")
        path = re.search(r'src="(/archive/bild/files/[^"]*)"',
                         site.get("/archive/bild").body)[1]
        got = site.get(path).bytes
        assert size_of(got) == (1072, 286) and SECRET not in got
        put(site, "bild", "ort.png", picture(40000, 1))
        said = site.try_run("check", "bild")
        assert "issues/bild.md:4:1: ort.png: the picture has 40000 by" in said
        put(site, "bild", "ort.png", picture(90, 90)[:-30])
        assert "damaged or cut off" in site.try_run("check", "bild")


def attachments_of(mail):
    return {part.get_filename(): part.get_payload(decode=True)
            for part in mail.message.iter_attachments()}


def attachments_come_along(program):
    """Also to who reads text only; the web offers them if all may read."""
    with Served(program) as site:
        site.subscribe(ANNA)
        site.subscribe(BO)
        site.run("subscriber", "set", BO, "--text-only", "yes")
        write_issue(site, "bilaga", "Dagordningen är bifogad.\n",
                    attachments=[NAME, "mer/a.csv"])
        put(site, "bilaga", NAME, PDF)
        put(site, "bilaga", "mer/a.csv", "ort;år\nÖrebro;1\n".encode())
        said = site.run("check", "bilaga")
        assert "attachment-" not in said, said
        assert re.search(r"each copy has \d+ kB", said), said
        site.send("bilaga")
        for address in (ANNA, BO):
            mail = site.mail_to(address)[0]
            assert attachments_of(mail) == {
                NAME: PDF, "a.csv": "ort;år\nÖrebro;1\n".encode()}
            kinds = [p.get_content_type() for p in mail.message.walk()]
            want = ["multipart/mixed", "text/plain", "application/pdf",
                    "text/csv"]
            if address == ANNA:
                want[1:2] = ["multipart/alternative", "text/plain",
                             "text/html"]
            assert kinds == want, kinds
        page = site.get("/archive/bilaga")
        page.has("Bilagor", "Dagordning åäö – &quot;mötet&quot;.pdf", "a.csv",
                 "(1 kB)")
        checked([page.body])
        looked_at_served(site, "/archive/bilaga")
        links = re.findall(r'href="(/archive/bilaga/files/[^"]*)"', page.body)
        assert len(links) == 2
        for path, kind in zip(links, ("application/pdf", "text/csv")):
            got = site.get(path)
            assert got.headers["Content-Type"] == kind, got.headers
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            assert got.headers["Content-Disposition"].startswith("attachment;")
        assert got.headers["Content-Disposition"].endswith("''a.csv")
        assert site.get(links[0]).bytes == PDF
        site.run("archive", "export", "ut")
        out = os.path.join(site.folder, "ut/bilaga/files")
        assert len(os.listdir(out)) == 2
        site.run("archive", "set", "bilaga", "unlisted")
        site.get("/archive/bilaga").lacks("Bilagor", "Dagordning åäö")
        assert [site.get(p).status for p in links] == [404, 404]
        site.run("archive", "export", "ut")
        assert not os.path.exists(out)


def what_cannot_be_attached(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        for name, data, said in (
                ("a.exe", b"hej", "[attachment-program]"),
                ("a.txt", b"MZ\x90", "[attachment-program]"),
                ("a.pdf", b"hej", "[attachment-type]"),
                ("a.txt", b"x" * 2_200_000, "[attachment-large]"),
                ("a.txt", b"x" * 5_300_000, "issues/fel.md:3:15: with \"a.txt"),
                ("saknas.txt", None, "issues/fel.md:3:15: ")):
            write_issue(site, "fel", "Se bilagan.\n", attachments=[name])
            if data is not None:
                put(site, "fel", name, data)
            told = site.try_run("check", "fel")
            assert said in told, told
        write_issue(site, "fel", "Se bilagan.\n", attachments=["a.exe"])
        assert "attachment-program" in site.try_run("send", "fel", "--yes")
        assert not site.mail_to(ANNA)


if __name__ == "__main__":
    main(pictures_are_asked_for, pictures_come_along, attachments_come_along,
         what_cannot_be_attached)
