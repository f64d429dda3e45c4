"""Usage: smtplib_threads.py PORT MESSAGES THREADS FILE

Python's smtplib, one session to a thread, the message built already. Prints
seconds.
"""
import smtplib
import sys
import threading
import time

PORT, MESSAGES, THREADS = map(int, sys.argv[1:4])
with open(sys.argv[4], "rb") as file:
    LETTER = file.read()


def send(numbers):
    with smtplib.SMTP("127.0.0.1", PORT) as client:
        for number in numbers:
            client.sendmail("bladet@hyttvik.example",
                            [f"reader.{number}@skogsvik.example"], LETTER)


threads = [threading.Thread(target=send,
                            args=(range(first, MESSAGES, THREADS),))
           for first in range(THREADS)]
start = time.monotonic()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(time.monotonic() - start)
