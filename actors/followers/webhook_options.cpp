#include "actors/followers/webhook_options.hpp"

#include "actors/interfaces/behaviour_options.hpp"
#include "protocol/base/api_key.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/tls/context.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

namespace troupe::followers {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view url_form = "expected where events are posted to, such as "
                                      "\"http://127.0.0.1:9000/hook\"";

/// Headers that a request has anyway, in small letters.
constexpr std::array<std::string_view, 6> own_headers{
    "host",           "user-agent", "content-type",
    "content-length", "connection", "transfer-encoding"};

std::string in_small_letters(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Whether HTTP allows this as the name of a header.
bool is_header_name(std::string_view name) {
  constexpr std::string_view more = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || more.find(c) != more.npos;
  });
}

/// Whether it is printable ASCII, and so ends no line.
bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

void read_url(behaviour_options& o, http_url& out) {
  std::string text;
  if (!o.get("url"))
    return o.wrong("url", "is missing: " + std::string{url_form});
  if (!o.text("url", text))
    return;
  if (auto url = parse_http_url(text))
    out = *std::move(url);
  else
    o.wrong("url", url.error());
}

void read_headers(behaviour_options& o, webhook_options& out) {
  auto given = o.get("headers");
  if (!given)
    return;
  if (!given->is_object())
    return o.wrong("headers", "expected a table of names and texts");
  for (auto& member : given->get_object()) {
    std::string name{member.key()};
    auto small = in_small_letters(name);
    if (!is_header_name(name))
      o.wrong("headers", json_string(name) + " is no name of a header");
    else if (std::count(own_headers.begin(), own_headers.end(), small) > 0)
      o.wrong("headers", name + " is set by the node");
    else if (!member.value().is_string()
             || !is_header_value(std::string_view{member.value().get_string()}))
      o.wrong("headers", name + ": expected a string of printable ASCII");
    else
      out.headers.emplace_back(std::move(name), member.value().get_string().c_str());
  }
}

void read_bearer(behaviour_options& o, webhook_options& out) {
  auto from_file = o.text("bearer_file", out.bearer_file);
  auto from_env = o.text("bearer_env", out.bearer_env);
  if (from_file && from_env)
    return o.wrong("bearer_env", "the key has two sources: remove bearer_file or this");
  auto is_authorization = [](auto& h) {
    return in_small_letters(h.first) == "authorization";
  };
  if ((from_file || from_env)
      && std::any_of(out.headers.begin(), out.headers.end(), is_authorization))
    o.wrong("headers", "Authorization is set by the key: remove one of the two");
}

void read_times(behaviour_options& o, webhook_times& out) {
  o.duration("timeout", out.timeout, 1ms, 10min);
  o.duration("retry_delay", out.delay, 1ms, 1h);
  auto has_longest = o.duration("retry_max_delay", out.longest_delay, 1ms, 1h);
  if (out.delay > out.longest_delay)
    o.wrong(has_longest ? "retry_max_delay" : "retry_delay",
            "expected retry_delay to be at most retry_max_delay, which is "
                + std::to_string(out.longest_delay.count()) + " ms");
  o.duration("give_up", out.patience, 0ms, limits::longest_duration);
}

/// Returns what a file holds.
result<std::string, std::string> content_of(const std::filesystem::path& path) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec)) // a pipe would be waited for
    return failure(
        "'" + path.string() + "' "
        + (ec ? "cannot be read: " + ec.message() : std::string{"is no regular file"}));
  std::ifstream in{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad())
    return failure("'" + path.string() + "' cannot be read");
  return text;
}

/// Returns the key that the options name; empty for none.
result<std::string, option_mistake> read_key(const webhook_options& options,
                                             const std::filesystem::path& folder) {
  std::string key;
  if (!options.bearer_file.empty()) {
    auto text = content_of(folder / options.bearer_file);
    if (!text)
      return failure(option_mistake{"bearer_file", text.error()});
    key = *std::move(text);
  } else if (!options.bearer_env.empty()) {
    auto value = std::getenv(options.bearer_env.c_str());
    if (!value)
      return failure(
          option_mistake{"bearer_env", "the node has no variable " + options.bearer_env});
    key = value;
  } else {
    return key;
  }
  key = without_line_end(key);
  if (!is_api_key(key)) // the key itself belongs in no message
    return failure(
        option_mistake{options.bearer_file.empty() ? "bearer_env" : "bearer_file",
                       "the key: " + std::string{api_key_form}});
  return key;
}

} // namespace

std::vector<option_mistake> read_webhook_options(const boost::json::object& options,
                                                 webhook_options& out) {
  behaviour_options o{options};
  read_url(o, out.url);
  read_headers(o, out);
  read_bearer(o, out);
  if (o.text("ca", out.authority) && !out.url.is_secure)
    o.wrong("ca", "is for a URL of https:// alone");
  read_times(o, out.times);
  return o.mistakes();
}

result<webhook_destination, option_mistake>
read_webhook_destination(const webhook_options& options,
                         const std::filesystem::path& folder) {
  auto key = read_key(options, folder);
  if (!key)
    return failure(std::move(key).error());
  webhook_destination out{{options.url, options.headers, nullptr}, *key};
  if (!key->empty())
    out.to.headers.emplace_back("Authorization", "Bearer " + *key);
  if (!options.url.is_secure)
    return out;
  std::optional<std::filesystem::path> authority;
  if (!options.authority.empty()) {
    authority = folder / options.authority;
    auto text = content_of(*authority);
    if (!text)
      return failure(option_mistake{"ca", text.error()});
    out.read += '\n' + *text;
  }
  auto secured =
      tls::context::for_client(authority, std::nullopt, tls::oldest_version::tls_1_2);
  if (!secured)
    return failure(option_mistake{"ca", secured.error()});
  out.to.secured = *std::move(secured);
  return out;
}

} // namespace troupe::followers
