#include "protocol/wires/web_json.hpp"

#include "protocol/base/json_appender.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/payload_bytes.hpp"
#include "protocol/base/utf8.hpp"

#include <algorithm>

namespace troupe::wires {

namespace {

constexpr int64_t least_status = 100;
constexpr int64_t most_status = 599;

fault bad_answer(const std::string& why) {
  return {code::protocol_error, "the answer to a web request: " + why};
}

/// A value as a message shows it.
std::string shown(std::string_view json) {
  constexpr size_t most = 100;
  return std::string{json.substr(0, most)};
}

/// Returns path and query of a URI. @param uri Absolute, or a path already.
std::string_view target_of(std::string_view uri) {
  auto authority = uri.find("://");
  if (authority == uri.npos)
    return uri;
  auto path = uri.find_first_of("/?", authority + 3);
  return path == uri.npos ? std::string_view{"/"} : uri.substr(path);
}

/// Appends an object of arrays of strings as one of strings: a field that came several
/// times is one list (RFC 9110, 5.3), but for cookies.
void append_joined(std::string& out, std::string_view headers) {
  json_object_writer fields;
  std::string buffer;
  json_text::member_reader reader{headers};
  while (auto m = reader.next()) {
    auto name = std::string{json_text::plain_key(m->key, buffer)};
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    auto separator = name == "cookie" ? "; " : ", ";
    std::string value;
    if (json_text::is_array(m->value)) {
      json_text::element_reader values{m->value};
      for (auto first = true; auto one = values.next(); first = false)
        value += (first ? "" : separator) + json_text::as_text(*one).value_or("");
    } else {
      value = json_text::as_text(m->value).value_or("");
    }
    fields.add(name, value);
  }
  out += fields.object();
}

/// The members of a part of an answer.
struct answer_part {
  std::string_view status;
  std::string_view headers;
  std::string body;
};

result<std::string> read_body(std::string_view value) {
  if (auto text = json_text::as_text(value))
    return std::move(*text);
  if (auto bytes = as_base64_object(value))
    return std::move(*bytes);
  return failure(bad_answer("body: expected a string, not " + shown(value)));
}

result<std::string> read_base64(std::string_view value) {
  auto text = json_text::as_text(value);
  if (auto bytes = text ? from_base64(*text) : std::nullopt)
    return std::move(*bytes);
  return failure(
      bad_answer("body_base64: expected base64 with padding, not " + shown(value)));
}

result<answer_part> read_part(std::string_view json) {
  answer_part part;
  auto has_body = false;
  std::string buffer;
  json_text::member_reader reader{json};
  while (auto m = reader.next()) {
    if (json_text::is_null(m->value))
      continue;
    auto key = json_text::plain_key(m->key, buffer);
    if (key == "status")
      part.status = m->value;
    else if (key == "headers")
      part.headers = m->value;
    if (key != "body" && key != "body_base64")
      continue;
    if (std::exchange(has_body, true))
      return failure(bad_answer("expected body or body_base64, not both"));
    auto body = key == "body" ? read_body(m->value) : read_base64(m->value);
    if (!body)
      return failure(std::move(body).error());
    part.body = std::move(*body);
  }
  return part;
}

/// Returns the headers of an answer as a JSON object. A language whose empty map is an
/// empty list may say so.
result<std::string_view> read_headers(std::string_view value) {
  if (value.empty())
    return std::string_view{"{}"};
  if (json_text::is_object(value))
    return value;
  if (json_text::is_array(value) && !json_text::element_reader{value}.next())
    return std::string_view{"{}"};
  return failure(bad_answer("headers: expected an object, not " + shown(value)));
}

/// @pre `object` is a valid JSON object.
std::optional<int64_t> status_of(std::string_view object) {
  auto value = json_text::find(object, "status");
  auto status = value ? json_text::as_integer(*value) : std::nullopt;
  return status && *status >= least_status && *status <= most_status ? status
                                                                     : std::nullopt;
}

} // namespace

result<web_request> web_request::read(std::string_view payload) {
  auto parts = web::split(payload);
  if (!parts)
    return failure(std::move(parts).error());
  if (!json_text::is_object(parts->head) || !json_text::is_valid(parts->head))
    return failure(code::protocol_error, "the head of a web request is no object");
  web_request r{*parts};
  r.is_parsed_ = json_text::find(parts->head, "parsed") == "true";
  if (r.is_parsed_ && !json_text::is_valid(parts->body))
    return failure(code::protocol_error, "the fields of a web request are no JSON");
  return r;
}

std::string_view web_request::head(std::string_view key) const {
  return json_text::find(parts_.head, key).value_or("null");
}

std::optional<std::string_view> web_request::body() const {
  return is_parsed_ ? std::nullopt : std::optional{parts_.body};
}

std::optional<std::string_view> web_request::parsed() const {
  return is_parsed_ ? std::optional{parts_.body} : std::nullopt;
}

void append_for_json_lines(std::string& out, const web_request& r) {
  json_object_appender to{out};
  to.add_json<"method">(r.head("method"))
      .add_json<"uri">(r.head("uri"))
      .add_json<"headers">(r.head("headers"))
      .add_json<"query">(r.head("rawQuery"))
      .add_json<"cookies">(r.head("cookies"))
      .add_json<"remote_addr">(r.head("remoteAddr"));
  if (auto fields = r.parsed())
    to.add_json<"parsed">(*fields);
  if (auto uploads = r.head("uploads"); !json_text::is_null(uploads))
    to.add_json<"uploads">(uploads);
  auto body = r.body().value_or("");
  if (is_utf8(body)) {
    to.add<"body">(body);
  } else {
    to.add_with<"body_base64">([&](std::string& o) {
      o += '"';
      append_base64(o, body);
      o += '"';
    });
  }
  to.end();
}

void append_for_folk(std::string& out, const web_request& r) {
  json_object_appender to{out};
  to.add_json<"method">(r.head("method"))
      .add<"uri">(target_of(json_text::as_text(r.head("uri")).value_or("/")))
      .add_with<"headers">([&](std::string& o) {
        auto headers = r.head("headers");
        append_joined(o, json_text::is_object(headers) ? headers : "{}");
      });
  if (auto fields = r.parsed())
    to.add_json<"parsed">(*fields);
  if (auto uploads = r.head("uploads"); !json_text::is_null(uploads))
    to.add_json<"uploads">(uploads);
  to.add_with<"body">([&](std::string& o) {
      append_bytes_as_json(o, r.body().value_or(""));
    }).end();
}

std::optional<int64_t> status_in(std::string_view head) {
  if (!json_text::is_object(head) || !json_text::is_valid(head))
    return std::nullopt;
  return status_of(head);
}

result<shared_bytes> web_answer::read(std::string_view json, bool last) {
  if (json_text::is_null(json) && has_head_)
    return web::join({});
  if (!json_text::is_object(json))
    return failure(bad_answer("expected an object, not " + shown(json)));
  auto part = read_part(json);
  if (!part)
    return failure(std::move(part).error());
  if (has_head_)
    return web::join({{}, part->body});
  auto status = status_of(json);
  if (!status)
    return failure(
        bad_answer("status: expected a number from 100 to 599, not "
                   + (part->status.empty() ? "nothing" : shown(part->status))));
  auto headers = read_headers(part->headers);
  if (!headers)
    return failure(std::move(headers).error());
  has_head_ = *status >= least_final_status;
  if (last && !has_head_)
    return failure(bad_answer("ends with the status " + std::to_string(*status)
                              + ", which announces another"));
  auto head =
      json_object_writer{}.add("status", *status).add_json("headers", *headers).object();
  return web::join({head, part->body});
}

} // namespace troupe::wires
