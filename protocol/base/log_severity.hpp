#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe {

/// How much a line of the log matters.
enum class log_severity : uint8_t { debug, info, warn, error };

/// Returns the severity with this word, in any case: `debug`, `info`, `notice`, `warn`,
/// `warning`, `error`, `critical`, and `trace` and `fatal`, which are the outermost.
/// Nothing if there is none.
std::optional<log_severity> find_severity(std::string_view word);

/// Returns the word for `s`, which `find_severity` takes.
std::string_view word_for(log_severity s);

/// A line of a program that may say how much it matters.
struct severe_line {
  std::optional<log_severity> severity;
  /// The rest; it points into the line.
  std::string_view text;
};

/// Splits off the prefix by which programs under systemd give a line its priority, as in
/// `<3>disk full` (sd-daemon(3)): `<0>` to `<7>`.
severe_line split_priority(std::string_view line);

} // namespace troupe
