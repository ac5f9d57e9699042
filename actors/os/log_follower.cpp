#include "actors/os/log_follower.hpp"

#include "actors/loop/loop.hpp"
#include "protocol/base/limits.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace troupe::os {

namespace {

/// A block of a file system is a divisor or a small multiple of it.
constexpr off_t hole_unit = 4096;

off_t size_of(const loop::unique_fd& file) {
  struct stat info {};
  return ::fstat(file.get(), &info) == 0 ? info.st_size : 0;
}

/// Returns where the file begins to have bytes: what was read before is taken out of it.
off_t data_begin(const loop::unique_fd& file) {
  auto begin = ::lseek(file.get(), 0, SEEK_DATA);
  return begin < 0 ? size_of(file) : begin;
}

} // namespace

log_follower::log_follower(std::shared_ptr<file_watch> watch, loop::event_loop& loop,
                           std::string path, size_t last)
  : watch_(std::move(watch))
  , loop_(loop)
  , path_(std::move(path))
  , file_(::open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC)) {
  if (!file_)
    return;
  freed_ = data_begin(file_);
  done_ = std::max(size_of(file_) - static_cast<off_t>(last), freed_);
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
    done_ = freed_ = 0; // somebody emptied it
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
  if (done_ - freed_ >= most)
    give_back();
}

/// The child may append at any moment, and to cut the file would take away what has just
/// come. A hole takes only what was read; the length of the file goes on growing.
void log_follower::give_back() {
  auto end = done_ - done_ % hole_unit;
  if (::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, freed_,
                  end - freed_)
      == 0)
    freed_ = end;
  else if (done_ >= size_of(file_) && ::ftruncate(file_.get(), 0) == 0)
    done_ = freed_ =
        0; // the file system has no holes: the child goes on at the beginning
}

} // namespace troupe::os
