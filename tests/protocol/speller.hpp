#pragma once

#include "protocol/base/fault_json.hpp"
#include "protocol/wires/wire.hpp"

#include <string>

namespace test {

using namespace troupe;
using namespace troupe::wires;

/// Spells frames, so that they can be compared and a failure shows them.
struct speller {
  static std::string spell(const slot_id& id) {
    return std::to_string(id.slot) + "." + std::to_string(id.generation);
  }
  std::string operator()(const frame::ready& f) const {
    return "ready " + f.name + "/" + f.version + " window=" + std::to_string(f.window)
           + (f.can.has(capability::cancel) ? " cancel" : "")
           + (f.can.has(capability::ping) ? " ping" : "")
           + (f.can.has(capability::end_session) ? " end" : "");
  }
  std::string operator()(const frame::refused& f) const {
    return "refused " + to_string(f.why.what) + ": " + f.why.message;
  }
  std::string operator()(const frame::answer& f) const {
    return std::string{f.step == step_result::paused      ? "paused "
                       : f.step == step_result::concluded ? "concluded "
                                                          : "answer "}
           + spell(f.id) + " " + (f.result ? f.result->str() : to_json(f.result.error()));
  }
  std::string operator()(const frame::chunk& f) const {
    return "chunk " + spell(f.id) + " " + f.payload.str();
  }
  std::string operator()(const frame::event& f) const {
    return "event " + f.payload.str();
  }
  std::string operator()(const frame::metric& f) const {
    return "metric " + f.payload.str();
  }
  std::string operator()(const frame::log_line& f) const { return "log " + f.text; }
  std::string operator()(const frame::pong&) const { return "pong"; }
  std::string operator()(const frame::cancelled& f) const {
    return "cancelled " + spell(f.id);
  }
  std::string operator()(const frame::retire& f) const {
    return f.id ? "retire " + spell(*f.id) : "retire";
  }
  std::string operator()(const frame::reply& f) const { return "reply " + f.bytes; }
  std::string operator()(const frame::nested_call& f) const {
    return "call " + f.request_id.str() + " to " + f.to + " " + f.what.kind.str() + " "
           + f.what.payload.str();
  }
  std::string operator()(const frame::bad_nested_call& f) const {
    return "bad call " + f.request_id.str() + ": " + f.why.message;
  }
  std::string operator()(const frame::nested_cancel& f) const {
    return "cancel " + f.request_id.str();
  }
  std::string operator()(const frame::stray& f) const { return "stray " + f.text.str(); }
  std::string operator()(const frame::unknown&) const { return "unknown"; }
  std::string operator()(const frame::nothing& f) const {
    return "nothing " + std::to_string(f.count);
  }
  std::string operator()(const frame::broken& f) const { return "broken " + f.why; }
};

} // namespace test
