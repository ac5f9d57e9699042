#pragma once

#include "actors/interfaces/behaviour_actor.hpp"
#include "protocol/base/call.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// The worker's side of json-lines: what a node writes to a worker, and what a worker
/// writes to its node.
namespace troupe::isolation {

/// The lines of a node. Ids are bodies of JSON strings, as they came.
namespace said {

struct hello {
  std::string node;
  std::string pool;
  std::string worker;
};

struct run {
  shared_bytes request_id;
  shared_bytes kind;
  shared_bytes payload;
  std::chrono::milliseconds left;
  /// Whether the caller takes parts of the result.
  bool stream;
  /// Null for none.
  trace_context_ptr trace = {};
};

struct cancel {
  shared_bytes request_id;
};

struct ping {
  shared_bytes request_id;
};

/// The end of a call that the worker has made.
struct answer {
  std::string id;
  call_result result;
};

struct shutdown {};

/// Nothing that a worker has to know.
struct other {};

} // namespace said

using node_line = std::variant<said::other, said::hello, said::run, said::cancel,
                               said::ping, said::answer, said::shutdown>;

/// Reads one line, without its end.
node_line read_line(const shared_bytes& line);

/// What a worker says of itself.
struct worker_introduction {
  std::string name;
  std::string version;
  bool can_cancel = false;
};

// Each of these returns a line with its end. Ids are bodies of JSON strings, payloads
// JSON texts.

std::string ready_line(const worker_introduction& who);
std::string pong_line(std::string_view id);
/// @param result A payload must be JSON text.
std::string result_line(std::string_view id, const call_result& result);
std::string chunk_line(std::string_view id, std::string_view payload);
std::string event_line(std::string_view payload);
std::string log_line_of(const log_line& line);

/// Returns the id of the call number `n` that the worker makes.
std::string own_id(uint64_t n);
/// @param parent The id of the call that it is made for; nothing if there is none.
std::string call_line(std::string_view id, const pool_call& c,
                      std::optional<std::string_view> parent);
std::string cancel_line(std::string_view id);

} // namespace troupe::isolation
