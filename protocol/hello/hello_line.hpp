#pragma once

#include "protocol/base/result.hpp"
#include "protocol/hello/introduction.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace troupe::hello {

/// The peer takes us as we are.
struct welcome {
  bool operator==(const welcome&) const = default;
};

/// What a line says.
using message = std::variant<introduction, welcome, refusal>;

/// Reads a line, without its end. Fails with `reason::not_hello` if it is none, and with
/// what is wrong with it.
result<message, refusal> read_line(std::string_view line);

/// Returns the line, with its end.
std::string to_line(const introduction& who);
std::string to_line(const welcome& yes);
std::string to_line(const refusal& no);

} // namespace troupe::hello
