#!/bin/sh
# Loads a program that lets every packet pass, attaches it to an interface, looks at it, and takes
# it away again. Needs root.
#
#     sh first-steps.sh             # on the loopback interface
#     sh first-steps.sh eth0
set -eu

interface=${1:-lo}
object=$(dirname "$0")/xdp_pass.bpf.o

bpfman load file "$object" --programs xdp:xdp_pass --application first-steps
id=$(bpfman list programs --application first-steps -q)

bpfman attach "$id" xdp "$interface" --priority 50
link=$(bpfman list links --program-id "$id" -q)

bpfman list programs
bpfman list links

bpfman detach "$link"
bpfman unload "$id"
