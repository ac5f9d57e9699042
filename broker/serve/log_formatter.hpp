#pragma once

#include "protocol/config/config.hpp"

#include <spdlog/formatter.h>

#include <memory>
#include <string>

namespace troupe::serve {

/// How the lines of a log look.
struct log_style {
  config::log_format format = config::log_format::text;
  /// The node that writes it, for the field `node`; empty for none.
  std::string node = {};
  /// Whether the level of a text has a colour.
  bool colours = false;
  /// Whether a text begins with its priority, as in `<4>`: journald takes that off.
  bool priorities = false;
};

/// Makes a line of text or of JSON of a record: one line, and safe for a terminal,
/// whatever a worker or a client has said. Not thread-safe.
class log_formatter : public spdlog::formatter {
public:
  explicit log_formatter(log_style style);
  ~log_formatter() override;

  /// Appends the line with its line end.
  void format(const spdlog::details::log_msg& m, spdlog::memory_buf_t& out) override;
  std::unique_ptr<spdlog::formatter> clone() const override;

  /// Returns the line with its line end.
  std::string line_of(const spdlog::details::log_msg& m);

private:
  std::string text_line(const spdlog::details::log_msg& m);
  std::string json_line(const spdlog::details::log_msg& m) const;

  log_style style_;
  /// Writes the time of a text.
  std::unique_ptr<spdlog::formatter> local_time_;
};

/// Returns whether stderr, as `fd`, is a stream of journald: it is the file that
/// `JOURNAL_STREAM` names. A program that was started by a service may have the variable
/// and another stderr.
bool is_journal(int fd);

} // namespace troupe::serve
