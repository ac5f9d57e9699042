#include "broker/front/connection.hpp"

#include "actors/loop/turn_budget.hpp"
#include "broker/front/front_limits.hpp"
#include "protocol/base/limits.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <new>

namespace troupe::front {

connection::connection(loop::event_loop& loop, loop::unique_fd socket,
                       front_context_ptr context, tls::context::ptr with)
  : loop::flushable(turn_order::client)
  , loop_(loop)
  , socket_(loop, std::move(socket), std::move(with))
  , context_(std::move(context))
  , calls_(context_->calls->of(loop)) {}

void connection::start() {
  socket_.watch(EPOLLIN,
                [self = std::static_pointer_cast<connection>(shared_from_this())](
                    uint32_t events) { self->on_ready(events); });
}

std::string connection::peer_address() const {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  char text[INET6_ADDRSTRLEN] = "";
  if (::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0)
    return {};
  if (peer.ss_family == AF_INET)
    ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in&>(peer).sin_addr, text,
                sizeof text);
  else if (peer.ss_family == AF_INET6)
    ::inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6&>(peer).sin6_addr, text,
                sizeof text);
  std::string_view address{text};
  if (address.starts_with("::ffff:") && address.find('.') != address.npos)
    address.remove_prefix(7); // IPv4 on a socket of IPv6
  return std::string{address};
}

void connection::on_ready(uint32_t events) {
  if (events & EPOLLOUT) {
    output_.set_waiting(false);
    flush();
  }
  if (!socket_.is_open())
    return;
  if ((events & EPOLLIN) && !input_.has_ended()) {
    if (input_.empty() || linger_.has_begun())
      read();
  } else if (events & (EPOLLHUP | EPOLLERR)) {
    close();
  }
}

void connection::update_interest() {
  if (!socket_.is_open())
    return;
  auto input = !input_.has_ended() && !closing_ && wants_input() && !is_behind()
               && !socket_.is_clogged();
  if (input && !input_.empty()) {
    input = false;
    if (input_.begin_iteration())
      loop_.next_turn([self = std::static_pointer_cast<connection>(shared_from_this())] {
        self->go_on();
      });
  }
  input = input || linger_.has_begun();
  socket_.want((input ? EPOLLIN : 0U) | (output_.is_waiting() ? EPOLLOUT : 0U));
}

// -- reading ---------------------------------------------------------------------

void connection::read() {
  if (linger_.has_begun())
    return drop_input();
  std::string plain;
  client_socket::input got;
  guarded([&] { got = socket_.read(loop_.scratch(), plain); });
  if (socket_.is_plain_by_mistake())
    guarded([this] { on_missing_tls(); });
  else if (!got.bytes.empty())
    guarded([&] { take_in(got.bytes); });
  if (got.broken)
    close();
  end_input_if_due();
  if (socket_.has_output())
    send();
  update_interest();
}

/// With TLS, what the client sent last and that it was the last may come together.
void connection::end_input_if_due() {
  if (socket_.is_open() && socket_.has_ended() && input_.empty() && !input_.has_ended())
    guarded([this] { end_of_input(); });
}

/// Takes the bytes piece by piece: a read may hold a few bytes of a large request, or
/// tens of thousands of small requests that each cost an answer.
void connection::take_in(std::string_view bytes) {
  loop::turn_budget budget;
  while (!bytes.empty() && socket_.is_open() && !closing_) {
    auto piece = bytes.substr(0, budget.piece());
    bytes.remove_prefix(piece.size());
    on_bytes(piece);
    // What is answered at once waits with the rest, while the client does not read.
    check_backlog();
    measure();
    if (!bytes.empty() && (budget.is_over() || is_behind() || !wants_input()))
      break;
  }
  if (socket_.is_open() && !closing_)
    input_.keep(bytes);
}

void connection::go_on() {
  input_.end_iteration();
  hand_over(); // what others have sent does not wait for what this one has kept
  // A client that must wait gets its turn when an answer has left.
  if (socket_.is_open() && wants_input() && !is_behind()) {
    auto bytes = input_.take();
    guarded([&] { take_in(bytes); });
  }
  end_input_if_due();
  update_interest();
}

/// A client may have shut down its sending side only (`printf … | socat`): it gets what
/// it asked for. One that is gone altogether hangs up, now or later.
void connection::end_of_input() {
  input_.end();
  pollfd p{socket_.get(), 0, 0};
  ::poll(&p, 1, 0);
  if (p.revents & (POLLHUP | POLLERR)) {
    close();
    return;
  }
  on_end_of_input();
  if (socket_.is_open() && !has_open_calls())
    close_after_output();
}

} // namespace troupe::front
