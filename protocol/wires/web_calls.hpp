#pragma once

#include "protocol/wires/envelope.hpp"
#include "protocol/wires/web_json.hpp"
#include "protocol/wires/wire.hpp"

#include <map>
#include <string>
#include <string_view>

namespace troupe::wires {

/// The web calls in a worker that is told of them in lines of JSON.
class web_calls {
public:
  /// Keeps a call, and returns what the worker is told of the request. Fails if `payload`
  /// is none, or if that has more than `most` bytes: base64 is longer than bytes.
  result<std::string> begin(slot_id id, std::string_view payload, size_t most);

  /// Returns whether this id names a web call that has not ended.
  bool has(slot_id id) const;

  /// Returns the frame that stands for what the worker says of such a call.
  /// @param is_part Whether more follows.
  /// @pre `has(id)`
  wire_frame take(slot_id id, const envelope& e, bool is_part);

private:
  struct open_call {
    uint32_t generation = 0;
    web_answer answer;
  };

  /// By their slots.
  std::map<uint32_t, open_call> open_;
};

} // namespace troupe::wires
