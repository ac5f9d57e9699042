#pragma once

#include "protocol/base/error.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The members of an event, as values. They become JSON where the event is kept.
namespace troupe {

class json_object_writer;

/// A JSON value that is passed on as it came. Its bytes are its own: a part of what was
/// read would keep all of that while the event is on its way.
struct relayed_json {
  explicit relayed_json(std::string json)
    : text(std::move(json)) {}

  shared_bytes text;
};

/// A text that is passed on as it stood between the quotes of a JSON string.
struct escaped_text {
  std::string body;
};

/// The value of one member of an event.
class event_value {
public:
  using variant =
      std::variant<std::nullptr_t, bool, int64_t, std::string, std::vector<std::string>,
                   relayed_json, escaped_text, worker_end, fault_cause>;

  event_value(std::nullptr_t)
    : value_(nullptr) {}
  template <std::integral T>
  event_value(T number) {
    if constexpr (std::same_as<T, bool>)
      value_ = number;
    else
      value_ = static_cast<int64_t>(number);
  }
  event_value(std::string text)
    : value_(std::move(text)) {}
  event_value(std::string_view text)
    : value_(std::string{text}) {}
  event_value(const char* text)
    : value_(std::string{text}) {}
  event_value(std::vector<std::string> texts)
    : value_(std::move(texts)) {}
  event_value(relayed_json json)
    : value_(std::move(json)) {}
  event_value(escaped_text text)
    : value_(std::move(text)) {}
  event_value(worker_end how)
    : value_(how) {}
  event_value(const fault& why)
    : value_(fault_cause{why}) {}

  const variant& get() const noexcept { return value_; }

private:
  variant value_;
};

/// A member of an event.
struct event_member {
  /// A literal. Empty where the members of the value stand in place of this one: of a
  /// fault or an end of a worker.
  std::string_view key;
  event_value value;
};

/// The members of an event, in the order in which clients get them.
using event_members = std::vector<event_member>;

/// Returns the member whose value's own members stand in its place.
inline event_member spread(worker_end how) {
  return {{}, how};
}
inline event_member spread(const fault& why) {
  return {{}, why};
}

/// Adds all members to an object.
void write(json_object_writer& out, const event_members& members);

/// Returns about how many bytes they are as JSON, for bounds of what is on the way. Exact
/// for texts without escapes and for relayed JSON, which alone can be long.
size_t json_size(const event_members& members) noexcept;

} // namespace troupe
