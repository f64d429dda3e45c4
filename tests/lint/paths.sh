#!/bin/sh
# Nothing of the machine it was written on, and nobody's address.
. tests/lint/lib.sh
bad=0

ours . ':!tests/lint/paths.sh' ':!tests/fuzz/corpus' | xargs grep -nIE \
    '(^|[^a-zA-Z0-9_.$}/-])/(home|root|work|farm|mnt|opt|Users)/[a-z]' |
    complain "Paths of one machine:" || bad=1

ours . ':!tests/lint/paths.sh' ':!tests/fuzz/corpus' | xargs grep -nIiE \
    '(registry|mirror|proxy|artifactory|nexus)[a-z0-9-]*\.[a-z0-9.-]+\.[a-z]{2,}' |
    complain "Package registries or mirrors:" || bad=1

# Addresses: only domains that are reserved for examples. The tests of the
# address parser and of mail parsers may say anything.
ours . ':!tests/unit' ':!tests/fuzz' ':!tests/lint' ':!tests/golden' \
    ':!LICENSE' | xargs grep -nIoE \
    '[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}' |
    grep -viE '@([a-z0-9-]+\.)*(example(\.(com|org|net))?|test|invalid|localhost)$' |
    complain "Addresses outside .example, .test, .invalid:" || bad=1
exit $bad
