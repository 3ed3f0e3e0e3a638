/*
 * Which system calls are points. docs/reliability.md has the same in words.
 */
#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#define EMFILE 24
#define MAX_TEXT 4096

/* All other calls pass by the tracer. */
static const unsigned short watched[] = {
    __NR_write, __NR_pwrite64, __NR_writev, __NR_pwritev, __NR_openat, __NR_renameat2,
    __NR_unlinkat, __NR_mkdirat, __NR_mknodat, __NR_symlinkat, __NR_linkat, __NR_ftruncate,
    __NR_truncate, __NR_fallocate, __NR_copy_file_range, __NR_fsync, __NR_fdatasync, __NR_fchmod,
    __NR_fchmodat, __NR_fchown, __NR_fchownat, __NR_flock, __NR_close, __NR_bpf, __NR_mount,
    __NR_umount2, __NR_perf_event_open, __NR_ioctl, __NR_socket, __NR_sendto, __NR_sendmsg,
    __NR_setns, __NR_execve, __NR_clone, __NR_clone3,
#ifdef __x86_64__
    __NR_rename, __NR_renameat, __NR_unlink, __NR_mkdir, __NR_rmdir, __NR_link, __NR_symlink,
    __NR_chmod, __NR_chown, __NR_open, __NR_fork, __NR_vfork,
#endif
};
#define WATCHED (sizeof(watched) / sizeof(watched[0]))

static word trace(word request, int pid, word address, word data) {
  return call(__NR_ptrace, request, pid, address, data, 0);
}

static int begins(const char *text, const char *start) {
  while (*start != 0)
    if (*text++ != *start++) return 0;
  return 1;
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

static char *add(char *at, const char *text) {
  while (*text != 0) *at++ = *text++;
  return at;
}

/* What a descriptor of the program is: a path, or such as "pipe:[17]". Empty when it is not open. */
static const char *target_of(int pid, word fd) {
  static char target[MAX_TEXT];
  char name[64];
  char *at = put(add(name, "/proc/"), pid);
  *put(add(at, "/fd/"), (int)fd) = 0;
  word length = call(__NR_readlinkat, AT_FDCWD, (word)name, (word)target, MAX_TEXT - 1, 0);
  target[is_error(length) ? 0 : length] = 0;
  return target;
}

/* A string of the program. */
static const char *text_of(int pid, word address) {
  static char text[MAX_TEXT];
  for (unsigned at = 0; at + sizeof(word) < MAX_TEXT; at += sizeof(word)) {
    word *part = (word *)(text + at);
    if (is_error(trace(PTRACE_PEEKDATA, pid, address + at, (word)part))) break;
    for (unsigned index = 0; index < sizeof(word); index++)
      if (text[at + index] == 0) return text;
  }
  text[0] = 0;
  return text;
}

/* Paths below the folder that is watched; what is named within an open folder counts as well. */
static int is_ours(const char *path, const char *folder) {
  return path[0] != '/' || begins(path, folder);
}

static int is_kernel_object(const char *target) {
  return begins(target, "anon_inode:bpf") || begins(target, "anon_inode:[perf_event]");
}

/* Questions: MAP_LOOKUP_ELEM, MAP_GET_NEXT_KEY, *_GET_NEXT_ID, info, query. */
static int is_question(word command) {
  switch (command) {
  case 1: case 4: case 11: case 12: case 15: case 16: case 20: case 23: case 24: case 31:
    return 1;
  }
  return 0;
}

/* OBJ_GET, *_GET_FD_BY_ID: questions that are answered by a descriptor. */
static int makes_descriptor(word command) {
  switch (command) {
  case 7: case 13: case 14: case 19: case 30:
    return 1;
  }
  return 0;
}

static int starts_process(int pid, word nr, const struct registers *r) {
  word flags = REG_ARG0(*r);
  if (nr == __NR_clone3) trace(PTRACE_PEEKDATA, pid, flags, (word)&flags);
  else if (nr != __NR_clone) return 1;
  return (flags & CLONE_THREAD) == 0;
}

/* True for a call that changes something outside of the process, or lets something go. */
static int is_point(int pid, const struct registers *r, int error, const char *folder) {
  word nr = REG_NR(*r), first = REG_ARG0(*r);
  switch (nr) {
  case __NR_bpf:
    return !is_question(first) && (!makes_descriptor(first) || error == EMFILE);
  case __NR_mount: case __NR_umount2: case __NR_perf_event_open: case __NR_setns: case __NR_execve:
    return 1;
  case __NR_socket:
    return error == EMFILE;
  case __NR_clone: case __NR_clone3:
    return starts_process(pid, nr, r);
  case __NR_ioctl: case __NR_sendto: case __NR_sendmsg: {
    const char *target = target_of(pid, first);
    return begins(target, "socket:") || is_kernel_object(target);
  }
  case __NR_write: case __NR_writev: {
    const char *target = target_of(pid, first);
    /* what is printed is no state */
    return begins(target, folder) || (first > 2 && begins(target, "pipe:"));
  }
  case __NR_close: {
    /* whatever it answers, it does what it is asked for */
    if (error != 0) return 0;
    const char *target = target_of(pid, first);
    return begins(target, folder) || is_kernel_object(target);
  }
  case __NR_pwrite64: case __NR_pwritev: case __NR_ftruncate: case __NR_fallocate:
  case __NR_copy_file_range: case __NR_fsync: case __NR_fdatasync: case __NR_fchmod:
  case __NR_fchown: case __NR_flock:
    return begins(target_of(pid, first), folder);
  case __NR_openat: {
    int makes = (REG_ARG2(*r) & (O_CREAT | O_TRUNC)) != 0;
    return (makes || error == EMFILE) && is_ours(text_of(pid, REG_ARG1(*r)), folder);
  }
  case __NR_symlinkat: case __NR_linkat: case __NR_renameat2: case __NR_unlinkat:
  case __NR_mkdirat: case __NR_mknodat: case __NR_fchmodat: case __NR_fchownat:
    return is_ours(text_of(pid, REG_ARG1(*r)), folder);
#ifdef __x86_64__
  case __NR_open:
    return (REG_ARG1(*r) & (O_CREAT | O_TRUNC)) != 0 && is_ours(text_of(pid, first), folder);
  case __NR_renameat:
    return is_ours(text_of(pid, REG_ARG1(*r)), folder);
  case __NR_fork: case __NR_vfork:
    return 1;
#endif
  }
  /* truncate and the old calls: the path comes first */
  return is_ours(text_of(pid, first), folder);
}
