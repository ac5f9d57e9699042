#include "broker/front/client_socket.hpp"

#include "broker/front/front_limits.hpp"
#include "protocol/base/limits.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>

namespace troupe::front {

namespace {

/// The first byte of whatever a client of TLS sends first: a record of the handshake.
constexpr char handshake_record = 0x16;

/// Returns what a failed call of `send` means.
client_socket::output output_after_failure() {
  if (errno == EINTR)
    return {};
  return {0, errno == EAGAIN ? client_socket::output::no_room
                             : client_socket::output::broken};
}

} // namespace

client_socket::client_socket(loop::event_loop& loop, loop::unique_fd socket,
                             tls::context::ptr with)
  : socket_(loop, std::move(socket)) {
  if (with)
    tls_.emplace(tls::channel::server(std::move(with)));
}

void client_socket::close() {
  socket_.close();
  tls_.reset();
}

bool client_socket::is_clogged() const noexcept {
  return tls_ && tls_->channel.pending_output().size() > 2 * front_limits::tls_piece;
}

// -- reading ---------------------------------------------------------------------

ssize_t client_socket::receive(std::span<char> space) {
  auto n = ::recv(socket_.get(), space.data(), space.size(), MSG_DONTWAIT);
  if (n > 0 && counts_)
    counts_->received_bytes.add(static_cast<size_t>(n));
  return n;
}

client_socket::input client_socket::read(std::span<char> space, std::string& plain) {
  auto n = receive(space);
  if (n < 0)
    return {{}, errno != EAGAIN && errno != EINTR};
  std::string_view bytes{space.data(), static_cast<size_t>(n)};
  if (tls_ && !tls_->heard && !bytes.empty()) {
    tls_->heard = true;
    plain_by_mistake_ = bytes.front() != handshake_record;
    if (plain_by_mistake_)
      tls_.reset();
  }
  if (tls_)
    return decrypt(bytes, plain);
  ended_ = bytes.empty();
  return {bytes, false};
}

client_socket::input client_socket::decrypt(std::string_view cipher, std::string& plain) {
  auto& channel = tls_->channel;
  if (cipher.empty())
    channel.feed_end();
  else
    channel.feed(cipher);
  if (!tls_->open) {
    auto state = channel.handshake();
    if (state == tls::progress::failed)
      send_pending(); // the alert that says why
    if (state != tls::progress::done)
      return {{}, cipher.empty() || state == tls::progress::failed};
    tls_->open = true;
  }
  plain.reserve(cipher.size());
  auto state = channel.read(plain);
  // Many clients leave without a farewell. HTTP has lengths of its own: a request that
  // was cut off is none.
  ended_ = cipher.empty() || state == tls::progress::closed;
  auto broken = state == tls::progress::failed && !ended_;
  if (broken)
    send_pending();
  return {plain, broken};
}

// -- writing ---------------------------------------------------------------------

ssize_t client_socket::send_some(std::string_view bytes) {
  auto n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n > 0 && counts_)
    counts_->sent_bytes.add(static_cast<size_t>(n));
  return n;
}

client_socket::output client_socket::write(std::string_view bytes) {
  if (!tls_) {
    auto n = send_some(bytes);
    return n < 0 ? output_after_failure() : output{static_cast<size_t>(n)};
  }
  output result;
  if (tls_->channel.pending_output().empty()) {
    auto piece = bytes.substr(0, front_limits::tls_piece);
    if (!tls_->open || !encrypt(piece))
      return {0, output::broken};
    result.taken = piece.size();
  }
  result.state = send_pending().state;
  return result;
}

client_socket::output client_socket::send_file(int file, uint64_t offset, size_t bytes) {
  auto at = static_cast<off_t>(offset);
  auto n = ::sendfile(socket_.get(), file, &at, bytes);
  while (n < 0 && errno == EINTR)
    n = ::sendfile(socket_.get(), file, &at, bytes);
  if (n < 0)
    return output_after_failure();
  if (counts_)
    counts_->sent_bytes.add(static_cast<size_t>(n));
  return {static_cast<size_t>(n)};
}

bool client_socket::encrypt(std::string_view bytes) {
  try {
    return tls_->channel.write(bytes);
  } catch (const std::bad_alloc&) { // it has no other way to go on
    return false;
  }
}

client_socket::output client_socket::send_pending() {
  auto& cipher = tls_->channel.pending_output();
  while (!cipher.empty()) {
    auto n = send_some(cipher);
    if (n < 0) {
      if (auto failed = output_after_failure(); failed.state != output::more_room)
        return failed;
      continue;
    }
    cipher.erase(0, static_cast<size_t>(n));
  }
  if (cipher.capacity() > limits::read_chunk)
    std::string{}.swap(cipher); // an idle connection keeps no large buffer
  return {};
}

void client_socket::say_farewell() {
  if (!tls_ || !tls_->open || !socket_.is_open())
    return;
  tls_->channel.close_notify();
  send_pending();
}

} // namespace troupe::front
