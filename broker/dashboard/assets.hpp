#pragma once

#include <span>
#include <string_view>

namespace troupe::dashboard {

/// A file of the page. Its texts live as long as the program.
struct asset {
  /// Of its URL, without the slash before it; empty for the page itself.
  std::string_view path;
  std::string_view content_type;
  std::string_view bytes;
  /// The same in gzip; empty where that would save little.
  std::string_view gzipped;
};

/// Returns all files of the page, as they were when the program was built.
std::span<const asset> assets();

} // namespace troupe::dashboard
