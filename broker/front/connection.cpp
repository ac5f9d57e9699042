#include "broker/front/connection.hpp"

#include "actors/loop/turn_budget.hpp"
#include "broker/front/front_limits.hpp"
#include "protocol/base/limits.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace troupe::front {

namespace {

size_t bytes_of(const std::variant<call_result, shared_bytes>& what) {
  if (auto part = std::get_if<shared_bytes>(&what))
    return part->size();
  auto good = std::get_if<outcome>(&std::get<call_result>(what));
  return good ? good->payload.size() : 0;
}

} // namespace

connection::connection(loop::event_loop& loop, loop::unique_fd socket,
                       front_context_ptr context)
  : loop::flushable(turn_order::client)
  , loop_(loop)
  , socket_(loop, std::move(socket))
  , context_(std::move(context)) {}

void connection::start() {
  socket_.watch(EPOLLIN,
                [self = std::static_pointer_cast<connection>(shared_from_this())](
                    uint32_t events) { self->on_ready(events); });
}

void connection::on_ready(uint32_t events) {
  if (events & EPOLLOUT) {
    waiting_to_write_ = false;
    flush();
  }
  if (!socket_.is_open())
    return;
  if ((events & EPOLLIN) && !input_ended_) {
    if (unread_.empty() || lingering_)
      read();
  } else if (events & (EPOLLHUP | EPOLLERR)) {
    close();
  }
}

template <class Work>
void connection::guarded(Work&& work) {
  try {
    work();
    return;
  } catch (const std::bad_alloc&) {
  }
  try {
    context_->log->error("no memory for a client's request: it fails");
    on_out_of_memory();
  } catch (const std::bad_alloc&) {
    close();
  }
}

void connection::update_interest() {
  if (!socket_.is_open())
    return;
  auto input = !input_ended_ && !closing_ && wants_input() && !behind_;
  if (input && !unread_.empty()) {
    input = false;
    if (!std::exchange(going_on_, true))
      loop_.next_turn([self = std::static_pointer_cast<connection>(shared_from_this())] {
        self->go_on();
      });
  }
  input = input || lingering_;
  socket_.want((input ? EPOLLIN : 0U) | (waiting_to_write_ ? EPOLLOUT : 0U));
}

// -- reading ---------------------------------------------------------------------

void connection::read() {
  if (lingering_)
    return drop_input();
  auto space = loop_.scratch();
  auto n = ::recv(socket_.get(), space.data(), space.size(), MSG_DONTWAIT);
  if (n > 0) {
    guarded([&] { take_in({space.data(), static_cast<size_t>(n)}); });
  } else if (n == 0) {
    guarded([this] { end_of_input(); });
  } else if (errno != EAGAIN && errno != EINTR) {
    close();
  }
  update_interest();
}

/// One read may hold a few bytes of a large request, or tens of thousands of small ones
/// that each cost an answer.
void connection::take_in(std::string_view bytes) {
  loop::turn_budget shared_bytes;
  while (!bytes.empty() && socket_.is_open() && !closing_) {
    auto piece = bytes.substr(0, shared_bytes.piece());
    bytes.remove_prefix(piece.size());
    on_bytes(piece);
    if (!bytes.empty() && (shared_bytes.is_over() || behind_ || !wants_input()))
      break;
  }
  if (socket_.is_open() && !closing_)
    unread_ = bytes;
  hand_over();
}

void connection::go_on() {
  going_on_ = false;
  // Who must wait is asked again when an answer has left.
  if (socket_.is_open() && wants_input() && !behind_) {
    auto bytes = std::exchange(unread_, {});
    guarded([&] { take_in(bytes); });
  }
  update_interest();
}

/// A client may have shut down its sending side only (`printf … | socat`): it gets what
/// it asked for. One that is gone altogether hangs up, now or later.
void connection::end_of_input() {
  input_ended_ = true;
  pollfd p{socket_.get(), 0, 0};
  ::poll(&p, 1, 0);
  if (p.revents & (POLLHUP | POLLERR)) {
    close();
    return;
  }
  on_end_of_input();
  hand_over();
  if (socket_.is_open() && !has_open_calls())
    close_after_output();
}

// -- calls -----------------------------------------------------------------------

std::variant<callee_actor, fault> connection::submit(std::string_view to, call c,
                                                     uint64_t tag) {
  if (!table_)
    table_ = context_->directory->get();
  auto found = context_->directory->find(*table_, to, c);
  auto who = std::get_if<callee_actor>(&found);
  if (!who)
    return found;
  auto batch = std::find_if(batches_.begin(), batches_.end(),
                            [&](auto& b) { return b.first == *who; });
  if (batch == batches_.end()) {
    batches_.emplace_back(*who, submissions{});
    batch = std::prev(batches_.end());
    if (std::find(callees_.begin(), callees_.end(), *who) == callees_.end())
      callees_.push_back(*who);
  }
  batch->second.push_back({std::move(c), shared_from_this(), tag});
  return found;
}

void connection::hand_over() {
  for (auto& [who, calls] : batches_)
    caf::anon_send(who, std::move(calls));
  batches_.clear();
  table_.reset();
}

void connection::submit_now(const callee_actor& who, call c, uint64_t tag) {
  submissions one;
  one.push_back({std::move(c), shared_from_this(), tag});
  caf::anon_send(who, std::move(one));
}

void connection::cancel(const callee_actor& who, uint64_t tag) {
  hand_over(); // the call must be there before its cancellation
  caf::anon_send(who, atom::cancel_v, reply_sink_ptr{shared_from_this()}, tag);
}

void connection::settle(uint64_t tag, call_result result) {
  receive({tag, std::move(result), nullptr});
}

void connection::chunk(uint64_t tag, shared_bytes payload,
                       std::shared_ptr<stream_flow> flow) {
  receive({tag, std::move(payload), std::move(flow)});
}

void connection::receive(arrival a) {
  if (loop::event_loop::current() == &loop_) {
    guarded([&] {
      if (auto waiting = unsent() + held_output(); waiting >= most_backlog())
        let_go(waiting);
      auto result = std::get_if<call_result>(&a.what);
      if (!result)
        take_chunk(a);
      else if (is_open())
        on_outcome(a.tag, *result);
      measure();
      hand_over(); // an answer may have made room for requests that were read before
    });
    return;
  }
  bool first;
  {
    std::lock_guard guard{mutex_};
    first = arrivals_.empty();
    arrived_ += bytes_of(a.what);
    if (arrived_ >= limits::client_backlog)
      behind_ = true; // until `measure` sees it
    arrivals_.push_back(std::move(a));
  }
  if (first)
    loop_.post([self = shared_from_this()] { self->take_arrivals(); });
}

void connection::take_chunk(arrival& a) {
  auto& payload = std::get<shared_bytes>(a.what);
  auto& through = is_next(a.tag) ? flowing_ : held_flows_[a.tag];
  through.emplace_back(std::move(a.flow), payload.size());
  if (socket_.is_open())
    on_chunk(a.tag, payload);
  if (unsent() == 0)
    drain_flows(); // nobody wanted it
}

void connection::release_parts(uint64_t tag) {
  auto held = held_flows_.extract(tag);
  if (!held.empty())
    flowing_.insert(flowing_.end(), held.mapped().begin(), held.mapped().end());
}

void connection::drain_flows() {
  for (auto& [flow, bytes] : std::exchange(flowing_, {}))
    flow->remove(bytes);
}

void connection::take_arrivals() {
  std::vector<arrival> taken;
  {
    std::lock_guard guard{mutex_};
    taken.swap(arrivals_);
    arrived_ = 0;
  }
  for (auto& a : taken)
    receive(std::move(a));
}

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
      || dropped_ > limits::linger_bytes)
    close();
}

void connection::check(steady_clock::time_point now) {
  if (!socket_.is_open())
    return;
  tell_if_stuck(now);
  if (!lingering_)
    guarded([&] { on_check(now); });
  else if (now - *lingering_ >= limits::linger)
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
