// As `wire.cpp`, for what a child answers to requests of HTTP. FUZZED_WIRE names the
// protocol. The first byte says how the rest is cut.
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/web/web_frame.hpp"
#include "protocol/wires/web_json.hpp"
#include "protocol/wires/wire_registry.hpp"

#include <cstdint>
#include <cstdlib>

using namespace troupe;
using namespace troupe::wires;

namespace {

/// The call of the request: other frames belong to no call that there is.
constexpr slot_id asked{0, 1};

/// The heads of a worker of goridge pass as they came: the front reads them.
constexpr bool passes_heads = std::string_view{FUZZED_WIRE} == "goridge";

/// What the node passes on must be a head and a body.
void check_payload(const shared_bytes& payload) {
  auto parts = web::split(payload.view());
  if (!parts)
    std::abort();
  if (passes_heads || parts->head.empty())
    return;
  if (!status_in(parts->head) || parts->head.find('\n') != std::string_view::npos)
    std::abort();
}

void check(const wire_frame& f) {
  if (auto a = std::get_if<frame::answer>(&f); a && a->id == asked) {
    if (a->result)
      check_payload(*a->result);
    else if (!json_text::is_valid(to_json(a->result.error())))
      std::abort();
  } else if (auto c = std::get_if<frame::chunk>(&f); c && c->id == asked) {
    check_payload(c->payload);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  config::pool pool;
  pool.max_frame = 4096;
  auto wire = built_in_wires().find(FUZZED_WIRE)->make(pool);
  auto request = web::join({R"({"method":"GET","uri":"http://h/","headers":{}})", {}});
  const call_terms terms{std::chrono::seconds{1}, true, nullptr, payload_form::web};
  std::string out;
  if (!wire->send_call(out, asked, "http", request.view(), terms))
    std::abort();
  std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
  std::vector<wire_frame> frames;
  auto has_ended = false;
  while (!rest.empty() && !has_ended) {
    auto piece = rest.substr(0, data[0] == 0 ? rest.size() : data[0]);
    rest.remove_prefix(piece.size());
    frames.clear();
    wire->feed(shared_bytes{std::string{piece}}, frames);
    for (auto& f : frames) {
      if (has_ended)
        break; // what comes now belongs to no request
      check(f);
      auto a = std::get_if<frame::answer>(&f);
      has_ended = a && a->id == asked;
    }
  }
  return 0;
}
