#include "broker/front/http/message/http_answer.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/beast/http/status.hpp>
#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

namespace troupe::front::http {

namespace {

namespace http = boost::beast::http;

void append_head(std::string& out, unsigned status, std::string_view date) {
  append_status_line(out, status);
  out += "Date: ";
  out += date;
}

} // namespace

/// In whole seconds, as HTTP counts them.
std::string retry_after(const fault& why) {
  if (why.what != code::busy && why.what != code::unavailable)
    return {};
  auto wait = why.details.retry_after.value_or(std::chrono::seconds{1});
  auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return "Retry-After: " + std::to_string(std::max<int64_t>(seconds, 1)) + "\r\n";
}

std::string_view reason_of(unsigned status) {
  if (status == 499) // which only servers know
    return "Client Closed Request";
  if (status == 103) // younger than Beast's list
    return "Early Hints";
  auto known = http::int_to_status(status);
  if (known == http::status::unknown)
    return {};
  auto reason = http::obsolete_reason(known);
  return {reason.data(), reason.size()};
}

void append_status_line(std::string& out, unsigned status) {
  out += "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  out += reason_of(status);
  out += "\r\n";
}

void append_connection(std::string& out, http_form form) {
  if (!form.keep_alive)
    out += "Connection: close\r\n";
  else if (form.http_1_0)
    out += "Connection: keep-alive\r\n";
}

unsigned status_of(const http_refusal& refusal) {
  return refusal.status ? refusal.status : info(refusal.why.what).http_status;
}

std::string_view http_date::now() {
  auto present = std::time(nullptr);
  if (present != formatted_) {
    formatted_ = present;
    fmt::format_to_n(text_.data(), text_.size(), "{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(present));
  }
  return {text_.data(), text_.size()};
}

length_place append_http_head(std::string& out, unsigned status, size_t expected,
                              http_form form, std::string_view date,
                              std::string_view more_headers) {
  out.reserve(out.size() + expected + 200);
  append_head(out, status, date);
  out += "\r\nContent-Type: ";
  out += form.content_type;
  out += "\r\nContent-Length: ";
  auto at = out.size();
  out += std::to_string(expected);
  length_place length{at, out.size() - at};
  out += "\r\n";
  out += more_headers;
  append_connection(out, form);
  out += "\r\n";
  return length;
}

void set_http_length(std::string& out, length_place where, size_t bytes) {
  out.replace(where.at, where.digits, std::to_string(bytes));
}

void append_http_answer(std::string& out, unsigned status, std::string_view body,
                        http_form form, std::string_view date,
                        std::string_view more_headers) {
  append_http_head(out, status, body.size(), form, date, more_headers);
  if (!form.head)
    out += body;
}

void append_http_fault(std::string& out, const http_refusal& refusal,
                       std::optional<std::string_view> request_id, http_form form,
                       std::string_view date) {
  auto& why = refusal.why;
  json_object_writer members;
  members.append(refusal.members.empty() ? to_json_members(why) : refusal.members);
  if (request_id)
    members.add_escaped("request_id", *request_id);
  auto body = members.object() + '\n';
  auto status = status_of(refusal);
  auto headers = refusal.headers + retry_after(why);
  if (why.what == code::unauthorized)
    headers += "WWW-Authenticate: Bearer realm=\"troupe\"\r\n";
  append_http_answer(out, status, body, form, date, headers);
}

void append_http_stream_head(std::string& out, http_form form, std::string_view date) {
  append_head(out, ok_status, date);
  out += "\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n";
  if (!form.http_1_0)
    out += "Transfer-Encoding: chunked\r\n";
  append_connection(out, form);
  out += "\r\n";
}

void append_http_part(std::string& out, std::string_view text, http_form form) {
  if (form.http_1_0) {
    out += text;
    return;
  }
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", text.size());
  out += text;
  out += "\r\n";
}

void append_http_last_part(std::string& out, http_form form) {
  if (!form.http_1_0)
    out += "0\r\n\r\n";
}

} // namespace troupe::front::http
