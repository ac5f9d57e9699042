#include "tests/program/harness/http_client.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace program {

void http_client::send_request(std::string_view method, std::string_view target,
                               std::string_view body, std::string_view headers) {
  std::string out{method};
  out += ' ';
  out += target;
  out += " HTTP/1.1\r\nHost: localhost\r\n";
  if (!key_.empty())
    out += "X-API-Key: " + key_ + "\r\n";
  out += headers;
  if (!body.empty())
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  out += "\r\n";
  out += body;
  stream_.send(out);
}

http_response http_client::read_response(bool has_body, milliseconds limit) {
  auto head = stream_.take_until("\r\n\r\n", limit) + "\r\n";
  http_response r;
  if (head.compare(0, 9, "HTTP/1.1 ") != 0)
    throw std::runtime_error{"no HTTP: " + head};
  r.status = std::stoi(head.substr(9, 3));
  for (auto at = head.find("\r\n") + 2; at < head.size();) {
    auto end = head.find("\r\n", at);
    auto colon = head.find(": ", at);
    if (colon >= end)
      throw std::runtime_error{"no header: " + head.substr(at, end - at)};
    auto name = head.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    r.headers[name] = head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  if (auto length = r.headers.find("content-length");
      has_body && length != r.headers.end())
    r.body.text = stream_.take(std::stoul(length->second), limit);
  return r;
}

http_response http_client::request(std::string_view method, std::string_view target,
                                   std::string_view body, std::string_view headers) {
  send_request(method, target, body, headers);
  return read_response(method != "HEAD");
}

} // namespace program
