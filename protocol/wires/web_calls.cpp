#include "protocol/wires/web_calls.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/wires/worker_fault.hpp"

namespace troupe::wires {

result<std::string> web_calls::begin(slot_id id, std::string_view payload, size_t most) {
  auto request = web_request::read(payload);
  if (!request)
    return failure(std::move(request).error());
  std::string told;
  append_for_json_lines(told, *request);
  if (told.size() > most)
    return failure(too_large(told.size(), most));
  open_[id.slot] = {id.generation, {}};
  return told;
}

bool web_calls::has(slot_id id) const {
  auto i = open_.find(id.slot);
  return i != open_.end() && i->second.generation == id.generation;
}

wire_frame web_calls::take(slot_id id, const envelope& e, bool is_part) {
  auto refused = !is_part && !json_text::is_absent(e.error);
  auto part = refused ? failure(to_worker_fault(e.error))
                      : open_[id.slot].answer.read(e.payload.empty() ? "null" : e.payload,
                                                   !is_part);
  if (is_part && part)
    return frame::chunk{id, std::move(*part)};
  // Nobody could read what follows a part that is none: it ends the call, too.
  open_.erase(id.slot);
  return frame::answer{id, std::move(part)};
}

} // namespace troupe::wires
