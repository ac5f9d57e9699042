#include "actors/basp/byte_stream.hpp"

#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/limits.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace troupe::basp {

namespace {

/// A buffer that a long backlog has made larger is given back after it.
constexpr size_t kept_output = 2 * 1024 * 1024;

} // namespace

byte_stream::byte_stream(loop::event_loop& home, loop::unique_fd socket,
                         std::unique_ptr<tls::channel> channel,
                         std::shared_ptr<byte_totals> bytes)
  : home_(home)
  , socket_(home, std::move(socket))
  , channel_(std::move(channel))
  , bytes_(std::move(bytes)) {
  // A turn's output is one write already: waiting for more would only delay it. On a
  // socket that is not TCP this fails, and nothing is lost.
  int one = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

void byte_stream::watch(loop::poller::handler on_ready) {
  socket_.watch(EPOLLIN, std::move(on_ready));
}

void byte_stream::set_reading(bool on) {
  is_reading_ = on;
  update_interest();
}

void byte_stream::update_interest() {
  uint32_t events = 0;
  if (is_reading_)
    events |= EPOLLIN;
  if (is_blocked_)
    events |= EPOLLOUT;
  socket_.want(events);
}

byte_stream::state byte_stream::read(std::string_view& bytes) {
  bytes = {};
  auto space = home_.scratch();
  auto n = ::recv(socket_.get(), space.data(), space.size(), MSG_DONTWAIT);
  auto is_over = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
  std::string_view came{space.data(), n > 0 ? static_cast<size_t>(n) : 0};
  bytes_->received += came.size();
  if (!channel_) {
    bytes = came;
    return is_over ? state::ended : state::open;
  }
  if (is_over)
    channel_->feed_end();
  else
    channel_->feed(came);
  decrypted_.clear();
  auto after = channel_->read(decrypted_);
  bytes = decrypted_;
  // An end without a farewell is an end: BASP's frames say whether something is missing.
  if (is_over || after == tls::progress::closed)
    return state::ended;
  return after == tls::progress::failed ? state::undecipherable : state::open;
}

/// Makes more of the output ready to be written; returns whether there was any.
bool byte_stream::refill() {
  written_ = 0;
  if (!channel_ || encrypted_up_to_ == plain_.size()) {
    plain_.clear();
    if (plain_.capacity() > kept_output)
      plain_ = {};
    plain_.swap(output_);
    encrypted_up_to_ = 0;
  }
  if (!channel_)
    return !plain_.empty();
  auto n = std::min(plain_.size() - encrypted_up_to_, limits::encrypted_piece);
  if (n > 0)
    channel_->write({plain_.data() + encrypted_up_to_, n});
  encrypted_up_to_ += n;
  encrypted_ = channel_->take_output();
  return !encrypted_.empty();
}

byte_stream::state byte_stream::write() {
  is_blocked_ = false;
  for (size_t total = 0; is_open();) {
    auto begin = channel_ ? encrypted_.data() : plain_.data();
    auto size = channel_ ? encrypted_.size() : plain_.size();
    if (written_ == size) {
      if (!refill())
        break;
      continue;
    }
    // One that is read as fast as it is written would keep the loop.
    is_blocked_ = total >= limits::flush_bytes;
    if (is_blocked_)
      break;
    auto n = ::send(socket_.get(), begin + written_, size - written_,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    is_blocked_ = n < 0 && errno == EAGAIN;
    if (is_blocked_)
      break;
    if (n < 0)
      return state::ended;
    written_ += static_cast<size_t>(n);
    total += static_cast<size_t>(n);
    bytes_->sent += static_cast<size_t>(n);
  }
  update_interest();
  return state::open;
}

size_t byte_stream::waiting() const {
  auto encrypted = channel_ ? encrypted_.size() - encrypted_up_to_ : 0;
  return output_.size() + plain_.size() + encrypted - written_;
}

void byte_stream::finish() {
  if (!is_open())
    return;
  write();
  if (channel_ && waiting() == 0) {
    channel_->close_notify();
    write();
  }
  ::shutdown(socket_.get(), SHUT_WR);
  close();
}

} // namespace troupe::basp
