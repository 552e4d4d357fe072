section .data
%include "greet.inc"

section .bss
name: resb 100

section .text
global _start
_start:
    mov rax, 0          ; read(0, name, 100)
    mov rdi, 0
    mov rsi, name
    mov rdx, 100
    syscall
    lea rbx, [rax - 1]  ; without the line feed

    mov rax, 1          ; write(1, greeting, length)
    mov rdi, 1
    mov rsi, greeting
    mov rdx, length
    syscall

    mov rax, 1          ; write(1, name, …)
    mov rdi, 1
    mov rsi, name
    mov rdx, rbx
    syscall

    mov rax, 1          ; write(1, end, 2)
    mov rdi, 1
    mov rsi, end
    mov rdx, 2
    syscall

    mov rax, 60         ; exit(3)
    mov rdi, 3
    syscall
