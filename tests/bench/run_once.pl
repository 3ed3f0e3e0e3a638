#!/usr/bin/perl
# Runs one command, its output thrown away, and prints what it cost as one line of numbers:
# exit status, wall microseconds, user microseconds, system microseconds, peak memory in KiB.
#
#     perl run_once.pl NR_WAIT4 NR_CLOCK_GETTIME COMMAND ARGUMENTS...
#
# Why not Deno: the peak that the kernel reports for a child begins with that of the process which
# started it, and Deno's is larger than what is measured. Perl is small and on every Debian system.
use strict;
use warnings;

my ($nr_wait4, $nr_clock_gettime, @command) = @ARGV;
my $CLOCK_MONOTONIC = 1;

sub now {
    my $time = "\0" x 16;
    syscall($nr_clock_gettime + 0, $CLOCK_MONOTONIC, $time) == 0 or die "clock_gettime: $!";
    my ($seconds, $nanoseconds) = unpack("qq", $time);
    return $seconds * 1e6 + $nanoseconds / 1e3;
}

my $start = now();
my $pid = fork();
die "fork: $!" unless defined $pid;
if ($pid == 0) {
    open(STDIN, "<", "/dev/null") or die "stdin: $!";
    open(STDOUT, ">", "/dev/null") or die "stdout: $!";
    exec { $command[0] } @command or die "exec $command[0]: $!";
}
my $status = "\0" x 4;
my $usage = "\0" x 144;
syscall($nr_wait4 + 0, $pid, $status, 0, $usage) == $pid or die "wait4: $!";
my $wall = now() - $start;
my ($user_s, $user_us, $system_s, $system_us, $peak) = unpack("qqqqq", $usage);
printf("%d %.0f %d %d %d\n", unpack("i", $status), $wall, $user_s * 1e6 + $user_us,
    $system_s * 1e6 + $system_us, $peak);
