#!/bin/sh
# Usage: threads.sh
# The engine's threads share only what they post to each other, the server's
# what they hand over: build both with ThreadSanitizer, and let one send to
# relays that do anything, and the other be asked, stopped and killed.
set -eu
cmake --preset threads
cmake --build --preset threads -j "$(nproc)" --target faults brevduva
build/threads/tests/reliability/faults --scripts 60 --jobs 2
/usr/bin/python3 tests/web/protocol.py build/threads/brevduva methods pipelined large_bodies
/usr/bin/python3 tests/web/operate.py build/threads/brevduva tells_figures serves_https_itself
/usr/bin/python3 tests/web/endurance.py build/threads/brevduva \
    slow_clients stops_in_grace locked_database killed_during_posts full_disk
