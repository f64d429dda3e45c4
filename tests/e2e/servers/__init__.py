"""Real servers for the tests: on the loopback, on free ports, with their own
configuration in a temporary folder, without systemd, and gone afterwards."""
