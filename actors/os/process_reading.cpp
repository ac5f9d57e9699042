// What a child writes, on its way to its owner.

#include "actors/os/process.hpp"
#include "protocol/base/limits.hpp"

#include <cerrno>

namespace troupe::os {

namespace {

/// Reads of one stream after its child ended: all that a pipe can hold, but not what a
/// grandchild that still has the pipe may go on writing.
constexpr int last_reads = 32;

} // namespace

bool process::fetch_output() {
  read_some(output_, &process::send_output);
  return untaken_ > 0;
}

void process::send_output(shared_bytes bytes) {
  ++untaken_;
  owner_->output(0, std::move(bytes));
}

void process::send_control(shared_bytes bytes) {
  if (!bytes.empty())
    owner_->output(1, std::move(bytes));
}

void process::send_log(shared_bytes bytes) {
  if (!bytes.empty())
    owner_->log(std::move(bytes));
}

void process::read_when_ready(loop::descriptor& from, forward to) {
  from.watch(EPOLLIN, [self = shared_from_this(), &from, to](uint32_t) {
    self->read_some(from, to);
  });
}

bool process::read_some(loop::descriptor& from, forward to) {
  if (!from.is_open())
    return false;
  auto space = loop_.scratch();
  auto n = ::read(from.get(), space.data(), space.size());
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return false;
  // A terminal hands out no more than 4 KiB at a time.
  for (int i = 1; gathers_ && i < limits::gathered_reads && n > 0
                  && static_cast<size_t>(n) < space.size();
       ++i) {
    auto more =
        ::read(from.get(), space.data() + n, space.size() - static_cast<size_t>(n));
    if (more <= 0)
      break;
    n += more;
  }
  if (n > 0) {
    if (static_cast<size_t>(n) == space.size() && &from == &output_)
      output_pipe_.grow(output_.get());
    (this->*to)(shared_bytes{std::string{space.data(), static_cast<size_t>(n)}});
    return true;
  }
  from.close();
  (this->*to)(shared_bytes{});
  return false;
}

void process::drain(loop::descriptor& from, forward to) {
  for (int i = 0; i < last_reads && read_some(from, to); ++i)
    ;
  from.close();
}

} // namespace troupe::os
