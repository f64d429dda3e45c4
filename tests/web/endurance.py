"""What the server must survive: slow clients, a stop, a kill, a lock, a full
disk.

Usage: endurance.py BREVDUVA [STORY...]
"""
import os
import random
import resource
import signal
import socket
import sqlite3
import threading
import time

import raw
from served import Served, main

STYLE = "/style.css"
SLOW = 1000
ROOM = 90_000  # octets that a file may grow to, on a full disk


def one_clicks(site, count):
    """Readers, and the one-click link of each."""
    readers = site.add_readers(count)
    site.send()
    links = {}
    for mail in site.mails():
        links[mail.to.split()[-1].strip("<>")] = mail.one_click()
    assert len(links) == len(readers) == count
    return links


def left_of(site):
    """Addresses that have left, as the database has them."""
    rows = site.run("export", "--state", "left", "--format", "csv")
    return {row.split(",")[0] for row in rows.splitlines()[1:]}


def click(port, link, timeout=60):
    body = b"List-Unsubscribe=One-Click"
    with raw.connect(port, timeout) as connection:
        raw.send(connection, raw.form(link, body))
        return raw.Answer(raw.read_all(connection))


def slow_clients(program):
    """A thousand of them, each dripping an octet a second: others are served
    before long, and the slow ones are gone in the end."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files[1] < SLOW + 100:
        print("SKIPPED: too few files may be open", flush=True)
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (files[1], files[1]))
    with Served(program) as site:
        line = f"GET {STYLE} HTTP/1.1\r\nHost: brev.example\r\nX: ".encode()
        slow = []
        for _ in range(SLOW):
            connection = raw.connect(site.port)
            connection.setblocking(False)
            slow.append(connection)
        stop = threading.Event()

        def drip():
            at = 0
            while not stop.wait(1):
                for connection in slow:
                    try:
                        connection.send(line[at:at + 1] or b"a")
                    except OSError:
                        pass
                at += 1
        dripper = threading.Thread(target=drip)
        dripper.start()
        try:
            assert site.get(STYLE).status == 200
            waits_for_end(slow)
        finally:
            stop.set()
            dripper.join()
            for connection in slow:
                connection.close()
        assert site.get(STYLE).status == 200


def waits_for_end(connections):
    """Every one of them is ended by the other side."""
    for connection in connections:
        connection.settimeout(60)
        raw.read_all(connection)


def slow_bodies_and_readers(program):
    with Served(program) as site:
        head = raw.request("POST", "/u/x", "Content-Length: 60000",
                           "Content-Type: application/x-www-form-urlencoded")
        slow = [raw.connect(site.port) for _ in range(20)]
        for connection in slow:
            raw.send(connection, head + b"a=")
        # asks for much and reads nothing
        deaf = raw.connect(site.port)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        keep = b"GET /style.css HTTP/1.1\r\nHost: x\r\n\r\n"
        deaf.settimeout(2)
        try:
            deaf.sendall(keep * 20000)
        except OSError:
            pass
        assert site.get(STYLE).status == 200
        waits_for_end(slow)
        for connection in slow + [deaf]:
            connection.close()
        assert site.get(STYLE).status == 200


def stops_in_grace(program):
    """What is under way is finished, idle connections do not delay it."""
    with Served(program) as site:
        link = next(iter(one_clicks(site, 1).values()))
        idle = [raw.connect(site.port) for _ in range(20)]
        for connection in idle[:10]:  # these have asked for something once
            raw.send(connection, b"GET /style.css HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(100000)
        body = b"List-Unsubscribe=One-Click"
        post = raw.form(link, body)
        with raw.connect(site.port) as connection, site.locked():
            raw.send(connection, post)
            site.waits_for_post()
            site.server.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert site.server.poll() is None, "did not wait for the post"
            site.unlock()
            assert raw.Answer(raw.read_all(connection)).status == 200
        assert site.ended() < 10
        for connection in idle:
            raw.read_all(connection)
            connection.close()
        try:
            raw.connect(site.port).close()
            raise AssertionError("it still listens")
        except OSError:
            pass
        assert len(left_of(site)) == 1


def stops_when_idle(program):
    with Served(program) as site:
        idle = raw.connect(site.port)
        half = raw.connect(site.port)
        raw.send(half, b"GET /style.css HTTP/1.1\r\nHost:")
        time.sleep(0.2)
        assert site.stop() < 8
        idle.close()
        half.close()


def locked_database(program):
    """A long import: pages go on, a post waits, then hears the truth."""
    with Served(program) as site:
        links = one_clicks(site, 8)
        page = next(iter(links.values()))
        with site.locked():
            answers = {}

            def ask(address, link):
                answers[address] = click(site.port, link)
            threads = [threading.Thread(target=ask, args=item)
                       for item in links.items()]
            for thread in threads:
                thread.start()
            for _ in range(5):
                assert site.get(page).status == 200
                assert site.get("/healthz").body == "ok\n"
            for thread in threads:
                thread.join()
            for answer in answers.values():
                assert answer.status == 503, answer.raw
                assert answer.header("Retry-After") == "10"
                assert b"<html" in answer.body
        assert left_of(site) == set()
        for link in links.values():
            assert click(site.port, link).status == 200
        assert left_of(site) == set(links)


def neighbours(program):
    """Posts that are answered together: one that fails undoes no other."""
    with Served(program) as site:
        links = one_clicks(site, 12)
        asked = list(links.values()) + [
            link[:-1] + ("A" if link[-1] != "A" else "B")
            for link in links.values()] + ["/nowhere", STYLE]
        random.shuffle(asked)
        answers = {}

        def ask(link):
            answers[link] = click(site.port, link).status
        threads = [threading.Thread(target=ask, args=(link,))
                   for link in asked]
        with site.locked():
            threads[0].start()
            site.waits_for_post()  # this one alone; the others together
            for thread in threads[1:]:
                thread.start()
            while site.metric("brevduva_http_posts_waiting") < len(asked) and \
                    not answers:  # a slow machine: they were refused by now
                time.sleep(0.02)
            site.unlock()
            for thread in threads:
                thread.join()
        for link, status in answers.items():
            if status == 503:  # as is right after ten seconds
                status = click(site.port, link).status
            wanted = (200 if link in links.values() else
                      {"/nowhere": 404, STYLE: 405}.get(link, 410))
            assert status == wanted, (link, status)
        assert left_of(site) == set(links)


def killed_during_posts(program):
    """Whoever was told that it is done has left; nothing is half done."""
    rounds = int(os.environ.get("BD_KILLS", "6"))
    with Served(program) as site:
        links = one_clicks(site, 40 * rounds)
        waiting = list(links.items())
        told = set()
        for _ in range(rounds):
            mine = [waiting.pop() for _ in range(40)]

            def ask(part):
                for address, link in part:
                    try:
                        if click(site.port, link, 10).status == 200:
                            told.add(address)
                    except OSError:
                        return
            threads = [threading.Thread(target=ask, args=(mine[i::4],))
                       for i in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(random.uniform(0, 0.15))
            site.kill()
            for thread in threads:
                thread.join()
            site.start()
        database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        # each who left has exactly one line in the ledger, others none
        halves = database.execute("""
            SELECT COUNT(*) FROM subscription s WHERE (s.state = 'left') <>
            (SELECT COUNT(*) FROM consent c WHERE
             c.subscriber_id = s.subscriber_id AND c.act = 'left')
            """).fetchone()
        database.close()
        assert halves == (0,), halves
        left = left_of(site)
        assert told <= left, told - left
        assert left, "killed too early to tell anything"


def full_disk(program):
    """Some posts fail: each hears what became of its own."""
    with Served(program) as site:
        links = one_clicks(site, 60)
        site.stop()
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
        try:
            site.start("--quiet")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        answers = {}

        def ask(part):
            for address, link in part:
                answers[address] = click(site.port, link).status
        items = list(links.items())
        threads = [threading.Thread(target=ask, args=(items[i::12],))
                   for i in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done = {address for address, status in answers.items()
                if status == 200}
        assert set(answers.values()) <= {200, 500, 503}, answers
        print(len(done), 'of', len(links), 'had room', flush=True)
        assert done == left_of(site)
        site.stop()
        site.start()
        for address in set(links) - done:
            assert click(site.port, links[address]).status == 200
        assert left_of(site) == set(links)


main(slow_clients, slow_bodies_and_readers, stops_in_grace, stops_when_idle,
     locked_database, neighbours, killed_during_posts, full_disk)
