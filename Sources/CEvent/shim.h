#pragma once

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
