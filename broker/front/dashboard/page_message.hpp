#pragma once

#include "broker/front/dashboard/look_kinds.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a page says to the node, as values.
namespace troupe::front::dashboard {

/// Names a look, or a message that is answered. The page chooses it.
using page_id = int64_t;

/// What a look asks. Looks of several tabs that ask the same are asked once.
struct look_question {
  const look_kind* kind = nullptr;
  /// The terminal that answers; empty for the node.
  std::string terminal;
  shared_bytes payload;
  /// Members that are left out of the answer, sorted.
  std::vector<std::string> without;
  std::chrono::seconds every{1};

  /// Returns a text that is the same for the same question.
  std::string key() const;
};

struct watch_message {
  page_id id = 0;
  look_question what;
};

struct watch_events_message {
  page_id id = 0;
  /// `$node`, or that of another node.
  std::string node;
  /// That of an `events` call.
  shared_bytes payload;
};

struct unwatch_message {
  page_id id = 0;
};

/// The tab is hidden, or seen again.
struct pause_message {};
struct resume_message {};

/// Types on a terminal.
struct input_message {
  page_id id = 0;
  std::string terminal;
  /// The payload of an `input` call.
  shared_bytes payload;
};

using page_message = std::variant<watch_message, watch_events_message, unwatch_message,
                                  pause_message, resume_message, input_message>;

/// Why a message is not understood.
struct page_mistake {
  /// That of the message, if it has one.
  std::optional<page_id> id;
  fault why;
};

/// Reads the text of a message.
result<page_message, page_mistake> read_page_message(std::string_view text);

} // namespace troupe::front::dashboard
