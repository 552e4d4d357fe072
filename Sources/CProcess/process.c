#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// --- the heap --------------------------------------------------------------------------------------------------------
//
// getrusage(2) says of a child what was resident at most, and that counts from the fork: a child begins with the peak of
// the memory that it was forked with, and a vfork or posix_spawn begins with all of its parent's. A megabyte of payload
// would be a megabyte of every program. So children do not get the heap.

static uintptr_t heap_begin;

static uintptr_t page_above(uintptr_t address) {
    uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE);
    return (address + size - 1) / size * size;
}

void process_keep_heap_from_children(void) {
    // All of it from brk(2), nothing from mmap(2).
    mallopt(M_MMAP_MAX, 0);
    heap_begin = page_above((uintptr_t)sbrk(0));
}

void process_trim_heap(void) {
    malloc_trim(0);
}

static void advise_heap(int advice) {
    uintptr_t heap_end = page_above((uintptr_t)sbrk(0));
    if (heap_begin != 0 && heap_end > heap_begin) madvise((void *)heap_begin, heap_end - heap_begin, advice);
}

// --- files -----------------------------------------------------------------------------------------------------------

int process_memory_file(void) {
    return memfd_create("code-runner", MFD_CLOEXEC);
}

bool process_is_in_memory(int descriptor) {
    struct statfs status;
    return fstatfs(descriptor, &status) == 0 && (status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC);
}

// --- terminals -------------------------------------------------------------------------------------------------------

void process_resize_terminal(int terminal, unsigned short columns, unsigned short rows) {
    struct winsize size = {.ws_col = columns, .ws_row = rows};
    ioctl(terminal, TIOCSWINSZ, &size);
}

int process_open_terminal(unsigned short columns, unsigned short rows, int *program) {
    char name[64];
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (terminal < 0) return -1;
    if (unlockpt(terminal) == 0 && ptsname_r(terminal, name, sizeof name) == 0) {
        *program = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (*program >= 0) {
            process_resize_terminal(terminal, columns, rows);
            struct termios settings;
            if (tcgetattr(terminal, &settings) == 0) {
                settings.c_iflag |= IUTF8; // an erased character is erased as a whole
                tcsetattr(terminal, TCSANOW, &settings);
            }
            return terminal;
        }
    }
    int code = errno;
    close(terminal);
    errno = code;
    return -1;
}

// --- between fork and exec -------------------------------------------------------------------------------------------

// What the child needs, in memory that it has.
struct start {
    size_t size;
    int descriptors[3];
    bool on_terminal;
    const char *directory;
    char *search[2]; // an environment with the caller's PATH alone, where it has one
    char **words;
    char **environment;
};

// Strings one behind the other, each with its zero.
struct texts {
    const char *first;
    size_t count;
};

static const char *next(const char *text) {
    return text + strlen(text) + 1;
}

static size_t size_of(struct texts texts) {
    const char *end = texts.first;
    for (size_t index = 0; index < texts.count; index++) end = next(end);
    return (size_t)(end - texts.first);
}

// Whether the variable is among those that replace it.
static bool is_replaced(const char *variable, struct texts others) {
    size_t name = strcspn(variable, "=") + 1;
    const char *other = others.first;
    for (size_t index = 0; index < others.count; index++, other = next(other)) {
        if (strncmp(variable, other, name) == 0) return true;
    }
    return false;
}

static char *append(char **end, const char *string) {
    char *copy = *end;
    *end = stpcpy(copy, string) + 1;
    return copy;
}

static char **append_all(char **end, char **target, struct texts texts) {
    const char *text = texts.first;
    for (size_t index = 0; index < texts.count; index++, text = next(text)) *target++ = append(end, text);
    return target;
}

static struct start *make_start(const char *text, struct texts arguments, struct texts variables, const char *directory,
                                const int descriptors[3]) {
    const size_t word_count = arguments.count + 5; // with the NULL behind them
    size_t count = 0, size = sizeof(struct start) + strlen(text) + strlen(directory) + sizeof "sh -c sh" + 2;
    for (; environ[count] != NULL; count++) size += 2 * (strlen(environ[count]) + 1); // one of them is PATH
    size += size_of(arguments) + size_of(variables) + (word_count + variables.count + count + 1) * sizeof(char *);
    struct start *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    start->size = size;
    memcpy(start->descriptors, descriptors, sizeof start->descriptors);
    start->words = (char **)(start + 1);
    start->environment = start->words + word_count;
    char *end = (char *)(start->environment + variables.count + count + 1);
    char **word = start->words;
    *word++ = append(&end, "sh");
    *word++ = append(&end, "-c");
    *word++ = append(&end, text);
    if (arguments.count > 0) *word++ = append(&end, "sh");
    append_all(&end, word, arguments);
    char **variable = append_all(&end, start->environment, variables);
    for (size_t index = 0; index < count; index++) {
        if (!is_replaced(environ[index], variables)) *variable++ = append(&end, environ[index]);
        if (strncmp(environ[index], "PATH=", 5) == 0) start->search[0] = append(&end, environ[index]);
    }
    start->directory = append(&end, directory);
    return start;
}

struct failure {
    int code;
    const char *what; // of the program's text, which both processes have
};

static void prefer_for_out_of_memory(void) {
    // The files of a process that is not dumpable belong to root, proc(5). Nobody is there yet who could look into this
    // one, and execve(2) makes it dumpable anyway.
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, "1000", 4) < 0) {} // It runs without as well.
    close(file);
}

// Only what needs no heap, and is async-signal-safe.
static struct failure become_shell(struct start *start) {
    sigset_t none;
    sigemptyset(&none);
    if (start->on_terminal) setsid();
    else setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    prefer_for_out_of_memory();
    for (int target = 0; target < 3; target++) {
        if (dup2(start->descriptors[target], target) < 0) return (struct failure){errno, "pass on a pipe"};
    }
    if (start->on_terminal && ioctl(0, TIOCSCTTY, 0) != 0) return (struct failure){errno, "take the terminal"};
    if (chdir(start->directory) != 0) return (struct failure){errno, "enter the directory"};
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    environ = start->search;
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe("sh", start->words, start->environment);
    return (struct failure){errno, "start sh"};
}

static pid_t fork_shell(struct start *start, struct failure *failure) {
    int report[2]; // closed by the exec, or else it brings what went wrong
    if (pipe2(report, O_CLOEXEC) != 0) {
        *failure = (struct failure){errno, "make a pipe"};
        return -1;
    }
    advise_heap(MADV_DONTFORK);
    pid_t child = _Fork(); // runs no handlers, which might want the heap
    if (child == 0) {
        struct failure seen = become_shell(start);
        if (write(report[1], &seen, sizeof seen) < 0) {} // Then the exit code has to do.
        _exit(127);
    }
    if (child < 0) *failure = (struct failure){errno, "start a process"};
    advise_heap(MADV_DOFORK);
    close(report[1]);
    if (child > 0 && read(report[0], failure, sizeof *failure) == sizeof *failure) {
        waitpid(child, NULL, 0);
        child = -1;
    }
    close(report[0]);
    return child;
}

pid_t process_start_shell(const char *text, const char *arguments, size_t argument_count, const char *variables,
                          size_t variable_count, const char *directory, const int descriptors[3], bool on_terminal,
                          const char **failed) {
    struct failure failure = {ENOMEM, "start a process"};
    struct start *start = make_start(text, (struct texts){arguments, argument_count},
                                     (struct texts){variables, variable_count}, directory, descriptors);
    if (start != NULL) start->on_terminal = on_terminal;
    pid_t child = start == NULL ? -1 : fork_shell(start, &failure);
    if (start != NULL) munmap(start, start->size);
    *failed = failure.what;
    errno = failure.code;
    return child;
}
