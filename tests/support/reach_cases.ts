/**
 * Programs in assembler whose poison can or cannot be reached.
 *
 * @module
 */

/** libbpf's poison as assembler: a helper that does not exist. */
export const POISON = "call 195896080";

/** Sources and whether the poison in them can be reached. */
export const REACH_CASES:
  readonly (readonly [title: string, isReached: boolean, source: string])[] = [
    ["a straight path", true, POISON],
    ["code after exit", false, `r0 = 0\nexit\n${POISON}`],
    ["a constant guard", false, `r1 = 0\nif r1 == 0 goto out\n${POISON}\nout:\nr0 = 0\nexit`],
    ["an open guard", true, `if r1 == 0 goto out\n${POISON}\nout:\nr0 = 0\nexit`],
    ["arithmetic", false, `r1 = 6\nr1 *= 7\nr1 -= 2\nif r1 == 40 goto out\n${POISON}\nout:\nexit`],
    ["32-bit wrap", false, `w1 = -1\nw1 += 1\nif r1 == 0 goto out\n${POISON}\nout:\nexit`],
    ["sign extension", false, `r1 = 255\nr1 = (s8)r1\nif r1 == -1 goto out\n${POISON}\nout:\nexit`],
    ["unsigned below zero", false, `if r1 >= 0 goto out\n${POISON}\nout:\nexit`],
    [
      "equal side of a branch",
      false,
      `if r1 != 3 goto out\nif r1 == 3 goto out\n${POISON}\nout:\nexit`,
    ],
    [
      "a spilled constant",
      false,
      `r1 = 5
*(u64 *)(r10 - 8) = r1
r1 = 0
r2 = *(u64 *)(r10 - 8)
if r2 == 5 goto out
${POISON}
out:
exit`,
    ],
    [
      "a constant through another address",
      false,
      `r1 = r10
r1 += -16
*(u32 *)(r1 + 0) = 9
r2 = *(u32 *)(r10 - 16)
if w2 == 9 goto out
${POISON}
out:
exit`,
    ],
    [
      "a slot that a helper overwrites",
      true,
      `*(u64 *)(r10 - 8) = 5
r1 = r10
r1 += -8
w2 = 8
call 113
r2 = *(u64 *)(r10 - 8)
if r2 == 5 goto out
${POISON}
out:
exit`,
    ],
    [
      "a slot beside what a helper overwrites",
      false,
      `*(u64 *)(r10 - 8) = 5
r1 = r10
r1 += -16
w2 = 8
call 113
r2 = *(u64 *)(r10 - 8)
if r2 == 5 goto out
${POISON}
out:
exit`,
    ],
    [
      "a slot that a helper of unknown size reads",
      true,
      `*(u64 *)(r10 - 8) = 5
r2 = r10
r2 += -8
call 1
r2 = *(u64 *)(r10 - 8)
if r2 == 5 goto out
${POISON}
out:
exit`,
    ],
    [
      "a byte that cannot be so large",
      false,
      `r1 = *(u8 *)(r2 + 0)
if r1 < 256 goto out
${POISON}
out:
exit`,
    ],
    [
      "a byte that may be so large",
      true,
      `r1 = *(u8 *)(r2 + 0)
if r1 < 255 goto out
${POISON}
out:
exit`,
    ],
    [
      "a masked number",
      false,
      `r1 &= 7
if r1 <= 7 goto out
${POISON}
out:
exit`,
    ],
    [
      "a shifted number",
      false,
      `r1 >>= 60
if r1 s< 16 goto out
${POISON}
out:
exit`,
    ],
    [
      "a bound from the branch before",
      false,
      `if r1 > 5 goto out
if r1 < 6 goto out
${POISON}
out:
exit`,
    ],
    [
      "a lower bound from the branch before",
      false,
      `if r1 > 9 goto out
if r1 < 3 goto out
if r1 >= 3 goto out
${POISON}
out:
exit`,
    ],
    [
      "bounds that leave room",
      true,
      `if r1 > 9 goto out
if r1 < 3 goto out
if r1 > 3 goto out
${POISON}
out:
exit`,
    ],
    [
      "a quotient",
      true,
      `r1 = 8
r1 /= 2
if r1 == 4 goto out
${POISON}
out:
exit`,
    ],
    [
      "a number between the places of registers",
      true,
      `*(u32 *)(r10 - 4) = 5
r2 = *(u32 *)(r10 - 4)
if w2 == 5 goto out
${POISON}
out:
exit`,
    ],
    [
      "zeroes between the places of registers",
      false,
      `*(u16 *)(r10 - 4) = 0
*(u16 *)(r10 - 2) = 0
r2 = *(u32 *)(r10 - 4)
if w2 == 0 goto out
${POISON}
out:
exit`,
    ],
    [
      "the low half of a number on the stack",
      false,
      `*(u64 *)(r10 - 8) = 5
r2 = *(u32 *)(r10 - 8)
if w2 == 5 goto out
${POISON}
out:
exit`,
    ],
    [
      "half of a slot",
      true,
      `*(u64 *)(r10 - 8) = 5
*(u8 *)(r10 - 5) = r3
r2 = *(u64 *)(r10 - 8)
if r2 == 5 goto out
${POISON}
out:
exit`,
    ],
    [
      "a store to an unknown place of the stack",
      true,
      `*(u64 *)(r10 - 8) = 5
r4 = r10
r4 += r3
*(u8 *)(r4 + 0) = r3
r2 = *(u64 *)(r10 - 8)
if r2 == 5 goto out
${POISON}
out:
exit`,
    ],
    [
      "a constant through a call",
      false,
      `r1 = 1
call g
if r0 == 2 goto out
${POISON}
out:
exit
g:
r0 = r1
r0 += 1
exit`,
    ],
    [
      "a caller's stack that a callee changes",
      true,
      `*(u64 *)(r10 - 8) = 5
r1 = r10
r1 += -8
call g
r2 = *(u64 *)(r10 - 8)
if r2 == 5 goto out
${POISON}
out:
exit
g:
*(u64 *)(r1 + 0) = 6
exit`,
    ],
    [
      "callee-saved registers",
      false,
      `r6 = 7
call g
if r6 == 7 goto out
${POISON}
out:
exit
g:
r6 = 8
r0 = 0
exit`,
    ],
    [
      "caller-saved registers",
      true,
      `r1 = 7
call 5
if r1 == 7 goto out
${POISON}
out:
exit`,
    ],
    [
      "a loop that is counted out",
      false,
      `r1 = 0
loop:
r1 += 1
if r1 < 10 goto loop
if r1 == 10 goto out
${POISON}
out:
exit`,
    ],
  ];
