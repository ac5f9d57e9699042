#include "actors/os/file_watch.hpp"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cstring>

namespace troupe::os {

file_watch::file_watch(loop::event_loop& loop)
  : changes_(loop, loop::unique_fd{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)}) {
  if (changes_.is_open())
    changes_.watch(EPOLLIN, [this](uint32_t) { take(); });
}

int file_watch::add(const std::string& path, handler on_write) {
  if (!changes_.is_open())
    return -1;
  auto name = ::inotify_add_watch(changes_.get(), path.c_str(), IN_MODIFY);
  if (name >= 0)
    handlers_[name] = std::move(on_write);
  return name;
}

void file_watch::remove(int name) {
  if (handlers_.erase(name) > 0)
    ::inotify_rm_watch(changes_.get(), name);
}

void file_watch::take() {
  alignas(inotify_event) char space[4096];
  auto n = ::read(changes_.get(), space, sizeof space);
  inotify_event event;
  for (ssize_t at = 0; at < n; at += static_cast<ssize_t>(sizeof event + event.len)) {
    std::memcpy(&event, space + at, sizeof event);
    if (auto found = handlers_.find(event.wd); found != handlers_.end())
      found->second();
  }
}

} // namespace troupe::os
