#include "protocol/base/address.hpp"
#include "protocol/base/api_key.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/semantic_version.hpp"
#include "protocol/config/host_name.hpp"
#include "protocol/config/listen.hpp"
#include "protocol/config/loops.hpp"
#include "protocol/config/read.hpp"

namespace troupe::config {

namespace {

/// Reads a path, which must not be empty.
void read_path(section& s, std::string_view key, std::filesystem::path& out) {
  std::string text;
  if (!s.text(key, text))
    return;
  if (text.empty())
    s.wrong(key, "expected a path, not an empty string");
  else
    out = text;
}

void read_log(section s, node& out) {
  s.choice("level", out.log.level,
           {{"trace", log_level::trace},
            {"debug", log_level::debug},
            {"info", log_level::info},
            {"warn", log_level::warn},
            {"error", log_level::error}});
  s.choice("format", out.log.format,
           {{"text", log_format::text}, {"json", log_format::json}});
  read_path(s, "file", out.log.file);
}

/// Loads each plugin that is named, before anything names its behaviours.
void read_plugins(section& s, const std::filesystem::path& folder,
                  const known_kinds& known, std::vector<std::filesystem::path>& out) {
  std::vector<std::string> names;
  if (!s.texts("plugins", names))
    return;
  if (!known.load_plugin)
    return s.wrong("plugins", "this program loads no plugins: leave it out");
  for (auto& name : names) {
    if (name.empty()) {
      s.wrong("plugins", "expected paths of shared libraries, not an empty string");
      continue;
    }
    auto& path = out.emplace_back((folder / name).lexically_normal());
    if (auto loaded = known.load_plugin(path); !loaded)
      s.wrong("plugins", std::move(loaded).error());
  }
}

/// Reads `listen` into `out`; returns whether others than this machine reach it.
bool read_listen(section& s, std::string& out) {
  std::string text;
  if (!s.text("listen", text))
    return false;
  if (text == "off") {
    out.clear();
    return false;
  }
  auto address = parse_listen(text);
  if (!address) {
    s.wrong("listen",
            "expected \"host:port\" such as \"127.0.0.1:7717\" or \"[::1]:7717\","
            " or \"off\", not "
                + json_string(text));
    return false;
  }
  out = text;
  return !is_loopback(address->host);
}

} // namespace

void read_node(section s, const std::filesystem::path& folder, const known_kinds& known,
               const service_defaults& from, node& out) {
  if (!s.text("name", out.name))
    out.name = to_node_name(host_name());
  else if (!is_valid_name(out.name))
    s.wrong("name", "expected a letter and then up to 62 letters, digits, _ or -, not "
                        + json_string(out.name));
  out.state_dir = from.state_dir;
  read_path(s, "state_dir", out.state_dir);
  read_log(s.table("log"), out);
  s.whole("loops", out.loops, 0u, most_loops);
  s.duration("spin", out.spin, 0us, microseconds{1ms});
  s.flag("allow_no_pools", out.allow_no_pools);
  read_plugins(s, folder, known, out.plugins);
}

void read_http(section s, const std::filesystem::path& folder,
               const service_defaults& from, http& out) {
  auto is_public = read_listen(s, out.listen);
  auto has_key = s.get("api_key") != nullptr || from.has_api_key;
  if (s.text("api_key", out.api_key) && !is_api_key(out.api_key))
    s.wrong("api_key", std::string{api_key_form});
  if (s.text("view_key", out.view_key) && !is_api_key(out.view_key))
    s.wrong("view_key", std::string{api_key_form});
  else if (!out.view_key.empty() && out.view_key == out.api_key)
    s.wrong("view_key", "expected another key than api_key, which may do everything");
  if (is_public && !has_key)
    s.wrong("listen", "an address that is not loopback needs http.api_key to be set");
  read_http_tls(s, folder, out.tls);
  read_origins(s, out.allow_origins);
  s.flag("dashboard", out.dashboard);
}

void read_socket(section s, const service_defaults& from, socket& out) {
  out.path = from.socket;
  read_path(s, "path", out.path);
}

void read_trace(section s, trace& out) {
  read_path(s, "file", out.file);
}

void read_session(section s, session& out) {
  s.duration("idle", out.idle, 0ms, longest);
  out.version = TROUPE_VERSION;
  std::string text;
  if (!s.text("version", text))
    return;
  out.compatible = text.starts_with('^');
  out.version = text.substr(out.compatible ? 1 : 0);
  if (out.version.empty() || (out.compatible && !semantic_version::parse(out.version)))
    s.wrong("version",
            "expected a version such as \"1.2.3\", or \"^1.2.3\" where one that is"
            " compatible will do, not "
                + json_string(text));
}

} // namespace troupe::config
