#include "broker/client/node_locator.hpp"

#include "broker/client/http_client.hpp"
#include "broker/client/socket_client.hpp"
#include "protocol/base/api_key.hpp"
#include "protocol/base/json_text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace troupe::client {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view what_to_do =
    "start one with `troupe serve` or name it with --node";

/// Returns the value of an environment variable; empty where it is unset.
std::string environment(const char* name) {
  auto value = std::getenv(name);
  return value ? value : "";
}

fault no_node(const std::string& why) {
  return {code::unavailable, "no node found: " + why + "; " + std::string{what_to_do}};
}

std::string_view without_last_slash(std::string_view url) {
  return url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
}

/// Returns the key for a URL that the user named: as said, or as a node of that very URL
/// has written it down.
std::string key_for(const node_locator& where) {
  if (!where.api_key.empty())
    return where.api_key;
  auto info = read_connection(where.state_dir);
  auto same = info && without_last_slash(info->url) == without_last_slash(where.node);
  return same ? info->api_key : std::string{};
}

result<client_ptr> open_named(const node_locator& where, patience p) {
  if (where.node.find("://") != std::string::npos) {
    auto key = key_for(where);
    if (!key.empty() && !is_api_key(key))
      return failure(malformed("TROUPE_API_KEY: " + std::string{api_key_form}));
    return http_client::connect(where.node, key, {where.ca}, std::move(p));
  }
  auto opened = socket_client::connect(where.node, std::move(p));
  std::error_code ec;
  if (!opened && !fs::exists(where.node, ec))
    opened.error().message += "; a node is named by the path of its socket or by a URL "
                              "such as http://127.0.0.1:7717";
  return opened;
}

fs::path default_state_dir() {
  fs::path own = ".troupe";
  std::error_code ec;
  auto announced = [&](const fs::path& folder) {
    return fs::exists(folder / "connection.json", ec);
  };
  return !announced(own) && announced(service_state_dir) ? service_state_dir : own;
}

/// Whether the node lets this user in on the socket: it must be this user's.
bool is_own(const std::string& socket) {
  struct stat info {};
  return ::stat(socket.c_str(), &info) != 0 || info.st_uid == ::geteuid();
}

} // namespace

result<connection_info> read_connection(const fs::path& state_dir) {
  auto path = (state_dir / "connection.json").string();
  std::error_code ec;
  if (fs::exists(path, ec)
      && !fs::is_regular_file(path, ec)) // a pipe would be waited for
    return failure(no_node("'" + path + "' is no file"));
  std::ifstream in{path};
  if (!in)
    return failure(no_node("cannot read '" + path + "' (" + std::strerror(errno) + ")"));
  std::string content{std::istreambuf_iterator<char>{in}, {}};
  std::string_view object = json_text::trim(content);
  if (!json_text::is_valid(object) || !json_text::is_object(object))
    return failure(no_node("'" + path + "' is not what a node writes"));
  auto text = [&](std::string_view key) {
    auto value = json_text::find(object, key);
    return value ? json_text::as_text(*value).value_or("") : std::string{};
  };
  connection_info info{text("url"), text("api_key"), text("socket"), text("node"),
                       text("view_key")};
  if (!info.socket.empty())
    info.socket = (state_dir / info.socket).string(); // an absolute one stays as it is
  return info;
}

node_locator with_environment(node_locator said) {
  if (said.node.empty())
    said.node = environment("TROUPE_NODE");
  if (said.api_key.empty())
    said.api_key = without_line_end(environment("TROUPE_API_KEY"));
  if (said.state_dir.empty())
    said.state_dir = environment("TROUPE_STATE_DIR");
  if (said.state_dir.empty())
    said.state_dir = default_state_dir();
  if (said.ca.empty())
    said.ca = environment("TROUPE_CA");
  return said;
}

result<client_ptr> open_client(const node_locator& where, patience p) {
  if (!where.node.empty())
    return open_named(where, std::move(p));
  auto info = read_connection(where.state_dir);
  if (!info)
    return failure(std::move(info).error());
  // The last attempt's fault is the one to tell.
  result<client_ptr> opened = failure(no_node("connection.json names none"));
  if (!info->socket.empty() && (info->url.empty() || is_own(info->socket)))
    opened = socket_client::connect(info->socket, p);
  if (!opened && !info->url.empty())
    opened = http_client::connect(info->url, info->api_key, {where.ca}, std::move(p));
  if (!opened) {
    auto& message = opened.error().message;
    message = "the node of '" + (where.state_dir / "connection.json").string()
              + "' is gone: " + message + "; " + std::string{what_to_do};
  }
  return opened;
}

} // namespace troupe::client
