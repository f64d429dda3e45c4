"""The calendar of a letter with events, judged by icalendar: K1-K3.

usage: compose_calendar.py PROGRAM
"""
import sys
from pathlib import Path

try:
    import icalendar
except ImportError:
    print("SKIPPED: python3-icalendar is missing")
    sys.exit(77)
import letters

issue = (Path(__file__).parent.parent /
         "golden/block-events/issue.md").read_text()


def calendars(where, text):
    """Both copies, as octets with the line ends of mail."""
    answer = letters.ask(sys.argv[1], [
        {"issue": text, "name": "Anna", "email": "a@b.example",
         "attributes": {"ort": "Örebro"}}])[0]
    message = letters.parse(where, answer["eml"])
    parts = [p for p in message.walk()
             if p.get_content_type() == "text/calendar"]
    if len(parts) != 2 or parts[1].get_filename() != "hostens-moten.ics":
        letters.fail(where, "not one calendar and one file")
    for part in parts:
        if part["content-type"].params.get("method") != "PUBLISH":
            letters.fail(where, "the method is missing")
    return [part.get_payload(decode=True) for part in parts]


def events(where, raw):
    for line in raw.splitlines():
        if len(line) > 75:
            letters.fail(where, f"line of {len(line)} octets")
    calendar = icalendar.Calendar.from_ical(raw)
    zones = {str(z["TZID"]) for z in calendar.walk("VTIMEZONE")}
    found = calendar.walk("VEVENT")
    for part in calendar.walk():
        if part.errors:
            letters.fail(where, part.name, part.errors)
    for event in found:
        start = event["DTSTART"]
        if start.params.get("TZID") and start.params["TZID"] not in zones:
            letters.fail(where, f"no VTIMEZONE for {start.params['TZID']}")
        if not {"UID", "DTSTAMP", "SEQUENCE", "ORGANIZER"} <= set(event):
            letters.fail(where, "a property is missing")
    return found


first, second = calendars("golden", issue)
if first != second:
    letters.fail("golden", "the file differs from the calendar")
before = events("golden", first)
if len({str(e["UID"]) for e in before}) != 6:
    letters.fail("golden", "the UIDs are not six")
# K2: what is the same event has the same UID, whatever else changed
later = issue.replace("Folkets hus", "Biblioteket").replace("9.30", "10:00")
after = events("changed", calendars("changed", later)[0])
if [e["UID"] for e in before] != [e["UID"] for e in after]:
    letters.fail("changed", "a UID changed")
if before[0].decoded("DTSTART").utcoffset().total_seconds() != 7200:
    letters.fail("golden", "summer time is not told")
letters.finish(2, 2)
