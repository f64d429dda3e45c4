#!/usr/bin/perl
# What Sisimai says of each mail: file, address, reason, hard or soft.
# `sisimai.pl -n TIMES FILE...` only reads them, to be measured.
use strict;
use warnings;
use Sisimai;
use File::Basename;

my $times = 0;
if (@ARGV > 1 && $ARGV[0] eq '-n') {
    shift;
    $times = shift;
}
for (1 .. $times) {
    for my $file (@ARGV) {
        my $data = Sisimai->make($file, 'delivered' => 1);
    }
}
exit 0 if $times;
for my $file (@ARGV) {
    my $data = Sisimai->make($file, 'delivered' => 1) || [];
    for my $one (@$data) {
        my $class = $one->action eq 'delayed' ? 'delay'
            : $one->softbounce == 0           ? 'hard'
            : $one->softbounce == 1           ? 'soft'
            :                                   'none';
        print join("\t", basename($file), $one->recipient->address,
            $one->reason, $class), "\n";
    }
}
