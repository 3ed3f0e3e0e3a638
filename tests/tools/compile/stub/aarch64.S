// Start-up code of the single-file build for arm64: the steps of x86_64.S, in the same order and by
// the same names. docs/single-file.md tells them.
//
// x19 is what the dynamic loader wants called at exit, x20 the stack as it was, x21 the first byte of
// this segment, x22 the table, x27 where the next word goes.

.set ENTRY, 0          // the runtime's entry, as a distance
.set ENVIRON, 8        // where the runtime keeps the address of libc's environ, as a distance
.set FILES, 16         // list of files to make: offset, count
.set USUAL, 32         // words for usual starts: offset, count
.set STAGE, 48         // words for starts by the tool itself: offset, count
.set ADDED, 64         // variables to add: offset, count
.set DROPPED, 80       // beginnings of variables to drop: offset, count
.set KEPT, 96          // beginnings of variables to keep all the same: offset, count
.set MAIN, 112         // offset of the main module's path
.set FIRST, 120        // offset of the flag that takes the place of the stage word
.set STAGE_WORD, 128   // offset of the first word of a start by the tool itself
.set END_WORD, 136     // offset of the word that ends its flags
.set FLAG, 144         // offset of the beginning of flags that it may have
.set MESSAGE, 152      // offset and length of what is said where something fails
.set DEFAULT_NAME, 168 // offset of the beginning of a variable that must be there
.set DEFAULT, 176      // offset of the variable that is added where it is not
.set SIZE, 184         // bytes of this segment

.set SYS_DUP3, 24
.set SYS_FCNTL, 25
.set SYS_CLOSE, 57
.set SYS_WRITE, 64
.set SYS_EXIT_GROUP, 94
.set SYS_MADVISE, 233
.set SYS_MEMFD_CREATE, 279
.set EINVAL, 22
.set MFD_CLOEXEC, 1
.set MFD_ALLOW_SEALING, 2
.set MFD_NOEXEC_SEAL, 8
.set F_ADD_SEALS, 1033
.set ALL_SEALS, 15     // seal, shrink, grow, write
.set O_CLOEXEC, 0x80000
.set MADV_DONTNEED, 4

.text
stub:
  mov x19, x0
  mov x20, sp                   // argc, argv, 0, environment, 0
  adr x21, stub
  adr x22, table

  // make each file: name offset, data offset, length, descriptor
  ldp x23, x24, [x22, FILES]
  add x23, x23, x21
next_file:
  cbz x24, files_made
  mov x25, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL
create:
  ldr x0, [x23]
  add x0, x0, x21
  mov x1, x25
  mov x8, SYS_MEMFD_CREATE
  svc 0
  cmn w0, EINVAL                // Linux before 6.3 does not know the last flag
  b.ne created
  cmp x25, MFD_CLOEXEC | MFD_ALLOW_SEALING
  b.eq fail
  mov x25, MFD_CLOEXEC | MFD_ALLOW_SEALING
  b create
created:
  tbnz w0, 31, fail
  mov w25, w0
  ldp x26, x28, [x23, 8]
  add x26, x26, x21
write_more:
  cbz x28, written
  mov w0, w25
  mov x1, x26
  mov x2, x28
  mov x8, SYS_WRITE
  svc 0
  cmp x0, 0
  b.le fail
  add x26, x26, x0
  sub x28, x28, x0
  b write_more
written:
  mov w0, w25
  mov x1, F_ADD_SEALS
  mov x2, ALL_SEALS
  mov x8, SYS_FCNTL
  svc 0
  tbnz w0, 31, fail
  ldr x1, [x23, 24]
  cmp x25, x1
  b.eq file_made
  mov w0, w25
  mov x2, O_CLOEXEC
  mov x8, SYS_DUP3
  svc 0
  tbnz w0, 31, fail
  mov w0, w25
  mov x8, SYS_CLOSE
  svc 0
file_made:
  add x23, x23, 32
  sub x24, x24, 1
  b next_file
files_made:

  // what is in the files now need not stay in memory here; where it stays, nothing is wrong
  mov x0, x21
  ldr x1, [x22, SIZE]
  mov x2, MADV_DONTNEED
  mov x8, SYS_MADVISE
  svc 0

  // which start is it?
  ldr x23, [x20]                // argc
  cbz x23, fail
  add x24, x22, USUAL
  mov x25, 0                    // 1 for a start by the tool itself
  cmp x23, 2
  b.lo known
  ldr x1, [x20, 16]
  ldr x0, [x22, STAGE_WORD]
  bl is_word
  b.ne known
  add x24, x22, STAGE
  mov x25, 1
known:

  // room for the new block: all old words, all new ones, argc and two ends
  add x2, x20, x23, lsl 3
  add x2, x2, 16                // the environment
  mov x9, 0
count:
  ldr x0, [x2, x9, lsl 3]
  add x9, x9, 1
  cbnz x0, count
  add x9, x9, x23
  ldr x0, [x24, 8]
  add x9, x9, x0
  ldr x1, [x22, ADDED + 8]
  add x9, x9, x1
  add x9, x9, 4
  sub x27, x20, x9, lsl 3
  and x27, x27, -16
  mov sp, x27

  // arguments
  add x0, x0, x23
  bl put
  ldr x0, [x20, 8]
  bl put
  mov x28, x24
  bl put_list
  add x26, x20, 16              // the user's words
  cbz x25, copy_words
  ldr x0, [x22, FIRST]          // in place of the stage word
  add x0, x0, x21
  bl put
next_flag:
  ldr x1, [x26, 8]!
  cbz x1, fail
  ldr x0, [x22, END_WORD]
  bl is_word
  b.eq flags_end
  ldr x1, [x26]
  ldr x0, [x22, FLAG]
  bl begins
  b.ne fail
  ldr x0, [x26]
  bl put
  b next_flag
flags_end:
  ldr x0, [x22, MAIN]           // in place of the end word
  add x0, x0, x21
  bl put
  add x26, x26, 8
copy_words:
  ldr x0, [x26], 8
  bl put
  cbnz x0, copy_words

  // environment; x26 stands at its first word
  mov x23, x27
  add x28, x22, ADDED
  bl put_list
  ldr x25, [x22, DEFAULT]       // added at the end unless its name is met
  add x25, x25, x21
next_variable:
  ldr x1, [x26]
  cbz x1, variables_end
  ldr x0, [x22, DEFAULT_NAME]
  bl begins
  csel x25, xzr, x25, eq
  add x28, x22, DROPPED
  bl begins_any
  b.ne keep
  add x28, x22, KEPT
  bl begins_any
  b.ne drop
keep:
  ldr x0, [x26]
  bl put
drop:
  add x26, x26, 8
  b next_variable
variables_end:
  cbz x25, 1f
  mov x0, x25
  bl put
1: mov x0, 0
  bl put
  ldr x0, [x22, ENVIRON]
  ldr x0, [x21, x0]
  str x23, [x0]

  ldr x16, [x22, ENTRY]
  add x16, x16, x21
  mov x0, x19
  br x16

// puts x0 into the block
put:
  str x0, [x27], 8
  ret

// puts the words of the list at x28 into the block
put_list:
  mov x14, x30
  ldp x11, x10, [x28]
  add x11, x11, x21
1: cbz x10, 2f
  ldr x0, [x11], 8
  add x0, x0, x21
  bl put
  sub x10, x10, 1
  b 1b
2: ret x14

// equal: does the text at x1 begin with the one at offset x0? x1 stands behind it then
begins:
  add x0, x0, x21
1: ldrb w2, [x0], 1
  cmp w2, 0
  b.eq 2f
  ldrb w3, [x1]
  cmp w2, w3
  b.ne 2f
  add x1, x1, 1
  b 1b
2: ret

// equal: is the text at x1 the one at offset x0?
is_word:
  mov x15, x30
  bl begins
  b.ne 1f
  ldrb w2, [x1]
  cmp w2, 0
1: ret x15

// equal: does the text at [x26] begin with one of the list at x28?
begins_any:
  mov x15, x30
  ldp x11, x10, [x28]
  add x11, x11, x21
1: cbz x10, 2f
  ldr x1, [x26]
  ldr x0, [x11], 8
  bl begins
  b.eq 3f
  sub x10, x10, 1
  b 1b
2: cmp x22, 0                   // not equal
3: ret x15

fail:
  ldp x1, x2, [x22, MESSAGE]
  add x1, x1, x21
  mov x0, 2
  mov x8, SYS_WRITE
  svc 0
  mov x0, 1
  mov x8, SYS_EXIT_GROUP
  svc 0

.balign 16
table:
