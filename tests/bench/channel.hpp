#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace troupe::bench {

/// Throws std::system_error with `what` and the text of errno.
[[noreturn]] void fail(const std::string& what);

/// Returns a socket that listens at `path`, or one that is connected to it.
int unix_socket(const std::string& path, bool listens);

/// Two byte streams: a node's unix socket, or the pipes of a child. Reading blocks and
/// writing never does, so that a single call costs two system calls, and many large ones
/// cannot make both sides wait for each other.
class channel {
public:
  /// Connects to the socket at `path`.
  static channel to_socket(const std::string& path);

  /// Starts a program, which is killed with this channel.
  static channel to_child(std::vector<std::string> command);

  /// Connects to `host:port`.
  static channel to_tcp(const std::string& address);

  channel(channel&& other) noexcept;
  channel& operator=(channel&&) = delete;
  ~channel();

  /// The descriptors, for one who waits for several channels.
  int in() const noexcept { return in_; }
  int out() const noexcept { return out_; }

  /// Waits for bytes and returns how many came; the end of the stream throws.
  size_t read(char* to, size_t size);

  /// Writes what fits now and returns how much that was.
  size_t write(std::string_view bytes);

  /// Waits until one of both is possible; returns whether reading is.
  bool wait();

private:
  channel(int in, int out, pid_t child)
    : in_(in)
    , out_(out)
    , child_(child) {}

  int in_;
  int out_;
  /// 0 where there is none.
  pid_t child_;
};

} // namespace troupe::bench
