/*
 * Runs a command with a fault at one of its system calls.
 *
 *     tracer FAULT POINT FOLDER REPORT PROGRAM [ARGUMENT...]
 *
 * FAULT is "kill", which ends the process with all of its threads before the call is made; "front",
 * which ends the front like that, and no other process; or the number of an error that the call
 * answers with. POINT counts from 1; 0 lets the command end. For "kill", points are calls of the
 * start process and the loader that change something (points.h); for an error, also those of the
 * front; for "front" every call of the front that the filter shows. FOLDER is where the command keeps
 * its files.
 *
 * REPORT has one line for each point, the stage (S, L or F) and the number of the call, and then the
 * number of points, the point that was hit or -1, and the exit code.
 *
 * It follows threads, children and exec. It is built without a C library (see build.ts).
 */
#include "machine.h"
#include "points.h"
#include <linux/audit.h>
#include <linux/elf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/uio.h>
#include <linux/wait.h>

#define SIGKILL 9
#define SIGSTOP 19
#define SIGTRAP 5
#define SIGCHLD 17

static int main_pid, execs, report_fd;

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

/* Process that a thread belongs to; 0 when it has ended. */
static int process_of(int thread) {
  char name[64], text[512];
  *add(put(add(name, "/proc/"), thread), "/status") = 0;
  word fd = call(__NR_openat, AT_FDCWD, (word)name, O_RDONLY, 0, 0);
  if (is_error(fd)) return 0;
  word length = call3(__NR_read, fd, (word)text, sizeof(text) - 1);
  call3(__NR_close, fd, 0, 0);
  if (is_error(length)) return 0;
  text[length] = 0;
  for (const char *at = text; *at != 0; at++)
    if (begins(at, "\nTgid:\t")) return parse(at + 7);
  return 0;
}

/* The start process becomes the loader by its second exec; all others are the front. */
static char stage_of(int process) {
  if (process != main_pid) return 'F';
  return execs < 2 ? 'S' : 'L';
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

static void report(const char *text, const char *end) {
  call3(__NR_write, report_fd, (word)text, end - text);
}

static void child(char **argv, char **envp) {
  call3(__NR_close, report_fd, 0, 0);
  trace(PTRACE_TRACEME, 0, 0, 0);
  call3(__NR_kill, call3(__NR_getpid, 0, 0, 0), SIGSTOP, 0);
  watch();
  call3(__NR_execve, (word)argv[0], (word)argv, (word)envp);
  die(126);
}

struct fault {
  char kind; /* 'k', 'f' or 'e' */
  int error, wanted, points, hit;
  const char *folder;
};

static void look(int thread, struct fault *fault) {
  struct registers r;
  struct iovec area = {&r, sizeof(r)};
  if (execs == 0 || is_error(trace(PTRACE_GETREGSET, thread, NT_PRSTATUS, (word)&area))) return;
  int process = process_of(thread);
  char stage = stage_of(process);
  if (process == 0 || (fault->kind == 'k' && stage == 'F')) return;
  if (fault->kind == 'f' && stage != 'F') return;
  if (fault->kind != 'f' && !is_point(thread, &r, fault->error, fault->folder)) return;
  char line[64];
  char *at = line;
  *at++ = stage;
  *at++ = ' ';
  at = put(at, REG_NR(r));
  *at++ = '\n';
  report(line, at);
  if (++fault->points != fault->wanted) return;
  fault->hit = fault->points;
  if (fault->kind == 'e') fail_call(thread, &r, fault->error);
  else call3(__NR_kill, process, SIGKILL, 0);
}

int begin(word *stack) {
  int argc = stack[0];
  char **argv = (char **)(stack + 1);
  char **envp = argv + argc + 1;
  if (argc < 6) die(2);
  char kind = argv[1][0] >= '0' && argv[1][0] <= '9' ? 'e' : argv[1][0];
  struct fault fault = {kind, parse(argv[1]), parse(argv[2]), 0, -1, argv[3]};
  report_fd = call(__NR_openat, AT_FDCWD, (word)argv[4], O_WRONLY | O_CREAT | O_TRUNC, 0644, 0);
  main_pid = call(__NR_clone, SIGCHLD, 0, 0, 0, 0);
  if (main_pid == 0) child(argv + 5, envp);

  int status = 0, code = -1;
  call(__NR_wait4, main_pid, (word)&status, __WALL, 0, 0);
  word options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                 PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (is_error(trace(PTRACE_SETOPTIONS, main_pid, 0, options))) die(124);
  trace(PTRACE_CONT, main_pid, 0, 0);
  for (;;) {
    word pid = call(__NR_wait4, -1, (word)&status, __WALL, 0, 0);
    if (is_error(pid)) break;
    if ((status & 0xff) != 0x7f) {
      int signal = status & 0x7f;
      if ((int)pid == main_pid) code = signal == 0 ? (status >> 8) & 0xff : 128 + signal;
      continue;
    }
    int signal = (status >> 8) & 0xff, event = status >> 16, pass = 0;
    if (event == PTRACE_EVENT_EXEC && (int)pid == main_pid) execs++;
    else if (event == PTRACE_EVENT_SECCOMP) look(pid, &fault);
    else if (event == 0 && signal != SIGSTOP && signal != SIGTRAP) pass = signal;
    trace(PTRACE_CONT, pid, 0, pass);
  }
  char line[64];
  char *at = put(line, fault.points);
  *at++ = ' ';
  at = put(at, fault.hit);
  *at++ = ' ';
  at = put(at, code);
  *at++ = '\n';
  report(line, at);
  die(0);
  return 0;
}
