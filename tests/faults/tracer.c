/*
 * Runs a program and, from the moment in which it opens the lock, counts the system calls that
 * change something outside of it. Before the one that is asked for, the program is killed with all
 * of its threads and children; or that call fails with an error of our choice.
 *
 *     tracer POINT ERRNO LOCK REPORT PROGRAM [ARGUMENT...]
 *
 * POINT counts from 1; 0 lets the program end. ERRNO 0 kills. REPORT becomes one line: the number of
 * points, the number of the system call at the point or -1, and the exit code.
 *
 * It follows threads, children and exec. It is built without a C library (see build.ts).
 */
#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/elf.h>
#include <linux/fcntl.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <linux/uio.h>
#include <linux/wait.h>
#include <asm/ptrace.h>
#include <stddef.h>

#define SIGKILL 9
#define SIGSTOP 19
#define SIGTRAP 5
#define SIGCHLD 17
#define MAX_PROCESSES 64

typedef unsigned long word;

#if defined(__x86_64__)
#define REG_NR(r) ((r).orig_rax)
#define REG_RESULT(r) ((r).rax)
#define REG_ARG0(r) ((r).rdi)
#define REG_ARG1(r) ((r).rsi)
#define REG_ARG2(r) ((r).rdx)
struct registers {
  word r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax;
  word rip, cs, eflags, rsp, ss, fs_base, gs_base, ds, es, fs, gs;
};
static word call(word nr, word a, word b, word c, word d, word e) {
  register word r10 __asm__("r10") = d;
  register word r8 __asm__("r8") = e;
  word result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start:\n xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
#elif defined(__aarch64__)
#define REG_NR(r) ((r).regs[8])
#define REG_RESULT(r) ((r).regs[0])
#define REG_ARG0(r) ((r).regs[0])
#define REG_ARG1(r) ((r).regs[1])
#define REG_ARG2(r) ((r).regs[2])
struct registers {
  word regs[31], sp, pc, pstate;
};
static word call(word nr, word a, word b, word c, word d, word e) {
  register word x8 __asm__("x8") = nr;
  register word x0 __asm__("x0") = a;
  register word x1 __asm__("x1") = b;
  register word x2 __asm__("x2") = c;
  register word x3 __asm__("x3") = d;
  register word x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
__asm__(".globl _start\n_start:\n mov x0, sp\n bl begin\n");
#endif

static word call3(word nr, word a, word b, word c) { return call(nr, a, b, c, 0, 0); }

static int is_error(word result) { return result > -4096ul; }

/* Calls that change something, and openat, by which the lock is seen. */
static const unsigned short watched[] = {
    __NR_write, __NR_pwrite64, __NR_writev, __NR_openat, __NR_renameat2, __NR_unlinkat,
    __NR_mkdirat, __NR_ftruncate, __NR_truncate, __NR_fsync, __NR_fdatasync, __NR_bpf, __NR_mount,
    __NR_perf_event_open, __NR_ioctl, __NR_flock, __NR_sendto, __NR_sendmsg, __NR_linkat,
    __NR_fchmod, __NR_setns, __NR_close, __NR_fchown, __NR_fallocate,
#ifdef __x86_64__
    __NR_rename, __NR_renameat, __NR_unlink, __NR_mkdir, __NR_rmdir, __NR_link, __NR_open,
#endif
};
#define WATCHED (sizeof(watched) / sizeof(watched[0]))

static int parse(const char *text) {
  int number = 0;
  for (; *text >= '0' && *text <= '9'; text++) number = number * 10 + (*text - '0');
  return number;
}

static void die(int code) {
  for (;;) call3(__NR_exit_group, code, 0, 0);
}

/* Lets the watched calls, and no others, stop for the tracer. */
static void watch(void) {
  static struct sock_filter code[WATCHED + 3];
  int at = 0;
  code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                            offsetof(struct seccomp_data, nr));
  for (unsigned index = 0; index < WATCHED; index++)
    code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, watched[index],
                                              WATCHED - index, 0);
  code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  struct sock_fprog program = {.len = at, .filter = code};
  if (is_error(call3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, (word)&program))) die(125);
}

static word trace(word request, int pid, word address, word data) {
  return call(__NR_ptrace, request, pid, address, data, 0);
}

/* True when a string of the program is ours. */
static int is_path(int pid, word address, const char *wanted) {
  for (;; address += sizeof(word)) {
    union {
      word all;
      char each[sizeof(word)];
    } found;
    if (is_error(trace(PTRACE_PEEKDATA, pid, address, (word)&found.all))) return 0;
    for (unsigned at = 0; at < sizeof(word); at++, wanted++) {
      if (found.each[at] != *wanted) return 0;
      if (*wanted == 0) return 1;
    }
  }
}

static int changes(word nr, const struct registers *r, int error) {
  /* close does what it is asked for, whatever it answers */
  if (nr == __NR_close) return error == 0;
  word command = REG_ARG0(*r);
  if (nr == __NR_openat) return (REG_ARG2(*r) & (O_CREAT | O_TRUNC)) != 0;
  if (nr != __NR_bpf) return 1;
  /* questions: BPF_MAP_LOOKUP_ELEM, GET_NEXT_KEY, OBJ_GET, *_GET_NEXT_ID, *_GET_FD_BY_ID, info */
  switch (command) {
  case 1: case 4: case 7: case 11: case 12: case 13: case 14: case 15: case 19: case 23:
  case 30: case 31:
    return 0;
  }
  return 1;
}

static void fail_call(int pid, struct registers *r, int error) {
  struct iovec area = {r, sizeof(*r)};
#ifdef __x86_64__
  REG_NR(*r) = -1ul;
#else
  int none = -1;
  struct iovec nr = {&none, sizeof(none)};
  trace(PTRACE_SETREGSET, pid, 0x404 /* NT_ARM_SYSTEM_CALL */, (word)&nr);
#endif
  REG_RESULT(*r) = -(word)error;
  trace(PTRACE_SETREGSET, pid, NT_PRSTATUS, (word)&area);
}

static char *put(char *at, int number) {
  char digits[12];
  int count = 0;
  if (number < 0) {
    *at++ = '-';
    number = -number;
  }
  do digits[count++] = '0' + number % 10;
  while (number /= 10);
  while (count > 0) *at++ = digits[--count];
  return at;
}

static void report(const char *path, int points, int hit, int code) {
  char line[64];
  char *at = put(line, points);
  *at++ = ' ';
  at = put(at, hit);
  *at++ = ' ';
  at = put(at, code);
  *at++ = '\n';
  word fd = call(__NR_openat, AT_FDCWD, (word)path, O_WRONLY | O_CREAT | O_TRUNC, 0644, 0);
  call3(__NR_write, fd, (word)line, at - line);
}

static void child(char **argv, char **envp) {
  trace(PTRACE_TRACEME, 0, 0, 0);
  call3(__NR_kill, call3(__NR_getpid, 0, 0, 0), SIGSTOP, 0);
  watch();
  call3(__NR_execve, (word)argv[0], (word)argv, (word)envp);
  die(126);
}

static int processes[MAX_PROCESSES];
static int process_count;

static void remember(int pid) {
  if (process_count < MAX_PROCESSES) processes[process_count++] = pid;
}

static void kill_all(void) {
  for (int at = 0; at < process_count; at++) call3(__NR_kill, processes[at], SIGKILL, 0);
}

int begin(word *stack) {
  int argc = stack[0];
  char **argv = (char **)(stack + 1);
  char **envp = argv + argc + 1;
  if (argc < 6) die(2);
  int wanted = parse(argv[1]), error = parse(argv[2]);
  int main_pid = call(__NR_clone, SIGCHLD, 0, 0, 0, 0);
  if (main_pid == 0) child(argv + 5, envp);
  remember(main_pid);

  int status = 0, points = 0, hit = -1, code = -1, counting = 0;
  call(__NR_wait4, main_pid, (word)&status, __WALL, 0, 0);
  word options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                 PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (is_error(trace(PTRACE_SETOPTIONS, main_pid, 0, options))) die(124);
  trace(PTRACE_CONT, main_pid, 0, 0);
  for (;;) {
    word pid = call(__NR_wait4, -1, (word)&status, __WALL, 0, 0);
    if (is_error(pid)) break;
    if ((status & 0x7f) == 0) {
      if ((int)pid == main_pid) code = (status >> 8) & 0xff;
      continue;
    }
    if ((status & 0xff) != 0x7f) {
      if ((int)pid == main_pid) code = 128 + (status & 0x7f);
      continue;
    }
    int signal = (status >> 8) & 0xff, event = status >> 16, pass = 0;
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
      word born = 0;
      trace(PTRACE_GETEVENTMSG, pid, 0, (word)&born);
      remember(born);
    } else if (event == PTRACE_EVENT_SECCOMP) {
      struct registers r;
      struct iovec area = {&r, sizeof(r)};
      if (!is_error(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (word)&area))) {
        word nr = REG_NR(r);
        if (!counting && nr == __NR_openat && is_path(pid, REG_ARG1(r), argv[3])) counting = 1;
        if (counting && changes(nr, &r, error) && ++points == wanted) {
          hit = nr;
          if (error == 0) kill_all();
          else fail_call(pid, &r, error);
        }
      }
    } else if (event == 0 && signal != SIGSTOP && signal != SIGTRAP) {
      pass = signal;
    }
    trace(PTRACE_CONT, pid, 0, pass);
  }
  report(argv[4], points, hit, code);
  die(0);
  return 0;
}
