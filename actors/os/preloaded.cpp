#include "actors/os/preloaded.hpp"

#include "actors/os/process.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace troupe::os {

namespace {

using std::chrono::milliseconds;

/// A process that is asked to end by a closed socket, and has not after so long, is
/// killed: there is nothing in it to save.
constexpr std::chrono::seconds farewell{2};

/// Its first descriptor after the three that each process has.
constexpr auto socket_number = "3";

} // namespace

preloaded::preloaded(loop::event_loop& loop, spawner& s,
                     std::shared_ptr<const preload_order> order,
                     preload_observer_ptr observer, preload_keeper& keeper)
  : loop_(loop)
  , spawner_(s)
  , order_(std::move(order))
  , observer_(std::move(observer))
  , keeper_(&keeper)
  , alarm_(loop)
  , socket_(loop, {}) {}

// -- the process -------------------------------------------------------------------

void preloaded::start(milliseconds delay) {
  alarm_.start([self = shared_from_this()] { self->on_alarm(); });
  if (delay.count() == 0)
    return launch();
  due_ = clock::now() + delay;
  set_alarm();
}

void preloaded::launch() {
  phase_ = phase::loading;
  began_ = clock::now();
  due_ = began_ + order_->boot_timeout;
  set_alarm();
  auto spec = order_->program;
  spec.talks = channel::sockets;
  spec.sockets = 1;
  spec.packets = true;
  spec.forks = true;
  const auto variable = std::string{preload::descriptor_variable} + '=' + socket_number;
  spec.env.push_back(variable);
  spawner_.spawn(std::move(spec), [self = shared_from_this()](spawn_result r) {
    auto born = std::make_shared<spawn_result>(std::move(r));
    self->loop_.post([self, born] { self->on_spawned(*born); });
  });
}

void preloaded::on_spawned(spawn_result& r) {
  if (!r) {
    if (phase_ != phase::over) {
      auto why = fault{code::spawn_failed, std::move(r).error()};
      if (observer_)
        observer_->failed(why);
      close(why);
    }
    alarm_.close();
    return;
  }
  pid_ = r->pid;
  socket_.open(std::move(r->sockets.at(0)));
  r->sockets.clear();
  auto p = std::make_shared<process>(loop_, spawner_, std::move(*r), process_ways{},
                                     shared_from_this());
  process_ = child_ptr{p.get(), [p](child*) { p->signal(SIGKILL); }};
  p->start();
  if (observer_)
    observer_->started(pid_);
  if (phase_ == phase::over) { // it was to end before it was there
    socket_.close();
    return process_->signal(SIGKILL);
  }
  socket_.watch(
      EPOLLIN, [self = shared_from_this()](uint32_t events) { self->on_socket(events); });
}

void preloaded::log(shared_bytes bytes) {
  if (phase_ == phase::loading) {
    last_output_ += bytes.view();
    if (last_output_.size() > limits::log_excerpt)
      last_output_.erase(0, last_output_.size() - limits::log_excerpt);
  }
  if (observer_)
    observer_->log(pid_, std::move(bytes));
}

void preloaded::ended(const exit_status& how) {
  auto self = shared_from_this();
  if (phase_ != phase::over)
    close(explain(code::spawn_failed,
                  to_string(how) + (is_ready() ? "" : " before it was ready")));
  process_.reset();
  alarm_.close();
  if (observer_)
    observer_->ended(pid_, how, cause_.what == code::none ? nullptr : &cause_);
}

void preloaded::give_up(code what, const std::string& why) {
  auto self = shared_from_this();
  close(explain(what, why));
  if (process_)
    process_->signal(SIGKILL);
}

void preloaded::close(const fault& why) {
  auto self = shared_from_this();
  auto was_ready = is_ready();
  phase_ = phase::over;
  cause_ = why;
  due_.reset();
  alarm_.set(due_);
  socket_.close();
  auto sent = std::exchange(sent_, {});
  auto waiting = std::exchange(waiting_, {});
  for (auto& [id, s] : sent)
    spawner_.not_forked(s.number);
  if (auto keeper = std::exchange(keeper_, nullptr))
    keeper->on_lost(*this, was_ready);
  for (auto& [id, s] : sent)
    s.what.done(failure(why));
  for (auto& w : waiting)
    w.done(failure(why));
}

fault preloaded::explain(code what, const std::string& why) const {
  auto text = "the preloaded process of " + order_->name + ' ' + why;
  auto end = last_output_.find_last_not_of("\n");
  if (phase_ == phase::loading && end != std::string::npos) {
    auto begin = last_output_.rfind('\n', end);
    text += ": "
            + last_output_.substr(begin + 1,
                                  end - begin); // npos + 1 is the first character
  }
  return {what, std::move(text)};
}

// -- the end -----------------------------------------------------------------------

void preloaded::retire() {
  retiring_ = true;
  keeper_ = nullptr;
  end_if_done();
}

void preloaded::end_if_done() {
  if (!retiring_ || phase_ == phase::over || !waiting_.empty() || !sent_.empty())
    return;
  auto was_started = phase_ != phase::delayed;
  phase_ = phase::over;
  socket_.close(); // which asks it to end
  if (!was_started)
    return alarm_.close();
  due_ = clock::now() + farewell;
  set_alarm();
}

void preloaded::drop() {
  auto self = shared_from_this();
  keeper_ = nullptr;
  observer_ = nullptr;
  if (phase_ != phase::over)
    close({code::shutting_down});
  alarm_.close();
  process_.reset(); // which kills it
}

void preloaded::set_alarm() {
  auto when = due_;
  if (!sent_.empty()) {
    auto first = sent_.begin()->second.due;
    when = when ? std::min(*when, first) : first;
  }
  alarm_.set(when);
}

void preloaded::on_alarm() {
  auto self = shared_from_this();
  auto now = clock::now();
  auto is_due = due_ && *due_ <= now;
  auto within =
      " within " + std::to_string(order_->boot_timeout.count()) + " ms (boot_timeout)";
  if (is_due && phase_ == phase::delayed)
    return launch();
  if (is_due && phase_ != phase::over && !socket_.is_open() && process_)
    return give_up(code::spawn_failed, "closed its socket (TROUPE_PRELOAD_FD)");
  if (is_due && phase_ == phase::loading)
    return give_up(code::boot_timeout, "was not ready" + within);
  if (is_due && process_)
    return process_->signal(SIGKILL);
  if (!sent_.empty() && sent_.begin()->second.due <= now)
    return give_up(code::boot_timeout, "did not fork" + within);
  if (is_due) // it is being started, and is ended as soon as it is there
    due_.reset();
  set_alarm();
}

} // namespace troupe::os
