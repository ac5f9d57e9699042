#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace troupe::web {

/// A part of a file.
struct byte_range {
  uint64_t offset = 0;
  uint64_t length = 0;

  bool operator==(const byte_range&) const = default;
};

/// The file has none of the bytes that were asked for.
struct unsatisfiable_range {};

/// Reads a `Range` header with one range of bytes (RFC 9110, 14.2). Returns nothing for
/// everything else, several ranges included: then the whole file is the answer.
/// @param size Of the file, in bytes.
std::optional<std::variant<byte_range, unsatisfiable_range>>
read_range(std::string_view header, uint64_t size);

} // namespace troupe::web
