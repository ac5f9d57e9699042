#pragma once

#include "actors/interfaces/behaviour_options.hpp"
#include "protocol/base/json_pointer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What behaviours that stand before a pool have in common.
namespace troupe::behaviours {

/// Calls that a worker of a front has at once, unless its pool says otherwise. They only
/// wait: what bounds the work is the pool behind it.
inline constexpr uint32_t front_window = 1024;

/// Returns whether the front itself is asked, for what it has counted.
inline bool asks_for_counts(const behaviour_call& c) {
  return c.kind.view() == "$stats";
}

/// Reads a JSON pointer. Returns whether there was a good one.
bool read_pointer(behaviour_options& o, std::string_view key,
                  std::optional<json_pointer>& out);

/// Returns whether `text` may name the pool that calls go to, as the key `of` does; if
/// not, notes that for `key`.
/// @param what Begins the message, e.g. `"eu": `.
bool check_pool_name(behaviour_options& o, std::string_view key, std::string_view text,
                     const std::string& what = {});

/// Returns the value that `p` points at in the payload of a call, as text, or nothing if
/// there is none. A string stands for itself, any other value for its JSON text.
std::optional<std::string> text_at(const json_pointer& p, const behaviour_call& c);

} // namespace troupe::behaviours
