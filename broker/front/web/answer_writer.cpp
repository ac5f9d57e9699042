#include "broker/front/web/answer_writer.hpp"

#include "broker/front/web/neighbour_headers.hpp"

#include <charconv>

namespace troupe::front::web {

namespace {

void append_headers(std::string& out, const answer_head& head) {
  neighbour_headers local;
  for (auto& [name, value] : head.headers)
    if (is_same_header(name, "Connection"))
      local.add_connection(value);
  for (auto& [name, value] : head.headers) {
    if (local.contains(name) || is_same_header(name, "Content-Length")
        || is_same_header(name, "Date"))
      continue;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
}

void append_length(std::string& out, uint64_t length) {
  out += "Content-Length: ";
  out += std::to_string(length);
  out += "\r\n";
}

} // namespace

bool has_body(unsigned status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

std::optional<uint64_t> length_in(const answer_head& head) {
  for (auto& [name, value] : head.headers) {
    if (!is_same_header(name, "Content-Length"))
      continue;
    uint64_t length = 0;
    auto end = value.data() + value.size();
    auto [rest, ec] = std::from_chars(value.data(), end, length);
    return ec == std::errc{} && rest == end ? std::optional{length} : std::nullopt;
  }
  return std::nullopt;
}

void append_answer_head(std::string& out, const answer_head& head, http::http_form form,
                        body_end end, std::optional<uint64_t> length,
                        std::string_view date) {
  http::append_status_line(out, head.status);
  out += "Date: ";
  out += date;
  out += "\r\n";
  append_headers(out, head);
  if (end == body_end::chunks)
    out += "Transfer-Encoding: chunked\r\n";
  else if (length && end != body_end::connection && has_body(head.status))
    append_length(out, *length);
  http::append_connection(out, form);
  out += "\r\n";
}

void append_interim_head(std::string& out, const answer_head& head) {
  http::append_status_line(out, head.status);
  append_headers(out, head);
  out += "\r\n";
}

size_t append_refusal(std::string& out, const http::http_refusal& why,
                      http::http_form form, std::string_view date) {
  auto status = http::status_of(why);
  form.content_type = "text/plain; charset=utf-8";
  auto phrase = std::to_string(status) + ' ' + std::string{http::reason_of(status)};
  auto body = (why.why.message.empty() ? phrase : phrase + ": " + why.why.message) + '\n';
  http::append_http_answer(out, status, body, form, date,
                           why.headers + http::retry_after(why.why));
  return form.head ? 0 : body.size();
}

} // namespace troupe::front::web
