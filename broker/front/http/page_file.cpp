#include "broker/front/http/page_file.hpp"

#include "protocol/web/conditions.hpp"

#include <boost/beast/http/rfc7230.hpp>
#include <openssl/sha.h>
#include <spdlog/fmt/fmt.h>

#include <array>

namespace troupe::front::http {

namespace {

namespace http = boost::beast::http;

constexpr unsigned not_modified = 304;

/// What a browser must hold the page to. The page is strict with itself: it has no inline
/// script or style, and talks to its node alone.
constexpr std::string_view policy =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src 'self' data:; font-src 'self'; frame-ancestors 'none';"
    " base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

/// Returns a tag that no other bytes have.
std::string tag_of(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         digest.data());
  return fmt::format("\"{:02x}\"", fmt::join(digest.begin(), digest.begin() + 12, ""));
}

/// Returns whether a weight such as `0.5` is none.
bool is_zero(std::string_view weight) {
  return weight.find_first_not_of("0.") == weight.npos;
}

/// Returns whether the client takes gzip (RFC 9110, 12.5.3).
bool takes_gzip(const http_fields& asked) {
  auto any = false;
  http::ext_list codings{asked[http::field::accept_encoding]};
  for (auto& [name, parameters] : codings) {
    auto taken = true;
    for (auto& [key, value] : parameters)
      if (boost::beast::iequals(key, "q"))
        taken = !is_zero(to_view(value));
    if (boost::beast::iequals(name, "gzip"))
      return taken;
    any = any || (name == "*" && taken);
  }
  return any;
}

} // namespace

page_file make_page_file(std::string_view content_type, std::string_view bytes,
                         std::string_view gzipped) {
  return {content_type, bytes, gzipped, tag_of(bytes),
          gzipped.empty() ? std::string{} : tag_of(gzipped)};
}

page_answer answer_with(const page_file& file, const http_fields& asked, http_form form,
                        std::string_view date) {
  auto compressed = !file.gzipped.empty() && takes_gzip(asked);
  auto& tag = compressed ? file.gzipped_tag : file.tag;
  page_answer out;
  out.body = compressed ? file.gzipped : file.bytes;
  // `no-cache`: a browser keeps it, and asks each time whether there is another.
  auto headers = "ETag: " + tag + "\r\nCache-Control: no-cache\r\n" + std::string{policy};
  if (!file.gzipped.empty())
    headers += "Vary: Accept-Encoding\r\n";
  if (compressed)
    headers += "Content-Encoding: gzip\r\n";
  auto known = list_value(asked, "If-None-Match");
  auto current = troupe::web::evaluate({.if_none_match = known}, {.tag = tag});
  if (current == troupe::web::condition_result::not_modified)
    out.status = not_modified;
  auto has_body = !form.head && out.status == ok_status;
  form.content_type = file.content_type;
  form.head = true; // the body is not to be copied
  append_http_answer(out.head, out.status, out.body, form, date, headers);
  if (!has_body)
    out.body = {};
  return out;
}

} // namespace troupe::front::http
