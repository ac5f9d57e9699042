#include "actors/os/preloaded.hpp"

#include "actors/os/packets.hpp"
#include "actors/os/process.hpp"
#include "actors/os/worker_mark.hpp"
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

/// Packets that are taken before others have their turn.
constexpr int packets_at_once = 32;

/// Its first descriptor after the three that each process has.
constexpr auto socket_number = "3";

/// Returns the variables of `worker` that are not the same in `loaded`.
preload::variables changed_variables(const std::vector<std::string>& worker,
                                     const std::vector<std::string>& loaded) {
  preload::variables changed;
  for (auto& variable : worker)
    if (std::find(loaded.begin(), loaded.end(), variable) == loaded.end()) {
      auto end = variable.find('=');
      changed[variable.substr(0, end)] = variable.substr(end + 1);
    }
  return changed;
}

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
  spec.env.push_back(std::string{preload::descriptor_variable} + '=' + socket_number);
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

// -- requests ----------------------------------------------------------------------

void preloaded::fork(fork_request r) {
  if (phase_ == phase::over)
    return r.done(failure(cause_));
  waiting_.push_back(std::move(r));
  send_waiting();
}

bool preloaded::withdraw(const void* key) {
  auto found = std::erase_if(waiting_, [&](auto& r) { return r.key == key; }) > 0;
  if (found)
    end_if_done();
  return found;
}

void preloaded::send_waiting() {
  while (is_ready() && socket_.is_open() && !waiting_.empty()) {
    auto r = std::move(waiting_.front());
    waiting_.pop_front();
    if (!send(r)) {
      waiting_.push_front(std::move(r));
      break;
    }
  }
  if (is_ready() && socket_.is_open())
    socket_.want(waiting_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
  set_alarm();
}

bool preloaded::send(fork_request& r) {
  auto ends = make_child_ends(r.spec);
  auto expected = ends ? spawner_.expect_fork() : failure(std::move(ends).error());
  if (!expected) {
    r.done(failure(code::spawn_failed, std::move(expected).error()));
    return true;
  }
  std::vector<int> given{ends->input.read.get(), ends->output.write.get(),
                         ends->errors.write.get()};
  for (auto& socket : ends->inherited)
    given.push_back(socket.get());
  set_mark(r.spec.env, expected->mark);
  auto packet = preload::write_fork(
      ++last_id_, changed_variables(r.spec.env, order_->program.env), given.size());
  auto step = packet.size() > preload::longest_packet
                  ? packet_step::broken
                  : send_packet(socket_.get(), packet, given);
  if (step != packet_step::done)
    spawner_.not_forked(expected->number);
  if (step == packet_step::later)
    return false;
  if (step == packet_step::broken) // one that is gone is told of by its end
    r.done(failure(
        explain(code::spawn_failed,
                "takes no request of " + std::to_string(packet.size()) + " bytes")));
  else
    sent_.emplace(last_id_, sent_request{std::move(r), std::move(*ends), expected->number,
                                         clock::now() + order_->boot_timeout});
  return true;
}

void preloaded::on_socket(uint32_t events) {
  if ((events & EPOLLOUT) != 0)
    send_waiting();
  std::string packet;
  for (int i = 0; i < packets_at_once && socket_.is_open(); ++i) {
    auto step = receive_packet(socket_.get(), preload::longest_packet, packet);
    if (step == packet_step::later)
      return;
    if (step == packet_step::broken)
      return on_hang_up();
    take(packet);
  }
}

/// Most often it is dying, but not dead yet: how it ends says more.
void preloaded::on_hang_up() {
  socket_.close();
  due_ = clock::now() + limits::hang_up_grace;
  set_alarm();
}

void preloaded::take(std::string_view packet) {
  auto read = preload::read_message(packet);
  if (!read)
    return give_up(code::handshake_failed, "broke its protocol: " + read.error());
  if (auto answer = std::get_if<preload::forked>(&*read))
    return on_forked(*answer);
  if (auto answer = std::get_if<preload::failed>(&*read))
    return on_failed(*answer);
  if (phase_ != phase::loading)
    return give_up(code::handshake_failed, "broke its protocol: a second `ready`");
  phase_ = phase::ready;
  due_.reset();
  last_output_.clear();
  ready_since_ = clock::now();
  if (observer_)
    observer_->ready(pid_, std::chrono::ceil<milliseconds>(ready_since_ - began_));
  if (keeper_)
    keeper_->on_ready(*this);
  send_waiting();
  end_if_done();
}

void preloaded::on_forked(const preload::forked& answer) {
  auto found = sent_.find(answer.id);
  if (found == sent_.end())
    return give_up(code::handshake_failed, "forked what nobody asked for");
  auto s = std::move(found->second);
  sent_.erase(found);
  auto pid = static_cast<pid_t>(answer.pid);
  if (auto exit = spawner_.enter_forked(s.number, pid))
    s.what.done(take_ends(std::move(s.ends), pid, *std::move(exit)));
  else
    s.what.done(
        failure(explain(code::spawn_failed, "forked no worker: " + exit.error())));
  set_alarm();
  end_if_done();
}

void preloaded::on_failed(const preload::failed& answer) {
  auto found = sent_.find(answer.id);
  if (found == sent_.end())
    return give_up(code::handshake_failed, "refused what nobody asked for");
  auto s = std::move(found->second);
  sent_.erase(found);
  spawner_.not_forked(s.number);
  s.what.done(
      failure(explain(code::spawn_failed, "forked no worker: " + answer.message)));
  set_alarm();
  end_if_done();
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
