# Start-up code of the single-file build for x86-64. docs/single-file.md tells it step by step.
#
# The kernel maps this segment with the runtime, and the dynamic loader jumps here instead of to the
# runtime's own entry. Behind the code comes a table that the builder fills (single_file.ts); every
# "offset" counts from the first byte of this segment.

.intel_syntax noprefix

.set ENTRY, 0          # the runtime's entry, as a distance
.set ENVIRON, 8        # where the runtime keeps the address of libc's environ, as a distance
.set FILES, 16         # list of files to make: offset, count
.set USUAL, 32         # words for usual starts: offset, count
.set STAGE, 48         # words for starts by the tool itself: offset, count
.set ADDED, 64         # variables to add: offset, count
.set DROPPED, 80       # beginnings of variables to drop: offset, count
.set KEPT, 96          # beginnings of variables to keep all the same: offset, count
.set MAIN, 112         # offset of the main module's path
.set FIRST, 120        # offset of the flag that takes the place of the stage word
.set STAGE_WORD, 128   # offset of the first word of a start by the tool itself
.set END_WORD, 136     # offset of the word that ends its flags
.set FLAG, 144         # offset of the beginning of flags that it may have
.set MESSAGE, 152      # offset and length of what is said where something fails
.set DEFAULT_NAME, 168 # offset of the beginning of a variable that must be there
.set DEFAULT, 176      # offset of the variable that is added where it is not
.set SIZE, 184         # bytes of this segment

.set SYS_WRITE, 1
.set SYS_CLOSE, 3
.set SYS_MADVISE, 28
.set SYS_FCNTL, 72
.set SYS_EXIT_GROUP, 231
.set SYS_DUP3, 292
.set SYS_MEMFD_CREATE, 319
.set EINVAL, 22
.set MFD_CLOEXEC, 1
.set MFD_ALLOW_SEALING, 2
.set MFD_NOEXEC_SEAL, 8
.set F_ADD_SEALS, 1033
.set ALL_SEALS, 15     # seal, shrink, grow, write
.set O_CLOEXEC, 0x80000
.set MADV_DONTNEED, 4

.text
stub:
  mov r12, rsp                  # argc, argv, 0, environment, 0
  mov r13, rdx                  # what the dynamic loader wants called at exit
  lea r14, [rip + stub]
  lea rbx, [rip + table]

  # make each file: name offset, data offset, length, descriptor
  mov rbp, [rbx + FILES]
  add rbp, r14
  mov r15, [rbx + FILES + 8]
next_file:
  test r15, r15
  jz files_made
  mov esi, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL
create:
  mov rdi, [rbp]
  add rdi, r14
  mov eax, SYS_MEMFD_CREATE
  push rsi
  syscall
  pop rsi
  cmp eax, -EINVAL              # Linux before 6.3 does not know the last flag
  jne created
  cmp esi, MFD_CLOEXEC | MFD_ALLOW_SEALING
  je fail
  mov esi, MFD_CLOEXEC | MFD_ALLOW_SEALING
  jmp create
created:
  test eax, eax
  js fail
  mov r8d, eax
  mov r9, [rbp + 8]
  add r9, r14
  mov r10, [rbp + 16]
write_more:
  test r10, r10
  jz written
  mov eax, SYS_WRITE
  mov edi, r8d
  mov rsi, r9
  mov rdx, r10
  syscall
  test rax, rax
  jle fail
  add r9, rax
  sub r10, rax
  jmp write_more
written:
  mov eax, SYS_FCNTL
  mov edi, r8d
  mov esi, F_ADD_SEALS
  mov edx, ALL_SEALS
  syscall
  test eax, eax
  js fail
  cmp r8, [rbp + 24]
  je file_made
  mov eax, SYS_DUP3
  mov edi, r8d
  mov esi, [rbp + 24]
  mov edx, O_CLOEXEC
  syscall
  test eax, eax
  js fail
  mov eax, SYS_CLOSE
  mov edi, r8d
  syscall
file_made:
  add rbp, 32
  dec r15
  jmp next_file
files_made:

  # what is in the files now need not stay in memory here; where it stays, nothing is wrong
  mov eax, SYS_MADVISE
  mov rdi, r14
  mov rsi, [rbx + SIZE]
  mov edx, MADV_DONTNEED
  syscall

  # which start is it?
  mov rbp, [r12]                # argc
  test rbp, rbp
  jz fail
  lea r15, [rbx + USUAL]
  xor r8d, r8d                  # 1 for a start by the tool itself
  cmp rbp, 2
  jb known
  mov rsi, [r12 + 16]
  mov rdi, [rbx + STAGE_WORD]
  call is_word
  jne known
  lea r15, [rbx + STAGE]
  mov r8d, 1
known:

  # room for the new block: all old words, all new ones, argc and two ends
  lea rcx, [r12 + rbp * 8 + 16] # the environment
  xor eax, eax
count:
  cmp qword ptr [rcx + rax * 8], 0
  lea rax, [rax + 1]
  jne count
  add rax, rbp
  add rax, [r15 + 8]
  add rax, [rbx + ADDED + 8]
  add rax, 4
  shl rax, 3
  sub rsp, rax
  and rsp, -16
  mov r11, rsp                  # where the next word goes

  # arguments
  mov rax, rbp
  add rax, [r15 + 8]
  call put
  mov rax, [r12 + 8]
  call put
  mov r9, r15
  call put_list
  lea r10, [r12 + 16]           # the user's words
  test r8d, r8d
  jz copy_words
  mov rax, [rbx + FIRST]       # in place of the stage word
  add rax, r14
  call put
next_flag:
  add r10, 8
  mov rsi, [r10]
  test rsi, rsi
  jz fail
  mov rdi, [rbx + END_WORD]
  call is_word
  je flags_end
  mov rsi, [r10]
  mov rdi, [rbx + FLAG]
  call begins
  jne fail
  mov rax, [r10]
  call put
  jmp next_flag
flags_end:
  mov rax, [rbx + MAIN]         # in place of the end word
  add rax, r14
  call put
  add r10, 8
copy_words:
  mov rax, [r10]
  call put
  add r10, 8
  test rax, rax
  jnz copy_words

  # environment; r10 stands at its first word
  mov rbp, r11
  lea r9, [rbx + ADDED]
  call put_list
  mov r8, [rbx + DEFAULT]       # added at the end unless its name is met
  add r8, r14
next_variable:
  cmp qword ptr [r10], 0
  je variables_end
  mov rsi, [r10]
  mov rdi, [rbx + DEFAULT_NAME]
  call begins
  jne 1f
  xor r8d, r8d
1:
  lea r9, [rbx + DROPPED]
  call begins_any
  jne keep
  lea r9, [rbx + KEPT]
  call begins_any
  jne drop
keep:
  mov rax, [r10]
  call put
drop:
  add r10, 8
  jmp next_variable
variables_end:
  test r8, r8
  jz 1f
  mov rax, r8
  call put
1: xor eax, eax
  call put
  mov rax, [rbx + ENVIRON]
  mov rax, [r14 + rax]
  mov [rax], rbp

  mov rax, [rbx + ENTRY]
  add rax, r14
  mov rdx, r13
  jmp rax

# puts rax into the block
put:
  mov [r11], rax
  add r11, 8
  ret

# puts the words of the list at r9 into the block
put_list:
  mov rcx, [r9 + 8]
  mov r9, [r9]
  add r9, r14
1: test rcx, rcx
  jz 2f
  mov rax, [r9]
  add rax, r14
  call put
  add r9, 8
  dec rcx
  jmp 1b
2: ret

# equal: does the text at rsi begin with the one at offset rdi? rsi stands behind it then
begins:
  add rdi, r14
1: mov al, [rdi]
  test al, al
  jz 2f
  cmp al, [rsi]
  jne 2f
  inc rdi
  inc rsi
  jmp 1b
2: ret

# equal: is the text at rsi the one at offset rdi?
is_word:
  call begins
  jne 1f
  cmp byte ptr [rsi], 0
1: ret

# equal: does the text at [r10] begin with one of the list at r9?
begins_any:
  mov rcx, [r9 + 8]
  mov r9, [r9]
  add r9, r14
1: test rcx, rcx
  jz 2f
  mov rsi, [r10]
  mov rdi, [r9]
  call begins
  je 3f
  add r9, 8
  dec rcx
  jmp 1b
2: cmp rsp, 0                   # not equal
3: ret

fail:
  mov rsi, [rbx + MESSAGE]
  add rsi, r14
  mov rdx, [rbx + MESSAGE + 8]
  mov edi, 2
  mov eax, SYS_WRITE
  syscall
  mov edi, 1
  mov eax, SYS_EXIT_GROUP
  syscall

.balign 16
table:
