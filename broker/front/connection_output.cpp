// What a connection writes, and how it ends.

#include "broker/front/connection.hpp"
#include "broker/front/front_limits.hpp"
#include "protocol/base/limits.hpp"

#include <caf/send.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace troupe::front {

// -- writing ---------------------------------------------------------------------

void connection::send() {
  if (!output_.is_waiting() && socket_.is_open())
    loop_.flush_later(shared_from_this());
}

void connection::flush() {
  size_t sent = 0;
  while (socket_.is_open() && (unsent() > 0 || socket_.has_output())) {
    if (sent >= limits::flush_bytes) {
      output_.set_waiting(true); // others come first
      break;
    }
    auto left = socket_.write(output_.unsent());
    output_.note_sent(left.taken);
    sent += left.taken;
    if (left.state == client_socket::output::broken)
      return close();
    if (left.state == client_socket::output::no_room) {
      output_.set_waiting(true);
      break;
    }
  }
  if (sent > 0 && backlog_.is_measured())
    backlog_.note_taken(steady_clock::now());
  output_.drop_sent();
  if (!socket_.is_open())
    return;
  measure();
  auto all_left = out().empty() && !socket_.has_output();
  if (all_left && (closing_ || (has_ended_input() && !has_open_calls()))) {
    end();
    return;
  }
  if (all_left)
    guarded([this] {
      if (flows_)
        flows_->drain();
      on_output_drained();
    });
  update_interest();
}

std::optional<uint64_t> connection::send_file(int file, uint64_t offset, uint64_t bytes) {
  auto piece = static_cast<size_t>(std::min<uint64_t>(bytes, limits::flush_bytes));
  if (socket_.is_encrypted()) {
    std::string plain(std::min(piece, front_limits::tls_piece), '\0');
    auto n = ::pread(file, plain.data(), plain.size(), static_cast<off_t>(offset));
    if (n <= 0)
      return std::nullopt;
    out().append(plain, 0, static_cast<size_t>(n));
    send();
    return static_cast<uint64_t>(n);
  }
  auto left = socket_.send_file(file, offset, piece);
  if (left.state == client_socket::output::broken
      || (left.state == client_socket::output::more_room && left.taken == 0))
    return std::nullopt;
  // Also where there may be more room: others come first.
  if (left.taken < bytes)
    output_.set_waiting(true);
  return left.taken;
}

void connection::close_after_output() {
  closing_ = true;
  send();
}

void connection::end() {
  if (!linger_.has_begun())
    socket_.say_farewell();
  if (has_ended_input() || !is_sending())
    return close();
  if (linger_.has_begun())
    return;
  linger_.begin(steady_clock::now());
  ::shutdown(socket_.get(), SHUT_WR);
  update_interest();
}

void connection::drop_input() {
  auto space = loop_.scratch();
  auto n = socket_.receive(space);
  auto enough = n > 0 && linger_.drop(static_cast<size_t>(n));
  if (enough || n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    close();
}

void connection::check(steady_clock::time_point now) {
  if (!socket_.is_open())
    return;
  tell_if_stuck(now);
  if (!linger_.has_begun())
    guarded([&] { on_check(now); });
  else if (linger_.is_over(now))
    close();
}

void connection::run_after(std::chrono::milliseconds delay, std::function<void()> work) {
  auto later = [&loop = loop_, self = weak_from_this(), work = std::move(work)] {
    loop.post([self, work] {
      if (auto c = std::static_pointer_cast<connection>(self.lock()); c && c->is_open())
        work();
    });
  };
  context_->system->spawn([delay, later](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, delay, internal::work_due_v);
    return {[self, later](internal::work_due) {
      later();
      self->quit();
    }};
  });
}

void connection::close() {
  if (!socket_.is_open())
    return;
  hand_over();
  socket_.close();
  // Later: what it lets go of may have closed it.
  loop_.next_turn([self = std::static_pointer_cast<connection>(shared_from_this())] {
    self->on_closed();
  });
  place_ = {};
  output_.clear();
  if (flows_)
    flows_->drop_all();
  auto self = reply_sink_ptr{shared_from_this()};
  for (auto& who : callees_.take())
    caf::anon_send(who, atom::forget_v, self);
}

} // namespace troupe::front
