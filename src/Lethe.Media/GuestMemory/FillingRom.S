# guest-rom.S - a 64 KiB ROM that is the whole firmware of a tiny x86-64 guest.
#
# It fills RAM from 4 MiB with COUNT words, word i = mix(SEED + i), where mix is
# the splitmix64 finalizer, then sends 'F' to the serial port and halts.
#
# File layout (a program patches the first 16 bytes, little-endian):
#   0x0000  SEED   8 bytes
#   0x0008  COUNT  8 bytes, in words; 4 MiB + 8*COUNT must fit in the guest RAM
#   0x0010  tables and code
#   0xFFF0  reset vector
#
# QEMU shows these 64 KiB twice: at 0xFFFF0000 and at 0xF0000. We use only the low
# one, because a paged jump must find the code at its own linear address and the
# 1 GiB identity map does not reach the high one.
#
# All addresses are "label - rom" sums, so the object needs no relocation.
#
#   gcc -c -o guest-rom.o guest-rom.S
#   ld -m elf_x86_64 -Ttext=0xF0000 -e 0xFFFF0 -o guest-rom.elf guest-rom.o
#   objcopy -O binary -j .text guest-rom.elf rom.bin

        .set    LOW,   0xF0000          # where the low copy of the ROM is
        .set    PML4,  0x1000           # page tables: three pages of low RAM
        .set    PDPT,  0x2000
        .set    PD,    0x3000
        .set    FILL,  0x400000
        .set    COM1,  0x3F8

        .text
rom:
seed:   .quad   0
count:  .quad   0

# "Accessed" is already set in each entry: the table is in ROM, and the CPU
# could not set it there.
gdt:    .quad   0
        .quad   0x00CF9B000000FFFF      # 0x08 code, 32 bit
        .quad   0x00AF9B000000FFFF      # 0x10 code, 64 bit
        .quad   0x00CF93000000FFFF      # 0x18 data
gdtr:   .word   gdtr - gdt - 1
        .long   LOW + (gdt - rom)

        .code16
start16:
        cli
        lgdtl   %cs:gdtr - rom          # CS is the only segment that sees the ROM
        mov     %cr0, %eax
        or      $1, %al
        mov     %eax, %cr0
        ljmpl   $0x08, $LOW + (start32 - rom)

        .code32
start32:
        mov     $0x18, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss               # no stack is used: it would leave words in RAM

        cld
        xor     %eax, %eax              # RAM is not zero after a guest reset
        mov     $PML4, %edi
        mov     $3 * 1024, %ecx
        rep stosl

        movl    $PDPT + 3, PML4         # 3 = present, writable
        movl    $PD + 3, PDPT
        mov     $PD, %edi
        mov     $0x83, %eax             # 0x83 = present, writable, 2 MiB page
1:      mov     %eax, (%edi)
        add     $8, %edi
        add     $0x200000, %eax
        cmp     $0x40000000, %eax       # 1 GiB is one full page directory
        jb      1b

        mov     $0x20, %eax             # CR4.PAE: long mode refuses to start without it
        mov     %eax, %cr4
        mov     $PML4, %eax
        mov     %eax, %cr3
        mov     $0xC0000080, %ecx       # EFER.LME: must be set before paging
        rdmsr
        or      $0x100, %eax
        wrmsr
        mov     $0x80000011, %eax       # PG, ET, PE; a full value, because reset
        mov     %eax, %cr0              # leaves the two cache-off bits set
        ljmp    $0x10, $LOW + (start64 - rom)

        .code64
start64:
        mov     seed(%rip), %rbx
        mov     count(%rip), %rcx
        mov     $FILL, %edi
        movabs  $0xBF58476D1CE4E5B9, %rsi
        movabs  $0x94D049BB133111EB, %rbp
        test    %rcx, %rcx              # the loop tests at its end: 0 would mean 2^64
        jz      2f
1:      mov     %rbx, %rax
        mov     %rbx, %rdx
        shr     $30, %rdx
        xor     %rdx, %rax
        imul    %rsi, %rax
        mov     %rax, %rdx
        shr     $27, %rdx
        xor     %rdx, %rax
        imul    %rbp, %rax
        mov     %rax, %rdx
        shr     $31, %rdx
        xor     %rdx, %rax
        mov     %rax, (%rdi)
        add     $8, %rdi
        inc     %rbx
        dec     %rcx
        jnz     1b

# A saved CPU state must not hold a canary word, so clear every register that
# could, before 'F' tells the host that it may look.
2:      xor     %ebx, %ebx
        xor     %ecx, %ecx
        xor     %esi, %esi
        xor     %edi, %edi
        xor     %ebp, %ebp
        xor     %esp, %esp
        xor     %r8d, %r8d
        xor     %r9d, %r9d
        xor     %r10d, %r10d
        xor     %r11d, %r11d
        xor     %r12d, %r12d
        xor     %r13d, %r13d
        xor     %r14d, %r14d
        xor     %r15d, %r15d
        mov     $COM1, %edx             # also clears the upper half, as does the next
        mov     $'F', %eax
        out     %al, %dx                # QEMU's UART sends without any setup
        xor     %eax, %eax
        xor     %edx, %edx
3:      cli
        hlt                             # an NMI can end hlt, so stay in a loop
        jmp     3b
code_end:

        .org    0xFFF0
        .code16
        ljmp    $0xF000, $start16 - rom # a far jump moves CS to the low copy
        .org    0x10000
