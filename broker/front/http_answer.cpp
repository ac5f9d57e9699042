#include "broker/front/http_answer.hpp"

#include "protocol/json_text.hpp"

#include <boost/beast/http/status.hpp>

namespace troupe {

namespace {

namespace http = boost::beast::http;

/// Returns the header that says when to try again, for errors that have it: in whole
/// seconds, as HTTP counts them.
std::string retry_after(const fault& why) {
  if (why.what != code::busy && why.what != code::unavailable)
    return {};
  auto ms = json_text::find("{" + why.details + "}", "retry_after_ms").value_or("1000");
  auto seconds = (json_text::as_integer(ms).value_or(1000) + 999) / 1000;
  return "Retry-After: " + std::to_string(seconds) + "\r\n";
}

} // namespace

void append_http_answer(std::string& out, unsigned status, std::string_view body,
                        http_form form, std::string_view more_headers) {
  out.reserve(out.size() + body.size() + 160);
  out += "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  auto reason = http::obsolete_reason(http::int_to_status(status));
  out.append(reason.data(), reason.size());
  out += "\r\nContent-Type: application/json\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += "\r\n";
  out += more_headers;
  if (!form.keep_alive)
    out += "Connection: close\r\n";
  out += "\r\n";
  if (!form.head)
    out += body;
}

void append_http_fault(std::string& out, const fault& why,
                       std::optional<std::string_view> request_id, http_form form) {
  std::string body = "{" + to_json_members(why);
  if (request_id) {
    body += ",\"request_id\":\"";
    body += *request_id;
    body += '"';
  }
  body += "}\n";
  append_http_answer(out, info(why.what).http_status, body, form, retry_after(why));
}

} // namespace troupe
