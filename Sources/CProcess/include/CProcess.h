#pragma once

#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/types.h>

// prctl(2) is variadic, which Swift cannot call. Both return 0, or -1 with errno.
static inline int process_set_not_dumpable(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
static inline int process_set_child_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

// An empty file without a name, in memory, memfd_create(2), which GNU sources alone have. Returns a descriptor, or -1.
int process_memory_file(void);

// Whether a file is in memory, in a tmpfs(5) that is, whose number in statfs(2) is a macro of the kernel's.
bool process_is_in_memory(int descriptor);

// Keeps what is allocated from now on out of the children that process_start_shell forks. To be called first, once, by a
// process of one thread.
void process_keep_heap_from_children(void);

// Gives freed memory back to the system.
void process_trim_heap(void);

// A pseudo-terminal, pty(7), of that size. Returns our side of it, which does not block, and in *program the other; or -1 with
// errno. Both are closed on exec.
int process_open_terminal(unsigned short columns, unsigned short rows, int *program);

// Tells the programs on a terminal, of which this is our side, that it has another size: they get SIGWINCH.
void process_resize_terminal(int terminal, unsigned short columns, unsigned short rows);

// Starts `sh -c TEXT sh ARGUMENT...` in a directory and a process group of its own, with the variables of the caller and
// those given (NAME=VALUE), which replace them, with these descriptors as 0, 1 and 2 and no others, no signal blocked,
// SIGPIPE as it is by default, and the highest oom_score_adj: when memory runs out, the kernel is to take it and not the
// caller. With on_terminal it begins a session, whose terminal descriptor 0 is, credentials(7).
//
// Arguments and variables are strings one behind the other, each with its zero. The shell is looked for in the caller's PATH.
//
// Returns the child, which the caller has to wait for; or -1 with errno, and says in *failed what could not be done.
pid_t process_start_shell(const char *text, const char *arguments, size_t argument_count, const char *variables,
                          size_t variable_count, const char *directory, const int descriptors[3], bool on_terminal,
                          const char **failed);
