/**
 * Random programs whose accesses to missing kernel fields stand behind guards of all kinds: what
 * the verifier makes of each is the truth that the reachability pass is compared with.
 *
 * @module
 */
import type { Random } from "./mutate.ts";

const HEAD = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
typedef unsigned int u32; typedef unsigned long long u64; typedef _Bool bool;
#define RELOCATED __attribute__((preserve_access_index))
struct task_struct { int pid; int tgid; } RELOCATED;
struct task_struct___future { int bpfman_future_field; } RELOCATED;
struct bpfman_future_type { int value; } RELOCATED;
#define TASK ((void *)bpf_get_current_task())
#define ABSENT bpf_core_field_exists(((struct task_struct___future *)0)->bpfman_future_field)
#define PRESENT bpf_core_field_exists(((struct task_struct *)0)->pid)
#define NO_TYPE bpf_core_type_exists(struct bpfman_future_type)
#define POISON BPF_CORE_READ((struct task_struct___future *)TASK, bpfman_future_field)
const volatile bool is_off = 0; const volatile bool is_on = 1;
const volatile int number = 7; const volatile u64 wide = 0x100000007ULL;
volatile int open_number = 3; volatile unsigned char open_byte = 1;
#define HIDE(value) ({ u32 hidden = (value); asm volatile("" : "+r"(hidden)); hidden; })
char LICENSE[] SEC("license") = "GPL";
`;

/** One random program. */
class Generator {
  readonly #random: Random;
  readonly #helpers: string[] = [];
  readonly #name: string;

  constructor(random: Random, name: string) {
    this.#random = random;
    this.#name = name;
  }

  source(): string {
    const body = Array.from({ length: 1 + this.#random.below(3) }, () => this.#statement(2));
    return `${this.#helpers.join("\n")}
SEC("raw_tp/sys_enter") int ${this.#name}(void *ctx)
{
  volatile int kept = 0; int sum = 0; u64 mixed = 1;
  ${body.join("\n  ")}
  return sum + kept + (int)mixed;
}`;
  }

  #leaf(): string {
    return this.#random.pick([
      "ABSENT",
      "ABSENT",
      "PRESENT",
      "NO_TYPE",
      "is_off",
      "is_on",
      `(number ${this.#random.pick(["<", ">", "==", "!="])} ${this.#random.pick([3, 7, 9])})`,
      `(wide >> 32 ${this.#random.pick(["==", "!="])} ${this.#random.pick([1, 7])})`,
      "(bpf_get_prandom_u32() & 1)",
      "(open_number > 2)",
      `(kept ${this.#random.pick(["==", "!=", ">"])} ${this.#random.below(3)})`,
      `((PRESENT + ABSENT) ${this.#random.pick(["==", "<", ">="])} ${this.#random.below(3)})`,
      `(mixed * 3 == ${this.#random.pick([3, 6])})`,
      `((HIDE(bpf_get_prandom_u32()) & 7) > ${this.#random.pick([3, 7, 9])})`,
      `((HIDE(bpf_get_prandom_u32()) >> 28) < ${this.#random.pick([9, 16, 20])})`,
      `(HIDE(open_byte) > ${this.#random.pick([100, 255, 300])})`,
      `(-HIDE(number) == ${this.#random.pick([-7, 7])})`,
      `(HIDE(number) / 2 == ${this.#random.pick([3, 4])})`,
      `(HIDE(number) % 4 == ${this.#random.pick([3, 1])})`,
    ]);
  }

  #condition(depth: number): string {
    if (depth === 0) return this.#leaf();
    switch (this.#random.below(5)) {
      case 0:
        return `(${this.#condition(depth - 1)} && ${this.#condition(depth - 1)})`;
      case 1:
        return `(${this.#condition(depth - 1)} || ${this.#condition(depth - 1)})`;
      case 2:
        return `!${this.#condition(depth - 1)}`;
      default:
        return this.#leaf();
    }
  }

  #read(): string {
    return this.#random.below(3) > 0 ? "sum += POISON;" : "sum += bpf_get_smp_processor_id();";
  }

  #statement(depth: number): string {
    const condition = this.#condition(2);
    switch (this.#random.below(depth > 0 ? 8 : 4)) {
      case 0:
      case 1:
        return `if (${condition}) { ${this.#read()} }`;
      case 2:
        return `kept = ${condition};`;
      case 3:
        return `mixed = ${condition} ? ${this.#random.below(4)} : mixed << 1;`;
      case 4:
        return `if (${condition}) { ${this.#statement(depth - 1)} } else { ${
          this.#statement(depth - 1)
        } }`;
      case 5:
        return `for (int i = 0; i < ${1 + this.#random.below(4)}; i++) { if (${condition}) { ${
          this.#statement(depth - 1)
        } } sum += i; kept += i; }`;
      case 6:
        return this.#random.below(2) === 0 ? this.#call() : this.#range();
      default:
        return `switch (number + ABSENT) { case 7: ${this.#statement(0)} break; default: ${
          this.#statement(0)
        } }`;
    }
  }

  /** A comparison inside another one of the same number. */
  #range(): string {
    const outer = this.#random.pick(["< 5", "<= 6", "> 5", "== 4", "!= 4", ">= 3"]);
    const inner = this.#random.pick(["> 7", ">= 5", "< 3", "== 4", "!= 4", "> 4"]);
    return `{ u32 drawn = bpf_get_prandom_u32(); asm volatile("" : "+r"(drawn)); ` +
      `if (drawn ${outer}) { asm volatile("" : "+r"(drawn)); ` +
      `if (drawn ${inner}) { ${this.#read()} } } }`;
  }

  #call(): string {
    const name = `${this.#name}_h${this.#helpers.length}`;
    const isGlobal = this.#random.below(4) === 0;
    const keyword = isGlobal ? "" : "static ";
    const test = this.#random.pick(["wanted", "!wanted", "wanted > 1", "wanted == 1"]);
    this.#helpers.push(
      `${keyword}__attribute__((noinline)) int ${name}(int wanted) { int sum = 0; ` +
        `if (${test}) { ${this.#read()} } return sum + wanted; }`,
    );
    return `sum += ${name}(${this.#condition(1)});`;
  }
}

/** Names of the programs of {@linkcode guardSource}. */
function guardNames(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `program_${n}`);
}

/**
 * Source of an object of random programs.
 *
 * @param random Source of all decisions.
 * @param count Number of programs.
 */
export function guardSource(random: Random, count: number): string {
  return HEAD + guardNames(count).map((name) => new Generator(random, name).source()).join("\n");
}
