import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { AUDIT_ARCH, compileRules, encodeFilter, type Rule } from "./filter.ts";
import { FRONT_RULES, jailRules, type JailRulesOptions, NO_EXEC_RULES } from "./rules.ts";
import { type Architecture, numberOf, type RefusableCall } from "./syscall_numbers.ts";

/** A system call as the kernel shows it to a filter. */
interface Call {
  readonly number: number;
  readonly arguments?: readonly (number | bigint)[];
  readonly arch?: number;
}

const ALLOW = 0x7fff0000;
const REFUSED = 0x00050000;
const [EPERM, ENOSYS] = [1, 38];
const ARCHITECTURES: readonly Architecture[] = ["x86_64", "aarch64"];

/** struct seccomp_data: number, architecture, instruction pointer, six arguments. */
function seccompData(call: Call, arch: number): DataView {
  const view = new DataView(new ArrayBuffer(64));
  view.setUint32(0, call.number, true);
  view.setUint32(4, call.arch ?? arch, true);
  call.arguments?.forEach((value, index) =>
    view.setBigUint64(16 + index * 8, BigInt.asUintN(64, BigInt(value)), true)
  );
  return view;
}

/** Runs classic BPF as seccomp(2) and the kernel's filter.rst define it; gives the returned word. */
function run(bytes: Uint8Array<ArrayBuffer>, data: DataView): number {
  const code = new DataView(bytes.buffer);
  let accumulator = 0;
  for (let at = 0; at < bytes.length; at += 8) {
    const operand = code.getUint32(at + 4, true);
    const jump = (holds: boolean) => {
      at += 8 * code.getUint8(at + (holds ? 2 : 3));
    };
    switch (code.getUint16(at, true)) {
      case 0x20: // ld [k]
        accumulator = data.getUint32(operand, true);
        break;
      case 0x54: // and #k
        accumulator = (accumulator & operand) >>> 0;
        break;
      case 0x15: // jeq #k
        jump(accumulator === operand);
        break;
      case 0x35: // jge #k
        jump(accumulator >= operand);
        break;
      case 0x06: // ret #k
        return operand;
      default:
        throw new Error(`Cannot run instruction ${at / 8}: its code is unknown`);
    }
  }
  throw new Error("Cannot go on: the filter ends without an answer");
}

/** The answer of some rules to a call of an architecture: "allowed", or the error number. */
function judge(rules: readonly Rule[], architecture: Architecture, call: Call): "allowed" | number {
  const answer = run(
    encodeFilter(compileRules(rules, architecture)),
    seccompData(call, AUDIT_ARCH[architecture]),
  );
  if (answer === ALLOW) return "allowed";
  strictEqual((answer & 0xffff0000) >>> 0, REFUSED, `answer ${answer.toString(16)}`);
  return answer & 0xffff;
}

const STRICT: JailRulesOptions = {
  mayNetlink: false,
  mayEnterNamespaces: false,
  mayOpenPerfEvents: false,
  pid: 4711,
};

/** The answer of a jail on x86_64 to a call by its number in the kernel's table. */
function jail(
  number: number,
  args: Call["arguments"] = [],
  options: Partial<JailRulesOptions> = {},
) {
  return judge(jailRules({ ...STRICT, ...options }), "x86_64", { number, arguments: args });
}

Deno.test("compileRules() refuses what a rule names, and allows the rest", () => {
  const rules: Rule[] = [{ calls: ["ptrace", "mount"] }, { calls: ["setns"], errno: ENOSYS }];
  for (const architecture of ARCHITECTURES) {
    const answer = (call: RefusableCall) => {
      const number = numberOf(call, architecture);
      ok(number !== null);
      return judge(rules, architecture, { number });
    };
    strictEqual(answer("ptrace"), EPERM);
    strictEqual(answer("mount"), EPERM);
    strictEqual(answer("setns"), ENOSYS);
    strictEqual(answer("unshare"), "allowed");
    strictEqual(judge(rules, architecture, { number: 0 }), "allowed");
  }
});

Deno.test("compileRules() leaves out calls that an architecture does not have", () => {
  const program = compileRules([{ calls: ["chmod"] }], "aarch64");
  deepStrictEqual(program, compileRules([], "aarch64"));
});

Deno.test("compileRules() refuses other architectures and the x32 ABI", () => {
  const i386 = 0x40000003;
  strictEqual(judge([], "x86_64", { number: 1, arch: i386 }), EPERM);
  strictEqual(judge([], "x86_64", { number: 1, arch: AUDIT_ARCH.aarch64 }), EPERM);
  strictEqual(judge([], "aarch64", { number: 1, arch: 0x40000028 }), EPERM);
  strictEqual(judge([], "x86_64", { number: 0x40000000 + 39 }), EPERM);
  strictEqual(judge([], "x86_64", { number: 0xffffffff }), EPERM);
  strictEqual(judge([], "x86_64", { number: 0x3fffffff }), "allowed");
  strictEqual(judge([], "aarch64", { number: 0x40000000 }), "allowed");
});

Deno.test("a test of an argument refuses the values that it names", () => {
  const rules: Rule[] = [{ calls: ["ioctl"], when: [{ argument: 1, oneOf: [5, 6, 7] }] }];
  const answer = (value: number | bigint) =>
    judge(rules, "x86_64", { number: 16, arguments: [9, value] });
  deepStrictEqual([4, 5, 6, 7, 8].map(answer), ["allowed", EPERM, EPERM, EPERM, "allowed"]);
  strictEqual(answer(0xffffffff00000006n), EPERM, "the upper half is not part of an int");
  strictEqual(judge(rules, "x86_64", { number: 16, arguments: [5, 9] }), "allowed");
});

Deno.test("a negated test refuses every value but those that it names", () => {
  const when = [{ argument: 0, oneOf: [5, 6], isNegated: true }];
  const rules: Rule[] = [{ calls: ["kill"], when }, { calls: ["tkill"] }];
  const answer = (value: number) => judge(rules, "x86_64", { number: 62, arguments: [value] });
  deepStrictEqual([4, 5, 6, 7].map(answer), [EPERM, "allowed", "allowed", EPERM]);
  strictEqual(judge(rules, "x86_64", { number: 200 }), EPERM, "the rule behind it still counts");
});

Deno.test("several tests of one rule must all hold, and a mask hides bits", () => {
  const when = [{ argument: 0, oneOf: [1, 2] }, { argument: 2, mask: 0xf0, oneOf: [0x10, 0x20] }];
  const rules: Rule[] = [{ calls: ["socketpair"], when }];
  const answer = (first: number, third: number) =>
    judge(rules, "x86_64", { number: 53, arguments: [first, 0, third] });
  strictEqual(answer(1, 0x1f), EPERM);
  strictEqual(answer(2, 0x20), EPERM);
  strictEqual(answer(3, 0x10), "allowed");
  strictEqual(answer(1, 0x30), "allowed");
});

Deno.test("jailRules() refuse sockets of every family", () => {
  const [socket, netlink] = [41, 16];
  for (const family of [1, 2, 10, netlink, 17, 40, 44]) strictEqual(jail(socket, [family]), EPERM);
  const may = { mayNetlink: true };
  strictEqual(jail(socket, [netlink, 3], may), "allowed");
  for (const family of [1, 2, 10, 17, 40]) strictEqual(jail(socket, [family], may), EPERM);
  // connect, listen, accept, accept4
  for (const number of [42, 50, 43, 288]) strictEqual(jail(number, [], may), EPERM);
  // bind and sendmsg are a part of netlink
  for (const number of [49, 46]) {
    strictEqual(jail(number), EPERM);
    strictEqual(jail(number, [], may), "allowed");
  }
});

Deno.test("jailRules() allow the one kind of socket pair that reaches nobody else", () => {
  const [socketpair, cloexec] = [53, 0o2000000];
  strictEqual(jail(socketpair, [1, 1 | cloexec]), "allowed");
  strictEqual(jail(socketpair, [1, 2 | cloexec]), EPERM);
  strictEqual(jail(socketpair, [1, 5]), EPERM);
  strictEqual(jail(socketpair, [2, 1]), EPERM);
});

Deno.test("jailRules() let a process signal and limit itself only", () => {
  const { pid } = STRICT;
  // kill, tgkill
  for (const number of [62, 234]) {
    strictEqual(jail(number, [pid, 9]), "allowed");
    for (const other of [1, 0, -1, pid + 1]) strictEqual(jail(number, [other, 9]), EPERM);
  }
  // tkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal
  for (const number of [200, 129, 297, 424]) strictEqual(jail(number, [pid]), EPERM);
  strictEqual(jail(302, [0]), "allowed");
  strictEqual(jail(302, [pid]), "allowed");
  strictEqual(jail(302, [1]), EPERM);
});

Deno.test("jailRules() let threads start, and no namespace", () => {
  const clone = 56;
  const thread = 0x3d0f00;
  strictEqual(jail(clone, [thread]), "allowed");
  strictEqual(jail(clone, [17]), "allowed");
  const namespaces = [0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000];
  for (const flag of [...namespaces, 0x40000000]) {
    strictEqual(jail(clone, [thread | flag]), EPERM, flag.toString(16));
  }
  strictEqual(jail(435), ENOSYS, "clone3");
  strictEqual(jail(272, [0x10000000]), EPERM, "unshare");
});

Deno.test("jailRules() refuse what a verb does not need, and allow what it does", () => {
  strictEqual(jail(308), EPERM);
  strictEqual(jail(308, [], { mayEnterNamespaces: true }), "allowed");
  strictEqual(jail(298), EPERM);
  strictEqual(jail(298, [], { mayOpenPerfEvents: true }), "allowed");
  // fchmodat, chown
  for (const number of [268, 92]) {
    strictEqual(jail(number), EPERM);
    strictEqual(jail(number, [], { mayChangeAccess: true }), "allowed");
  }
});

Deno.test("jailRules() refuse to cut a file that is opened for reading only", () => {
  const [open, openat, truncate, openat2] = [2, 257, 76, 437];
  const [writeOnly, create, cut] = [1, 0o100, 0o1000];
  for (const flags of [cut, cut | create, cut | 3]) {
    strictEqual(jail(open, [0, flags]), EPERM);
    strictEqual(jail(openat, [0, 0, flags]), EPERM);
  }
  for (const flags of [0, create, cut | writeOnly, cut | 2]) {
    strictEqual(jail(open, [0, flags]), "allowed");
    strictEqual(jail(openat, [0, 0, flags]), "allowed");
  }
  strictEqual(jail(truncate), EPERM);
  strictEqual(jail(openat2), ENOSYS);
});

/** Numbers of x86_64 (arch/x86/entry/syscalls/syscall_64.tbl), apart from the product's table. */
const NEVER = {
  ...{ ptrace: 101, process_vm_readv: 310, process_vm_writev: 311, kcmp: 312, pidfd_getfd: 438 },
  ...{ init_module: 175, finit_module: 313, delete_module: 176 },
  ...{ kexec_load: 246, kexec_file_load: 320, mount: 165, umount2: 166, pivot_root: 155 },
  ...{ chroot: 161, fsopen: 430, fsconfig: 431, fsmount: 432, fspick: 433, move_mount: 429 },
  ...{ open_tree: 428, mount_setattr: 442, unshare: 272, userfaultfd: 323 },
  ...{ io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427 },
  ...{ add_key: 248, request_key: 249, keyctl: 250, open_by_handle_at: 304 },
  ...{ fanotify_init: 300, reboot: 169, swapon: 167, swapoff: 168, acct: 163 },
  ...{ settimeofday: 164, clock_settime: 227, iopl: 172, ioperm: 173, personality: 135 },
} as const;

Deno.test("neither the jail nor the front may do what nobody needs", () => {
  for (const [name, number] of Object.entries(NEVER)) {
    strictEqual(jail(number), EPERM, name);
    strictEqual(judge(FRONT_RULES, "x86_64", { number }), EPERM, name);
  }
  const [ioctl, keystroke, terminalSize] = [16, 0x5412, 0x5413];
  strictEqual(jail(ioctl, [0, keystroke]), EPERM);
  strictEqual(jail(ioctl, [0, terminalSize]), "allowed");
});

Deno.test("the jail lets its program do what it is there for", () => {
  const calls = {
    ...{ read: 0, write: 1, close: 3, mmap: 9, mprotect: 10, madvise: 28, futex: 202 },
    ...{ openat: 257, newfstatat: 262, unlinkat: 263, renameat: 264, mkdirat: 258, flock: 73 },
    ...{ fcntl: 72, epoll_wait: 232, getrandom: 318, bpf: 321, execve: 59, capset: 126 },
    ...{ seccomp: 317, prctl: 157, rt_sigprocmask: 14, exit_group: 231, recvfrom: 45 },
  };
  for (const [name, number] of Object.entries(calls)) strictEqual(jail(number), "allowed", name);
});

Deno.test("the front may use the network and start programs", () => {
  for (const number of [41, 42, 44, 46, 59, 62]) {
    strictEqual(judge(FRONT_RULES, "x86_64", { number, arguments: [2] }), "allowed");
  }
});

Deno.test("NO_EXEC_RULES end execution, on both architectures", () => {
  for (const number of [59, 322]) strictEqual(judge(NO_EXEC_RULES, "x86_64", { number }), EPERM);
  for (const number of [221, 281]) strictEqual(judge(NO_EXEC_RULES, "aarch64", { number }), EPERM);
});

Deno.test("the largest filter stays far from the kernel's limit of 4096 instructions", () => {
  for (const architecture of ARCHITECTURES) {
    const program = compileRules(jailRules(STRICT), architecture);
    ok(program.length < 1024, `${program.length} instructions`);
    ok(program.every(({ ifTrue, ifFalse }) => ifTrue < 256 && ifFalse < 256));
  }
});
