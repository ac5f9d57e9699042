// Feeds a wire whatever comes to libFuzzer's mind, in pieces, as a child would write it.
// FUZZED_WIRE names the protocol. The first byte says how the rest is cut and, where
// there are two channels, which of them gets it; where there are two framings, which.
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/wires/wire_registry.hpp"

#include <cstdint>
#include <cstdlib>

using namespace troupe;
using namespace troupe::wires;

namespace {

/// Where no frame names a call there is one at a time: the next is sent when it can be.
constexpr bool one_at_a_time = std::string_view{FUZZED_WIRE} == "session";

constexpr bool has_framings = std::string_view{FUZZED_WIRE} == "jsonrpc";

/// What the node passes on must be JSON, whatever it came from.
void check_payload(const shared_bytes& payload) {
  if (!json_text::is_valid(payload.view())
      || payload.view().find('\n') != std::string_view::npos)
    std::abort();
}

void check(const wire_frame& f) {
  if (auto a = std::get_if<frame::answer>(&f)) {
    if (a->result)
      check_payload(*a->result);
    else if (!json_text::is_valid(to_json(a->result.error())))
      std::abort();
  } else if (auto c = std::get_if<frame::chunk>(&f)) {
    check_payload(c->payload);
  } else if (auto e = std::get_if<frame::event>(&f)) {
    check_payload(e->payload);
  } else if (auto m = std::get_if<frame::metric>(&f)) {
    check_payload(m->payload);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  config::pool pool;
  pool.max_frame = 4096;
  auto other = (data[0] & 0x80) != 0;
  if (has_framings && other)
    pool.jsonrpc.framing = config::jsonrpc_framing::content_length;
  auto wire = built_in_wires().find(FUZZED_WIRE)->make(pool);
  const call_terms terms{std::chrono::seconds{1}, true};
  std::string out;
  if (one_at_a_time)
    wire->send_handshake(out, {"n", "p", "p.0", 1, 1, "1.2.3", true});
  else
    for (uint32_t i = 0; i < 3; ++i)
      wire->send_call(out, {i, 1}, "k", i == 1 || has_framings ? "{}" : "\"x\"", terms);
  std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
  auto control = !has_framings && other;
  size_t step = data[0] & 0x7F;
  std::vector<wire_frame> frames;
  while (!rest.empty()) {
    auto piece = rest.substr(0, step == 0 ? rest.size() : step);
    rest.remove_prefix(piece.size());
    shared_bytes bytes{std::string{piece}};
    control ? wire->feed_control(bytes, frames) : wire->feed(bytes, frames);
    if (one_at_a_time
        && !wire->send_call(out, {0, 1}, "continue", R"({"responses":[
            {"response":"a"},{"response":{"b":null},"query_id":"q","usage":1}]})",
                            terms))
      wire->send_call(out, {0, 2}, "run", "{}", terms);
  }
  wire->feed_end(frames);
  for (auto& f : frames)
    check(f);
  return 0;
}
