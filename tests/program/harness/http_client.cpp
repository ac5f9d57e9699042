#include "tests/program/harness/http_client.hpp"

#include "tests/program/harness/http_head.hpp"

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
  auto head = read_http_head(stream_, limit);
  http_response r;
  r.status = head.status;
  for (auto& [name, value] : head.headers)
    r.headers[name] = value;
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
