#pragma once

#include <poll.h>

// Before libevent's headers, which define _GNU_SOURCE: the system's types must look the same here as in Swift's Glibc.
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <event2/thread.h>

// Whether the peer has closed its side of the connection or reset it, without reading what it sent before: POLLRDHUP of
// poll(2), for which <poll.h> wants _GNU_SOURCE.
static inline int socket_peer_is_gone(int descriptor) {
#ifndef POLLRDHUP
#define POLLRDHUP 0x2000
#endif
    struct pollfd poller = {.fd = descriptor, .events = POLLRDHUP};
    return poll(&poller, 1, 0) > 0;
}
