#!/bin/sh
# Usage: threads.sh
# The engine's threads share only what they post to each other: build it with
# ThreadSanitizer and let it send to relays that do anything.
set -eu
cmake --preset threads
cmake --build --preset threads --target faults
build/threads/tests/reliability/faults --scripts 60 --jobs 2
