#include "actors/outbound/client_stream.hpp"

#include "protocol/base/limits.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace troupe::outbound {

result<std::unique_ptr<client_stream>, std::string>
client_stream::dial(loop::event_loop& home, const tcp_address& to,
                    std::unique_ptr<tls::channel> channel) {
  loop::unique_fd socket{
      ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket
      || (::connect(socket.get(), to.get(), to.size) != 0 && errno != EINPROGRESS))
    return failure(std::string{std::strerror(errno)});
  // A request leaves in one write: waiting for more would only delay it.
  int one = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return std::make_unique<client_stream>(home, std::move(socket), std::move(channel));
}

client_stream::client_stream(loop::event_loop& home, loop::unique_fd socket,
                             std::unique_ptr<tls::channel> channel)
  : home_(home)
  , socket_(home, std::move(socket))
  , tls_(std::move(channel)) {}

void client_stream::watch(std::function<void()> on_ready) {
  socket_.watch(EPOLLOUT, [f = std::move(on_ready)](uint32_t) { f(); });
}

void client_stream::send(std::string_view bytes) {
  output_ += bytes;
}

client_stream::state client_stream::proceed() {
  if (!is_connected_ && !check_connected())
    return why_.empty() ? state::opening : state::failed;
  if (!receive())
    return state::failed;
  if (tls_) {
    if (auto now = decrypt(); now == state::failed)
      return now;
  }
  if (!flush())
    return state::failed;
  if (has_ended_)
    return state::ended;
  return tls_ && !is_secured_ ? state::opening : state::open;
}

bool client_stream::check_connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    fail(std::strerror(error));
    return false;
  }
  // Without an error it may also be under way still.
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  is_connected_ =
      ::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0;
  return is_connected_;
}

bool client_stream::receive() {
  auto space = home_.scratch();
  auto n = ::recv(socket_.get(), space.data(), space.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return true;
  if (n < 0) {
    fail(std::strerror(errno));
    return false;
  }
  std::string_view came{space.data(), static_cast<size_t>(n)};
  has_ended_ = has_ended_ || n == 0;
  if (!tls_)
    input_ += came;
  else if (n == 0)
    tls_->feed_end();
  else
    tls_->feed(came);
  return true;
}

client_stream::state client_stream::decrypt() {
  if (!is_secured_) {
    auto now = tls_->handshake();
    if (now == tls::progress::failed) {
      flush(); // the alert that tells the server why
      return fail_of_tls();
    }
    if (now != tls::progress::done)
      return state::opening;
    is_secured_ = true;
  }
  auto now = tls_->read(input_);
  if (now == tls::progress::closed)
    has_ended_ = true;
  // An answer says itself whether something is missing: many servers say no farewell.
  if (now == tls::progress::failed && !has_ended_)
    return fail_of_tls();
  return state::open;
}

/// Sends what the socket takes. Of what is for TLS, a piece is encrypted when all before
/// it has left.
bool client_stream::flush() {
  for (size_t total = 0; total < limits::flush_bytes;) {
    auto& out = tls_ ? tls_->pending_output() : output_;
    if (tls_ && is_secured_ && out.empty() && !output_.empty()) {
      auto piece = std::min(output_.size(), limits::read_chunk);
      if (!tls_->write(std::string_view{output_}.substr(0, piece))) {
        fail_of_tls();
        return false;
      }
      output_.erase(0, piece);
    }
    if (out.empty())
      break;
    auto n = ::send(socket_.get(), out.data(), out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && errno == EAGAIN)
      break;
    if (n < 0) {
      // The server may have said why before it hung up.
      if (errno == EPIPE || errno == ECONNRESET) {
        output_.clear();
        out.clear();
        break;
      }
      fail(std::strerror(errno));
      return false;
    }
    out.erase(0, static_cast<size_t>(n));
    total += static_cast<size_t>(n);
  }
  // Nothing can leave while TLS waits for the server's part of the handshake.
  auto can_leave = tls_ && !is_secured_ ? !tls_->pending_output().empty() : has_output();
  socket_.want(can_leave ? EPOLLIN | EPOLLOUT : EPOLLIN);
  return true;
}

std::string client_stream::take_input() {
  return std::exchange(input_, {});
}

client_stream::state client_stream::fail(std::string why) {
  why_ = std::move(why);
  return state::failed;
}

client_stream::state client_stream::fail_of_tls() {
  auto& error = tls_->error();
  auto text = error.who == tls::found_by::us ? std::string{"TLS: "}
                                             : std::string{"TLS, says the server: "};
  text += tls::name_of(error.what);
  if (!error.message.empty())
    text += " (" + error.message + ")";
  return fail(std::move(text));
}

} // namespace troupe::outbound
