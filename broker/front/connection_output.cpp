// What a connection writes, and how it ends.

#include "broker/front/connection.hpp"
#include "broker/front/front_limits.hpp"
#include "protocol/base/limits.hpp"

#include <caf/send.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace troupe::front {

// -- writing ---------------------------------------------------------------------

void connection::send() {
  if (!waiting_to_write_ && socket_.is_open())
    loop_.flush_later(shared_from_this());
}

void connection::flush() {
  auto before = sent_;
  while (socket_.is_open() && unsent() > 0) {
    if (sent_ - before >= limits::flush_bytes) {
      waiting_to_write_ = true; // others come first
      break;
    }
    auto n =
        ::send(socket_.get(), out_.data() + sent_, unsent(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      sent_ += static_cast<size_t>(n);
    } else if (errno == EAGAIN) {
      waiting_to_write_ = true;
      break;
    } else if (errno != EINTR) {
      close();
      return;
    }
  }
  if (sent_ > before && slow_)
    took_ = steady_clock::now();
  written_ += sent_ - before;
  drop_sent();
  if (!socket_.is_open())
    return;
  measure();
  if (out_.empty() && (closing_ || (input_ended_ && !has_open_calls()))) {
    end();
    return;
  }
  if (out_.empty())
    guarded([this] {
      drain_flows();
      on_output_drained();
      hand_over(); // it may have asked for more
    });
  update_interest();
}

void connection::drop_sent() {
  if (sent_ == out_.size()) {
    sent_ = 0;
    if (out_.capacity() > limits::read_chunk)
      std::string{}.swap(out_); // an idle connection keeps no large buffer
    out_.clear();
  } else if (sent_ >= out_.size() / 2) { // so that no byte is moved more than once
    out_.erase(0, sent_);
    sent_ = 0;
  }
}

void connection::close_after_output() {
  closing_ = true;
  send();
}

void connection::end() {
  if (input_ended_ || !is_sending())
    return close();
  if (lingering_)
    return;
  lingering_ = steady_clock::now();
  ::shutdown(socket_.get(), SHUT_WR);
  update_interest();
}

void connection::drop_input() {
  auto space = loop_.scratch();
  auto n = ::recv(socket_.get(), space.data(), space.size(), MSG_DONTWAIT);
  if (n > 0)
    dropped_ += static_cast<size_t>(n);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)
      || dropped_ > front_limits::linger_bytes)
    close();
}

void connection::check(steady_clock::time_point now) {
  if (!socket_.is_open())
    return;
  tell_if_stuck(now);
  if (!lingering_)
    guarded([&] { on_check(now); });
  else if (now - *lingering_ >= front_limits::linger)
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
    self->delayed_send(self, delay, atom::check_v);
    return {[self, later](atom::check) {
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
  place_.reset();
  std::string{}.swap(out_);
  sent_ = 0;
  for (auto& [tag, held] : std::exchange(held_flows_, {}))
    flowing_.insert(flowing_.end(), held.begin(), held.end());
  drain_flows();
  auto self = reply_sink_ptr{shared_from_this()};
  for (auto& who : std::exchange(callees_, {}))
    caf::anon_send(who, atom::forget_v, self);
}

} // namespace troupe::front
