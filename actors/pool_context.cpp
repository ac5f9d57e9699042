#include "actors/pool_context.hpp"

#include "protocol/address.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include <unistd.h>

namespace troupe {

namespace {

/// The variables of the node that a child gets without being told to inherit them all.
bool is_allowed(std::string_view name) {
  constexpr std::array<std::string_view, 6> names = {"PATH", "HOME",   "LANG",
                                                     "TZ",   "TMPDIR", "USER"};
  return name.starts_with("LC_")
         || std::find(names.begin(), names.end(), name) != names.end();
}

/// The node's own secrets, which no child gets.
bool is_secret(std::string_view name) {
  return name == "TROUPE_API_KEY" || name == "NOTIFY_SOCKET";
}

using placeholders = std::map<std::string_view, std::string>;

std::string fill_in(std::string_view text, const placeholders& values) {
  std::string out;
  while (!text.empty()) {
    auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos)
      break;
    text.remove_prefix(open);
    auto close = text.find('}');
    auto value = close == std::string_view::npos ? values.end()
                                                 : values.find(text.substr(1, close - 1));
    if (value == values.end()) {
      out += '{';
      text.remove_prefix(1);
    } else {
      out += value->second;
      text.remove_prefix(close + 1);
    }
  }
  return out;
}

} // namespace

spawn_spec make_spawn_spec(const pool_context& pool, int32_t index) {
  auto& config = pool.config;
  placeholders values{{"socket", pool.socket},
                      {"pool", config.name},
                      {"worker", worker_name(config.name, index)},
                      {"state_dir", pool.state_dir}};
  spawn_spec spec;
  spec.cwd = config.cwd;
  for (auto& argument : config.command)
    spec.argv.push_back(fill_in(argument, values));
  std::map<std::string, std::string> env;
  for (auto variable = ::environ; *variable; ++variable) {
    std::string_view text{*variable};
    auto name = text.substr(0, text.find('='));
    if ((config.inherit_env || is_allowed(name)) && !is_secret(name)
        && name.size() < text.size())
      env[std::string{name}] = text.substr(name.size() + 1);
  }
  for (auto& [name, value] : config.env)
    env[name] = fill_in(value, values);
  for (auto& [name, value] : env)
    spec.env.push_back(name + "=" + value);
  return spec;
}

} // namespace troupe
