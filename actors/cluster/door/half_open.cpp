#include "actors/cluster/door/half_open.hpp"

#include "actors/cluster/door/tls_reason.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace troupe::door {

using hello::reason;

namespace {

/// What a peer has done that closes the connection.
constexpr const char* closed_early(bool has_introduced_itself) {
  return has_introduced_itself ? "the connection was closed before the peer was welcomed"
                               : "the connection was closed before an introduction";
}

} // namespace

half_open::half_open(loop::event_loop& home, parts of)
  : home_(home)
  , socket_(home, std::move(of.socket))
  , tls_(std::move(of.tls))
  , talk_(std::move(of.talk))
  , address_(std::move(of.address))
  , deadline_(of.deadline)
  , patience_(of.patience) {
  is_.connected = talk_.opened() == opened_by::peer;
}

void half_open::watch(std::function<void()> on_ready) {
  socket_.watch(is_.connected ? EPOLLIN : EPOLLOUT,
                [f = std::move(on_ready)](uint32_t) { f(); });
}

half_open::outcome half_open::proceed() {
  if (!is_.connected)
    connected();
  else
    receive();
  return conclude();
}

/// The attempt to connect has ended, in either way.
void half_open::connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    talk_.refuse({reason::unreachable, std::strerror(error)});
    is_.gone = true;
    return;
  }
  is_.connected = true;
  deadline_ = std::chrono::steady_clock::now() + patience_;
  if (tls_)
    decrypt();
  else
    say(talk_.begin());
}

void half_open::receive() {
  auto space = home_.scratch();
  auto n = ::recv(socket_.get(), space.data(), space.size(), 0);
  if (n > 0)
    take({space.data(), static_cast<size_t>(n)});
  else if (n == 0)
    lost(closed_early(peer().has_value()));
  else if (errno != EAGAIN && errno != EINTR)
    lost(std::strerror(errno));
}

void half_open::take(std::string_view bytes) {
  if (is_refused()) {
    lingered_ += bytes.size();
    is_.gone = is_.gone || lingered_ > limits::door_linger_bytes;
  } else if (tls_) {
    tls_->feed(bytes);
    decrypt();
  } else {
    hear(bytes);
  }
}

void half_open::decrypt() {
  if (!is_.encrypted) {
    auto state = tls_->handshake();
    if (state == tls::progress::failed)
      encryption_failed();
    if (state != tls::progress::done)
      return;
    is_.encrypted = true;
    say(talk_.begin());
  }
  std::string plain;
  auto state = tls_->read(plain);
  hear(plain);
  if (state == tls::progress::failed)
    encryption_failed();
  else if (state == tls::progress::closed)
    lost(closed_early(peer().has_value()));
}

void half_open::hear(std::string_view text) {
  std::string reply;
  talk_.feed(text, reply);
  say(reply);
}

void half_open::say(std::string_view text) {
  if (!tls_)
    output_ += text;
  else if (is_.encrypted && !text.empty())
    tls_->write(text);
}

/// The alert that tells the peer why is in the output already. Who does not speak TLS at
/// all gets none, and can read a line.
void half_open::encryption_failed() {
  auto [why, by] = refusal_for(tls_->error());
  auto line = talk_.refuse(std::move(why), by);
  if (tls_->error().what == tls::flaw::not_tls && output().empty())
    output() = std::move(line);
}

void half_open::lost(const std::string& why) {
  talk_.refuse({reason::no_hello, why});
  is_.gone = true;
}

void half_open::flush() {
  auto& out = output();
  if (out.empty() || is_.gone)
    return;
  auto n = ::send(socket_.get(), out.data(), out.size(), MSG_NOSIGNAL);
  if (n >= 0)
    out.erase(0, static_cast<size_t>(n));
  else if (errno != EAGAIN && errno != EINTR)
    lost(std::strerror(errno));
}

half_open::outcome half_open::conclude() {
  if (is_refused() && talk_.by() == refused_by::peer)
    return outcome::over;
  if (is_refused() && is_.encrypted && !is_.said_farewell)
    tls_->close_notify();
  flush();
  if (is_.gone)
    return outcome::over;
  if (!output().empty()) {
    socket_.want(EPOLLIN | EPOLLOUT);
    return outcome::going_on;
  }
  if (talk_.now() == greeting::state::welcome)
    return outcome::arrived;
  // Closed at once, with bytes unread, the refusal would be lost.
  if (is_refused() && !std::exchange(is_.said_farewell, true))
    ::shutdown(socket_.get(), SHUT_WR);
  if (is_.connected)
    socket_.want(EPOLLIN);
  return outcome::going_on;
}

void half_open::expire() {
  if (is_.connected)
    say(talk_.refuse({reason::no_hello, "no introduction came in time"}));
  else
    talk_.refuse({reason::unreachable, "nobody answered in time"});
  flush();
}

rejection half_open::why() const {
  auto node = talk_.peer() ? talk_.peer()->node : std::string{};
  if (!is_refused())
    return {{reason::no_hello, "the connection was lost"},
            refused_by::us,
            talk_.opened(),
            address_,
            node};
  return {talk_.why(), talk_.by(), talk_.opened(), address_, node};
}

arrival half_open::take() {
  return {*talk_.peer(),     talk_.opened(),  address_,
          socket_.release(), std::move(tls_), talk_.take_rest()};
}

} // namespace troupe::door
