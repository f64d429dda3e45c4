"""Signing up, as everybody sees it: screens of all sizes, light and dark.

Usage: signup_looks.py BREVDUVA [STORY...]
"""
from looks import look
from served import Served, main

ANNA = "anna@skogsvik.example"


def looks_well(program):
    with Served(program) as site:
        one = site.get("/subscribe?lang=sv")
        site.run("list", "add", "kurser", "--title", "Kurser", "--language",
                 "en", "--description", "What we learn together")
        pages = {"one": one, "many": site.get("/subscribe?lang=en"),
                 "wrong": site.sign_up("x", list="no", name="n" * 300),
                 "sent": site.sign_up(ANNA, list="kurser", name="Anna"),
                 "embed": site.get("/embed")}
        site.deliver()
        mail = site.mail_to(ANNA)[0]
        pages["confirm"] = site.get(mail.link("/c/"))
        pages["stop"] = site.get(mail.link("/stop/"))
        pages["done"] = site.post(mail.link("/c/"))
        pages["over"] = site.get(mail.link("/c/"))
        pages["stopped"] = site.post(mail.link("/stop/"))
        pages["bad"] = site.get("/c/AAAA")
        look(site, pages)


main(looks_well)
