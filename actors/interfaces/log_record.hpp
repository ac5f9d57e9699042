#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// A line of the log is a record: a message for people, and named fields for programs.
/// spdlog takes the message; the fields travel beside it, where nothing that a worker or
/// a client says can be taken for one.
namespace troupe {

class json_object_writer;

/// The fields of a record; this is the whole list. One that is not set is not written. A
/// text must live until the line is written: for the expression that writes it.
struct log_fields {
  /// What happened: the kind of the event that tells the same, where there is one.
  std::string_view event = {};
  /// The node that the line is about. Left to the log where that is the node itself.
  std::string_view node = {};
  std::string_view pool = {};
  /// The worker's name, e.g. `echo.0`.
  std::string_view worker = {};
  /// Of the worker's process.
  std::optional<int64_t> pid = {};
  /// As the client chose it.
  std::string_view request_id = {};
  std::string_view trace_id = {};
  /// The code of an error.
  std::string_view code = {};
  /// Why a worker ended.
  std::string_view reason = {};
  /// The kind of a call.
  std::string_view kind = {};
  std::optional<int64_t> waited_ms = {};
  std::optional<int64_t> run_ms = {};
  // Of a request to a web front:
  /// The address of the client.
  std::string_view client = {};
  std::string_view method = {};
  /// As in the request line.
  std::string_view target = {};
  std::optional<int64_t> status = {};
  /// Of the body of the answer.
  std::optional<int64_t> bytes = {};
};

/// Returns what carries `about` through spdlog, as the source of a line.
spdlog::source_loc carried(const log_fields& about);

/// Returns the fields of a line, or null if it was written without any. They live as long
/// as the line is being written: a sink that keeps lines copies what it needs.
const log_fields* fields_of(const spdlog::details::log_msg& line);

/// Writes a line with fields. `to` must hand each line to its sinks at once, as all
/// loggers of a node do. Thread-safe.
template <class... Ts>
void write_log(spdlog::logger& to, spdlog::level::level_enum level,
               const log_fields& about, spdlog::format_string_t<Ts...> message,
               Ts&&... values) {
  to.log(carried(about), level, message, std::forward<Ts>(values)...);
}

/// Adds the fields that are set, in the order of the list.
/// @param node The node whose log it is; empty for none.
void write_fields(json_object_writer& out, const log_fields& about,
                  std::string_view node = {});

/// Returns a line as text, without time and level: the message, and after it the ids of a
/// call, which no message has. Safe for a terminal, and on one line.
std::string text_of(const spdlog::details::log_msg& line);

} // namespace troupe
