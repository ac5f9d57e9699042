#include "tests/program/harness/http_head.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace program {

http_head read_http_head(stream& from, milliseconds limit) {
  auto head = from.take_until("\r\n\r\n", limit) + "\r\n";
  http_head out;
  if (!head.starts_with("HTTP/1.1 "))
    throw std::runtime_error{"no HTTP: " + head};
  out.status = std::stoi(head.substr(9, 3));
  for (auto at = head.find("\r\n") + 2; at < head.size();) {
    auto end = head.find("\r\n", at);
    auto colon = head.find(": ", at);
    if (colon >= end)
      throw std::runtime_error{"no header: " + head.substr(at, end - at)};
    auto name = head.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.headers.emplace(name, head.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  return out;
}

} // namespace program
