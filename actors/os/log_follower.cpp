#include "actors/os/log_follower.hpp"

#include "actors/loop/loop.hpp"
#include "protocol/base/limits.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace troupe::os {

namespace {

off_t size_of(const loop::unique_fd& file) {
  struct stat info {};
  return ::fstat(file.get(), &info) == 0 ? info.st_size : 0;
}

} // namespace

log_follower::log_follower(std::shared_ptr<file_watch> watch, loop::event_loop& loop,
                           std::string path, size_t last)
  : watch_(std::move(watch))
  , loop_(loop)
  , path_(std::move(path))
  , file_(::open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC)) {
  if (file_)
    done_ = std::max<off_t>(size_of(file_) - static_cast<off_t>(last), 0);
}

log_follower::~log_follower() {
  watch_->remove(name_);
}

void log_follower::start(std::function<void(shared_bytes)> on_bytes) {
  on_bytes_ = std::move(on_bytes);
  if (!file_)
    return;
  // First the watch, then the look: nothing comes in between unseen.
  name_ = watch_->add(path_, [this] { read(); });
  read();
}

void log_follower::finish() {
  if (file_)
    read();
  watch_->remove(std::exchange(name_, -1));
  file_.reset();
  ::unlink(path_.c_str());
}

void log_follower::read() {
  constexpr auto most = static_cast<off_t>(limits::child_log);
  auto size = size_of(file_);
  if (size < done_)
    done_ = 0; // somebody emptied it
  if (size - done_ > most) {
    auto skipped = size - most / 2 - done_;
    done_ += skipped;
    on_bytes_(
        shared_bytes{"\n(" + std::to_string(skipped) + " bytes of log left out)\n"});
  }
  while (done_ < size) {
    auto space = loop_.scratch();
    auto n = ::pread(file_.get(), space.data(), space.size(), done_);
    if (n <= 0)
      break;
    done_ += n;
    on_bytes_(shared_bytes{std::string{space.data(), static_cast<size_t>(n)}});
  }
  // The child appends, so it goes on at the beginning.
  if (done_ >= most && done_ >= size_of(file_) && ::ftruncate(file_.get(), 0) == 0)
    done_ = 0;
}

} // namespace troupe::os
