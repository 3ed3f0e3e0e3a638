#!/usr/bin/perl
# Sends datagrams from one network namespace to another, in small numbers that the receiver answers
# for, until it is told to stop; prints what became of them as one line of JSON.
#
#     perl traffic.pl NR_SETNS FROM-NETNS TO-NETNS TO-ADDRESS
#
# Every packet has a number of its own. Datagrams to even ports are to arrive, each once; datagrams
# to odd ports are not to arrive at all. "lost" counts the former that did not come within the time
# limit, "unfiltered" the latter that came, "doubled" those that came twice. The sender waits for the
# receiver after each few, so that no queue between them is ever full. Prints "ready" first; the end
# of standard input ends it.
use strict;
use warnings;
use Socket;
use IO::Handle;

my ($nr_setns, $from, $to, $address) = @ARGV;
my $CLONE_NEWNET = 0x40000000;
my ($OPEN_PORT, $SHUT_PORT, $BATCH, $LIMIT) = (9998, 9999, 8, 20);

sub enter {
    my ($path) = @_;
    open(my $file, "<", $path) or die "$path: $!";
    syscall($nr_setns + 0, fileno($file), $CLONE_NEWNET) == 0 or die "setns $path: $!";
}

sub receiver {
    my ($port) = @_;
    socket(my $socket, PF_INET, SOCK_DGRAM, getprotobyname("udp") || 17) or die "socket: $!";
    setsockopt($socket, SOL_SOCKET, SO_RCVBUF, 1 << 20) or die "SO_RCVBUF: $!";
    bind($socket, pack_sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
    return $socket;
}

sub is_readable {
    my ($socket, $seconds) = @_;
    my $set = "";
    vec($set, fileno($socket), 1) = 1;
    return select($set, undef, undef, $seconds) > 0;
}

enter($to);
my ($open, $shut) = (receiver($OPEN_PORT), receiver($SHUT_PORT));
enter($from);
socket(my $sender, PF_INET, SOCK_DGRAM, 17) or die "socket: $!";
my ($good, $bad) = map { pack_sockaddr_in($_, inet_aton($address)) } $OPEN_PORT, $SHUT_PORT;

my ($sent, $lost, $unfiltered, $doubled, $number) = (0, 0, 0, 0, 0);
STDOUT->autoflush(1);
print "ready\n";
until (is_readable(\*STDIN, 0)) {
    my ($user, $system) = times();
    my %missing;
    for (1 .. $BATCH) {
        # the shut port first: what got through would be there before the last open one
        send($sender, pack("N", ++$number), 0, $bad) or die "send: $!";
        send($sender, pack("N", ++$number), 0, $good) or die "send: $!";
        $missing{$number} = 1;
        $sent += 2;
    }
    while (%missing and is_readable($open, $LIMIT)) {
        defined recv($open, my $data, 64, 0) or die "recv: $!";
        delete $missing{unpack("N", $data)} or $doubled++;
    }
    $lost += keys %missing;
    while (is_readable($shut, 0)) {
        defined recv($shut, my $data, 64, 0) or die "recv: $!";
        $unfiltered++;
    }
    # leaves most of the processor to whoever changes the chain meanwhile
    my ($user_now, $system_now) = times();
    select(undef, undef, undef, 0.001 + 3 * ($user_now + $system_now - $user - $system));
}
while (is_readable($open, 0.2)) {
    defined recv($open, my $data, 64, 0) or die "recv: $!";
    $doubled++;
}
printf '{"sent":%d,"lost":%d,"unfiltered":%d,"doubled":%d}' . "\n",
    $sent, $lost, $unfiltered, $doubled;
