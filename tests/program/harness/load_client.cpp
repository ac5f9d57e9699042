#include "tests/program/harness/load_client.hpp"

#include <algorithm>
#include <thread>

namespace program {

void load_client::run(const std::atomic<bool>& stopping) {
  while (!stopping && connect()) {
    try {
      converse(stopping);
    } catch (const std::exception& e) {
      lose_all(e.what());
      if (!plan_.moves_on)
        return;
    }
  }
}

void load_client::converse(const std::atomic<bool>& stopping) {
  while (!stopping || !open_.empty()) {
    while (!stopping && open_.size() < plan_.outstanding)
      send();
    if (open_.empty())
      return;
    take(client_->receive(2 * patience));
  }
}

/// The node that the client is connected to may be gone: another one is as good.
bool load_client::connect() {
  return eventually([&] {
    try {
      client_.emplace(sockets_.front());
      return true;
    } catch (const std::exception&) {
      if (plan_.moves_on)
        std::rotate(sockets_.begin(), sockets_.begin() + 1, sockets_.end());
      return false;
    }
  });
}

void load_client::lose_all(const std::string& why) {
  // Only who hangs up is excused, and only for calls that were not overdue before.
  auto hung_up = client_->stream().is_closed_within(100ms);
  if (!hung_up || !plan_.moves_on)
    complain(std::to_string(open_.size()) + " calls without an outcome: " + why);
  while (!open_.empty()) {
    auto overdue = clock::now() - open_.begin()->second.at > patience;
    settle(open_.begin(), hung_up && !overdue ? "hung_up" : "no_outcome");
  }
}

std::string load_client::kind() {
  if (!plan_.is_rude)
    return "echo";
  auto roll = std::uniform_int_distribution{0, 999}(dice_);
  return roll < 4 ? "die" : roll < 50 ? "error" : "echo";
}

void load_client::send() {
  auto n = tally_.sent++;
  auto id = name_ + "-" + std::to_string(n);
  sent_call c{kind(), clock::now()};
  auto ms = std::uniform_int_distribution{0, plan_.most_ms}(dice_);
  auto more =
      "\"priority\":" + std::to_string(plan_.is_rude ? static_cast<int>(n % 21) - 10 : 0);
  // A call that kills its worker would do so at every node.
  if (c.kind != "die" && chance(plan_.idempotent_percent)) {
    more += ",\"idempotent\":true";
    tally_.idempotent.push_back(id);
  }
  if (plan_.is_rude && chance(10))
    more += ",\"key\":\"" + std::to_string(n % 7) + '"';
  if (plan_.is_rude && chance(5))
    more += ",\"timeout_ms\":" + std::to_string(1 + n % 30);
  open_.emplace(id, c);
  client_->send_call(id, plan_.to[n % plan_.to.size()], c.kind,
                     "{\"n\":\"" + id + "\",\"ms\":" + std::to_string(ms) + "}", more);
  if (plan_.is_rude && chance(5))
    client_->send_line(R"({"kind":"cancel","request_id":")" + id + "\"}");
}

void load_client::take(const reply& r) {
  auto id = r["request_id"];
  auto call = open_.find(id);
  if (call == open_.end()) {
    ++tally_.crossed;
    return complain("nobody waited for " + r.text.substr(0, 300));
  }
  auto good = r["error"] == "null";
  auto code = good ? "result" : r["error.code"];
  auto own = good                     ? r["payload.n"] == id
             : code == "worker_error" ? r["error.message"] == id
                                      : true;
  if (!own) {
    ++tally_.crossed;
    complain(id + " was answered " + r.text.substr(0, 300));
  }
  settle(call, code);
  // Who asks again at once takes the processor from the workers that are starting.
  if (code == "shutting_down" || code == "pool_not_found" || code == "unavailable")
    std::this_thread::sleep_for(1ms);
}

void load_client::settle(std::map<std::string, sent_call>::iterator call,
                         const std::string& how) {
  auto now = clock::now();
  if (how == "node_down")
    tally_.last_down = now;
  tally_.longest_ms = std::max(tally_.longest_ms, elapsed_ms(call->second.at));
  ++tally_.ends[how];
  open_.erase(call);
  ++outcomes_;
}

void load_client::complain(const std::string& why) {
  if (tally_.first_complaint.empty())
    tally_.first_complaint = name_ + ": " + why;
}

} // namespace program
