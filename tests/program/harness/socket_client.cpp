#include "tests/program/harness/socket_client.hpp"

namespace program {

void socket_client::send_line(std::string_view line) {
  stream_.send(std::string{line} + "\n");
}

void socket_client::send_call(std::string_view id, std::string_view to,
                              std::string_view kind, std::string_view payload,
                              std::string_view more) {
  std::string line = "{\"request_id\":\"";
  line += id;
  line += "\",\"to\":\"";
  line += to;
  line += "\",\"kind\":\"";
  line += kind;
  line += "\",\"payload\":";
  line += payload;
  if (!more.empty()) {
    line += ',';
    line += more;
  }
  line += '}';
  send_line(line);
}

reply socket_client::receive(milliseconds limit) {
  return {stream_.take_until("\n", limit)};
}

reply socket_client::receive(std::string_view id, milliseconds limit) {
  auto deadline = clock::now() + limit;
  for (;;) {
    if (auto i = kept_.find(std::string{id}); i != kept_.end()) {
      auto found = std::move(i->second);
      kept_.erase(i);
      return found;
    }
    auto left = std::chrono::ceil<milliseconds>(deadline - clock::now());
    auto next = receive(std::max(left, 0ms));
    kept_[next["request_id"]] = next;
  }
}

reply socket_client::call(std::string_view to, std::string_view kind,
                          std::string_view payload, std::string_view more) {
  auto id = "call-" + std::to_string(next_id_++);
  send_call(id, to, kind, payload, more);
  return receive(id);
}

bool socket_client::has_answer() {
  stream_.fill(0ms);
  return stream_.arrived().find('\n') != std::string::npos;
}

} // namespace program
