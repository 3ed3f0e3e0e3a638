/**
 * Map types of the kernel by number (`enum bpf_map_type`, uapi/linux/bpf.h), in the words of
 * libbpf and of bpfman's image labels.
 *
 * @module
 */

const WORDS = `
  unspec hash array prog_array perf_event_array percpu_hash percpu_array stack_trace cgroup_array
  lru_hash lru_percpu_hash lpm_trie array_of_maps hash_of_maps devmap sockmap cpumap xskmap sockhash
  cgroup_storage reuseport_sockarray percpu_cgroup_storage queue stack sk_storage devmap_hash
  struct_ops ringbuf inode_storage task_storage bloom_filter user_ringbuf cgrp_storage arena
  insn_array
`.trim().split(/\s+/);

/** Name of a map type as libbpf has it, such as `percpu_hash`. */
export function mapTypeName(type: number): string {
  return WORDS[type] ?? `type ${type}`;
}

/** Name of a map type as image labels have it, such as `per_cpu_hash`. */
export function mapLabelName(type: number): string {
  return mapTypeName(type).replace("percpu", "per_cpu");
}

/** True for maps whose lookups return one value for every processor. */
export function isPerCpu(type: number): boolean {
  return mapTypeName(type).includes("percpu");
}
