#pragma once

// What of Linux Swift's Glibc leaves out: epoll(7), and descriptors that can be waited for with it, timerfd_create(2) and
// eventfd(2).

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

// Each returns a descriptor, or -1 with errno.
static inline int watch_create(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}
static inline int watch_create_timer(void) {
    return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}
static inline int watch_create_event(void) {
    return eventfd(0, EFD_CLOEXEC);
}

// Has watch_wait return the number as long as the descriptor can be read, or the other side has closed it.
static inline int watch_add(int watch, int descriptor, uint64_t number) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data = {.u64 = number}};
    return epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event);
}
static inline int watch_remove(int watch, int descriptor) {
    return epoll_ctl(watch, EPOLL_CTL_DEL, descriptor, NULL);
}

// Has the timer expire once after so many nanoseconds, of which there is one at least, and at no time that was set before.
static inline int watch_set_timer(int timer, int64_t nanoseconds) {
    struct itimerspec time = {.it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000}};
    return timerfd_settime(timer, 0, &time, NULL);
}

// Whether it has expired since the last time that this was asked.
static inline int watch_has_expired(int timer) {
    uint64_t count = 0;
    return read(timer, &count, sizeof count) == sizeof count;
}

// Waits for as long as it takes. Returns how many numbers there are, which may be none.
static inline int watch_wait(int watch, uint64_t *numbers, int capacity) {
    struct epoll_event events[64];
    int count = epoll_wait(watch, events, capacity < 64 ? capacity : 64, -1);
    for (int index = 0; index < count; index++) numbers[index] = events[index].data.u64;
    return count;
}

static inline void watch_signal(int event) {
    uint64_t one = 1;
    if (write(event, &one, sizeof one) < 0) {} // It has been signalled already.
}
