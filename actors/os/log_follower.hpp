#pragma once

#include "actors/loop/unique_fd.hpp"
#include "actors/os/file_watch.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <functional>
#include <memory>
#include <string>

namespace troupe::os {

/// Reads the file that a child writes its log to, as it is written, and keeps it from
/// growing without end. For the loop's thread only.
class log_follower {
public:
  /// @param watch Tells when there is something to read.
  /// @param loop The loop.
  /// @param last Bytes, from the end, of what is in the file that are read again.
  log_follower(std::shared_ptr<file_watch> watch, loop::event_loop& loop,
               std::string path, size_t last);
  ~log_follower();
  log_follower(const log_follower&) = delete;
  log_follower& operator=(const log_follower&) = delete;

  /// Calls `on_bytes` with what is in the file, and then with what comes.
  void start(std::function<void(shared_bytes)> on_bytes);

  /// Reads what is left, stops, and removes the file.
  void finish();

private:
  void read();
  /// Gives the space of what was read back to the file system.
  void give_back();

  std::shared_ptr<file_watch> watch_;
  loop::event_loop& loop_;
  std::string path_;
  loop::unique_fd file_;
  /// How much of the file was read or skipped.
  off_t done_ = 0;
  /// How much of it takes no space any more.
  off_t freed_ = 0;
  int name_ = -1;
  std::function<void(shared_bytes)> on_bytes_;
};

} // namespace troupe::os
