/* Raw system calls and registers of the machines that the tracer knows. */
#include <asm/ptrace.h>
#include <stddef.h>

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
