#include "actors/os/packets.hpp"
#include "actors/os/preloaded.hpp"
#include "actors/os/worker_mark.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>
#include <utility>

/// What is asked of a preloaded process, and what it says.
namespace troupe::os {

namespace {

using std::chrono::milliseconds;

/// Packets that are taken before others have their turn.
constexpr int packets_at_once = 32;

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

} // namespace troupe::os
