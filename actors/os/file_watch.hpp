#pragma once

#include "actors/loop/descriptor.hpp"

#include <functional>
#include <map>
#include <string>

namespace troupe::os {

/// Tells when files are written to: one inotify descriptor for many files, of which the
/// system has few. For the loop's thread only.
class file_watch {
public:
  using handler = std::function<void()>;

  explicit file_watch(loop::event_loop& loop);

  /// Calls `on_write` after somebody wrote to the file, until it is removed. Returns what
  /// names it, or -1 where the system has no room for another.
  int add(const std::string& path, handler on_write);

  void remove(int name);

private:
  void take();

  loop::descriptor changes_;
  std::map<int, handler> handlers_;
};

} // namespace troupe::os
