/**
 * Objects of both byte orders for tests that compare our readers with other tools.
 *
 * @module
 */
import { compile } from "./compile.ts";
import { type CorpusObject, corpusObjects } from "./corpus.ts";

/** A small program with maps, globals and a subprogram, for the byte order that no package has. */
const SOURCE = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct value { unsigned long long packets; int kind : 5; unsigned flags : 11; char name[6]; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, unsigned);
  __type(value, struct value); } table SEC(".maps");
const volatile unsigned limit = 7;
long long total = 0x1122334455667788;
static __attribute__((noinline)) int look(unsigned key)
{
  struct value *value = bpf_map_lookup_elem(&table, &key);
  if (!value || value->kind > 3) return -1;
  value->packets++;
  return value->flags;
}
SEC("xdp") int first(struct xdp_md *ctx)
{
  total += look(ctx->ingress_ifindex);
  return total > limit ? XDP_DROP : XDP_PASS;
}
char LICENSE[] SEC("license") = "GPL";
`;

/** The corpus and the small program in either byte order. */
export function objectsOfBothOrders(): readonly Pick<CorpusObject, "name" | "bytes">[] {
  return [
    ...corpusObjects(),
    { name: "little-endian", bytes: compile(SOURCE) },
    { name: "big-endian", bytes: compile(SOURCE, { target: "bpfeb" }) },
  ];
}
