#include "broker/front/http/message/http_head.hpp"

#include "protocol/base/json_text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace troupe::front::http {

namespace {

namespace http = boost::beast::http;
using http::field;

constexpr unsigned version_not_supported = 505;

/// Returns the version that the request line names, as in `1.1`; nothing where it names
/// none.
std::string_view named_version(std::string_view text) {
  auto line = text.substr(0, text.find("\r\n"));
  auto at = line.rfind(" HTTP/");
  auto version = at == line.npos ? std::string_view{} : line.substr(at + 6);
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() != 3 || !digit(version[0]) || version[1] != '.'
      || !digit(version[2]))
    return {};
  return version;
}

/// A field that should come once at most.
struct lone_field {
  size_t count = 0;
  /// Of the last one.
  boost::string_view value;
};

/// The recipient, the page and the framing in a head, found in one pass.
struct head_facts {
  explicit head_facts(const http_fields& m) {
    for (auto& f : m)
      if (auto place = of(f.name()))
        *place = {place->count + 1, f.value()};
  }

  lone_field* of(field name) {
    switch (name) {
      case field::host:
        return &host;
      case field::origin:
        return &origin;
      case field::content_length:
        return &length;
      case field::transfer_encoding:
        return &coding;
      case field::expect:
        return &expect;
      default:
        return nullptr;
    }
  }

  lone_field host;
  lone_field origin;
  lone_field length;
  lone_field coding;
  lone_field expect;
};

/// Succeeds if a field does not come several times: each of those who read the head could
/// believe another one.
result<void, std::string> validate_lone(std::string_view name, const lone_field& given) {
  if (given.count > 1)
    return failure(std::string{name} + ": expected once, not "
                   + std::to_string(given.count) + " times");
  return {};
}

/// Succeeds if the head names one host, or none where it need not.
result<void, std::string> validate_host(const http_fields& m, const lone_field& given) {
  if (auto lone = validate_lone("Host", given); !lone)
    return lone;
  if (given.count == 0 && m.version() < 11)
    return {};
  if (given.count == 0)
    return failure("Host: HTTP/1.1 needs one");
  auto host = given.value;
  auto parsed = boost::urls::parse_authority({host.data(), host.size()});
  if (!parsed || parsed->has_userinfo())
    return failure("Host: expected host or host:port, not " + json_string(to_view(host)));
  return {};
}

/// Reads how long the body is.
result<void, std::string> read_framing(http_head& h, const head_facts& said) {
  if (said.coding.count > 0) {
    if (h.fields.version() < 11)
      return failure("Transfer-Encoding: not a header of HTTP/1.0");
    if (said.length.count > 0)
      return failure("Content-Length: not beside Transfer-Encoding");
    if (said.coding.count > 1 || !boost::beast::iequals(said.coding.value, "chunked"))
      return failure("Transfer-Encoding: expected chunked, once and alone, not "
                     + json_string(to_view(said.coding.value)));
    h.chunked = true;
    return {};
  }
  if (said.length.count == 0)
    return {};
  auto text = to_view(said.length.value);
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), h.length);
  if (said.length.count > 1 || ec != std::errc{} || end != text.data() + text.size())
    return failure("Content-Length: expected one number, once, not " + json_string(text));
  return {};
}

/// Returns whether a line of the head goes on in the next.
bool has_folded_line(std::string_view text) {
  for (auto end = text.find('\n'); end != text.npos && end + 1 < text.size();
       end = text.find('\n', end + 1))
    if (text[end + 1] == ' ' || text[end + 1] == '\t')
      return true;
  return false;
}

tl::unexpected<http_refusal> refuse(std::string message) {
  return failure(http_refusal{malformed("not HTTP: " + std::move(message))});
}

} // namespace

std::string list_value(const http_fields& fields, std::string_view name) {
  std::string out;
  auto [first, last] = fields.equal_range({name.data(), name.size()});
  for (auto i = first; i != last; ++i) {
    if (i != first)
      out += ", ";
    out += to_view(i->value());
  }
  return out;
}

result<http_head, http_refusal> read_http_head(std::string_view text) {
  if (has_folded_line(text))
    return refuse("a header that goes on in the next line");
  http::request_parser<http::empty_body> parser;
  parser.skip(true); // the body is not Beast's
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());
  boost::system::error_code ec;
  parser.put(boost::asio::buffer(text.data(), text.size()), ec);
  if (ec == http::error::bad_version) {
    auto version = named_version(text);
    if (version.starts_with("1.") && version[2] > '1') {
      // A later HTTP/1 is understood by whoever understands HTTP/1.1.
      std::string as_1_1{text};
      as_1_1[static_cast<size_t>(version.data() + 2 - text.data())] = '1';
      return read_http_head(as_1_1);
    }
    if (!version.empty() && !version.starts_with("1."))
      return failure(http_refusal{
          malformed("HTTP/" + std::string{version} + " is not spoken here, HTTP/1.1 is"),
          version_not_supported});
  }
  if (ec || !parser.is_header_done())
    return refuse(ec ? ec.message() : "the head has no end");
  http_head h;
  h.fields = parser.release();
  const head_facts said{h.fields};
  if (auto valid = validate_host(h.fields, said.host); !valid)
    return refuse(std::move(valid).error());
  if (auto valid = validate_lone("Origin", said.origin); !valid)
    return refuse(std::move(valid).error());
  if (auto framed = read_framing(h, said); !framed)
    return refuse(std::move(framed).error());
  h.form = {.keep_alive = h.fields.keep_alive(),
            .head = h.fields.method() == http::verb::head,
            .http_1_0 = h.fields.version() < 11};
  h.expects_continue = said.expect.count > 0 && h.has_body() && h.fields.version() >= 11
                       && http::token_list{said.expect.value}.exists("100-continue");
  return h;
}

} // namespace troupe::front::http
