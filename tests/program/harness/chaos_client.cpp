#include "tests/program/harness/chaos_client.hpp"

namespace program {

size_t chaos_tally::outcomes() const {
  size_t sum = 0;
  for (auto& [how, count] : ends)
    sum += count;
  return sum;
}

void chaos_tally::add(const chaos_tally& other) {
  for (auto& [how, count] : other.ends)
    ends[how] += count;
  sent += other.sent;
  crossed += other.crossed;
  unexplained += other.unexplained;
  if (first_complaint.empty())
    first_complaint = other.first_complaint;
}

chaos_tally chaos_client::run(const std::atomic<bool>& stopping) {
  try {
    while (!stopping || !open_.empty()) {
      while (!stopping && open_.size() < plan_.outstanding)
        send();
      if (open_.empty())
        break;
      take(client_.receive(2 * patience));
      if (plan_.pause.count() > 0)
        std::this_thread::sleep_for(plan_.pause); // a slow reader: it waits for nothing
    }
  } catch (const std::exception& e) {
    complain(tally_.unexplained,
             std::to_string(open_.size()) + " calls without an outcome: " + e.what());
  }
  return tally_;
}

std::string chaos_client::choose() {
  if (!plan_.is_rude)
    return plan_.answer_size > 0 ? "big" : "echo";
  auto roll = std::uniform_int_distribution{0, 999}(dice_);
  return roll < 2     ? "die"
         : roll < 4   ? "garbage"
         : roll < 6   ? "half"
         : roll < 10  ? "twice"
         : roll < 60  ? "error"
         : roll < 160 ? "sleep"
                      : "echo";
}

void chaos_client::send() {
  auto id = std::to_string(tally_.sent++);
  sent_call c{choose(), false, false};
  auto payload = R"({"do":")" + c.what + R"(","n":)" + id + R"(,"message":")" + id
                 + R"(","ms":)" + std::to_string(1 + tally_.sent % 20) + R"(,"size":)"
                 + std::to_string(plan_.answer_size) + R"(,"ballast":")"
                 + std::string(plan_.ballast, 'b') + "\"}";
  auto more = "\"priority\":" + std::to_string(static_cast<int>(tally_.sent % 21) - 10);
  if (chance(20))
    more += ",\"idempotent\":true";
  if (chance(10))
    more += ",\"key\":\"" + std::to_string(tally_.sent % 5) + '"';
  if (plan_.is_rude && chance(5)) {
    c.hurried = true;
    more += ",\"timeout_ms\":" + std::to_string(1 + tally_.sent % 30);
  }
  client_.send_call(id, plan_.pool, plan_.kind, payload, more);
  if (plan_.is_rude && chance(8)) {
    c.cancelled = true;
    client_.send_line(R"({"kind":"cancel","request_id":")" + id + "\"}");
  }
  open_.emplace(id, std::move(c));
}

void chaos_client::take(const reply& r) {
  auto id = r["request_id"];
  auto call = open_.find(id);
  if (call == open_.end())
    return complain(tally_.crossed, "nobody waited for " + r.text.substr(0, 300));
  auto c = call->second;
  open_.erase(call);
  if (r["error"] == "null") {
    ++tally_.ends["result"];
    if (r["payload.n"] != id)
      complain(tally_.crossed, id + " was answered " + r.text.substr(0, 300));
    return;
  }
  auto code = r["error.code"];
  ++tally_.ends[code];
  if (code == "worker_error" && r["error.message"] != id)
    complain(tally_.crossed, id + " was answered " + r.text.substr(0, 300));
  if (!explains(c, code))
    complain(tally_.unexplained, c.what + " ended in " + r.text.substr(0, 300));
}

bool chaos_client::explains(const sent_call& c, const std::string& code) const {
  if (code == "worker_error")
    return c.what == "error";
  if (code == "cancelled")
    return c.cancelled;
  if (code == "queue_timeout")
    return c.hurried;
  // Somebody kills workers, stops them and sends garbage through them all the time; those
  // that are not ready yet, too, and what waited is told how the last of them failed.
  return code == "worker_died" || code == "protocol_error" || code == "timeout"
         || code == "handshake_failed";
}

void chaos_client::complain(size_t& count, const std::string& why) {
  ++count;
  if (tally_.first_complaint.empty())
    tally_.first_complaint = plan_.pool + ": " + why;
}

} // namespace program
