#include "tests/program/harness/web_client.hpp"

#include "tests/program/harness/http_head.hpp"

#include <stdexcept>

namespace program {

std::string web_answer::header(const std::string& name) const {
  std::string all;
  auto [from, to] = headers.equal_range(name);
  for (auto i = from; i != to; ++i)
    all += (i == from ? "" : "|") + i->second;
  return all;
}

void web_client::send(std::string_view method, std::string_view target,
                      std::string_view body, std::string_view headers) {
  std::string out{method};
  out.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
  out += headers;
  if (!body.empty())
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  out += "\r\n";
  out += body;
  stream_.send(out);
}

web_answer web_client::read(bool has_body, milliseconds limit) {
  web_answer a;
  auto head = read_http_head(stream_, limit);
  for (; head.status < 200; head = read_http_head(stream_, limit))
    a.interim.push_back(head.status);
  a.status = head.status;
  a.headers = std::move(head.headers);
  if (!has_body || a.status == 204 || a.status == 304)
    return a;
  if (a.header("transfer-encoding") != "chunked") {
    if (auto length = a.header("content-length"); !length.empty())
      a.body = stream_.take(std::stoul(length), limit);
    return a;
  }
  while (true) {
    auto size = std::stoul(stream_.take_until("\r\n", limit), nullptr, 16);
    a.body += stream_.take(size, limit);
    stream_.take_until("\r\n", limit);
    if (size == 0)
      return a;
    ++a.chunks;
  }
}

web_answer web_client::request(std::string_view method, std::string_view target,
                               std::string_view body, std::string_view headers) {
  send(method, target, body, headers);
  return read(method != "HEAD");
}

int web_port(const node_process& node, const std::string& name) {
  auto mark = "web " + name + " at http://127.0.0.1:";
  std::string text;
  size_t found = 0;
  auto is_told = [&] { // the log is written a moment after the node is ready
    text = node.errors();
    found = text.find(mark);
    return found != text.npos;
  };
  if (!eventually(is_told))
    throw std::runtime_error{"no port of web front " + name + " in: " + text};
  return std::stoi(text.substr(found + mark.size()));
}

std::pair<std::string, std::string> multipart(const std::vector<form_part>& parts) {
  const std::string boundary = "----troupe-test-boundary";
  std::string body;
  for (auto& p : parts) {
    body +=
        "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + p.name + "\"";
    if (!p.file.empty())
      body += "; filename=\"" + p.file + "\"\r\nContent-Type: " + p.type;
    body += "\r\n\r\n" + p.content + "\r\n";
  }
  body += "--" + boundary + "--\r\n";
  return {body, "Content-Type: multipart/form-data; boundary=" + boundary + "\r\n"};
}

} // namespace program
