"""Leaving by the links of a letter.

Usage: unsubscribe.py BREVDUVA [STORY...]
"""
from served import Served, main

ANNA = "anna@skogsvik.example"


def leaves_by_one_button(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        link = site.mail_to(ANNA)[0].link("/u/")
        page = site.get(link).has("<button")
        page.lacks(ANNA)
        assert page.status == 200 and site.state(ANNA) == "active"
        assert site.post(link).status == 200
        assert site.state(ANNA) == "left"


def one_click_as_gmail_sends_it(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        link = site.mail_to(ANNA)[0].one_click()
        for _ in range(2):
            page = site.request(
                "POST", link, "List-Unsubscribe=One-Click",
                {"Content-Type": "application/x-www-form-urlencoded"})
            assert page.status == 200, page.body
        assert site.state(ANNA) == "left"


main(leaves_by_one_button, one_click_as_gmail_sends_it)
