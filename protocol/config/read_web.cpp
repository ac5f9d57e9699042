#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/config/config.hpp"
#include "protocol/config/listen.hpp"
#include "protocol/config/read.hpp"

#include <algorithm>

/// The keys of `[web.NAME]`.
namespace troupe::config {

namespace {

constexpr uint64_t largest_body = uint64_t{1} << 30;
constexpr milliseconds longest_idle = std::chrono::hours{24 * 365};

/// Reads endings of names, such as `.php`.
void read_endings(section& s, std::string_view key, std::vector<std::string>& out) {
  std::vector<std::string> all;
  if (!s.texts(key, all))
    return;
  out.clear();
  for (auto& ending : all)
    if (ending.size() < 2 || ending.front() != '.' || ending.find('/') != ending.npos)
      s.wrong(key,
              "expected endings of names such as \".php\", not " + json_string(ending));
    else
      out.push_back(lower_case(std::move(ending)));
}

void read_folder(section& s, std::string_view key, const std::filesystem::path& folder,
                 std::filesystem::path& out) {
  std::string text;
  if (s.text(key, text) && text.empty())
    s.wrong(key, "expected a path, not an empty string");
  else if (!text.empty())
    out = (folder / text).lexically_normal();
}

void read_uploads(section s, const std::filesystem::path& folder, web_uploads& out) {
  read_folder(s, "dir", folder, out.dir);
  read_endings(s, "allow", out.allow);
  read_endings(s, "forbid", out.forbid);
}

void read_static(section& s, const std::filesystem::path& folder, web& out) {
  auto given = s.get("static");
  auto own = s.table("static");
  if (!given || !given->is_table())
    return;
  auto& files = out.files.emplace();
  if (!own.get("dir"))
    own.wrong("dir", "is missing: the folder of the files");
  read_folder(own, "dir", folder, files.dir);
  read_endings(own, "forbid", files.forbid);
}

void read_proxies(section& s, std::vector<ip_range>& out) {
  std::vector<std::string> all;
  if (!s.texts("trusted_proxies", all))
    return;
  for (auto& text : all)
    if (auto range = ip_range::parse(text))
      out.push_back(*range);
    else
      s.wrong("trusted_proxies", "expected addresses such as \"10.0.0.0/8\" or"
                                 " \"127.0.0.1\", not "
                                     + json_string(text));
}

void read_access_log(section& s, web_access_log& out) {
  auto given = s.get("access_log");
  if (!given)
    return;
  std::string file;
  if (given->is_boolean())
    s.flag("access_log", out.in_node_log);
  else if (!given->is_string())
    s.wrong("access_log", "expected true, false or the path of a file, not "
                              + std::string{type_of(*given)});
  else if (s.text("access_log", file) && file.empty())
    s.wrong("access_log", "expected true, false or the path of a file, not an empty"
                          " string");
  else
    out.file = file;
}

void read_mcp(section& s, web_mcp& out) {
  std::string text;
  if (s.text("path", text)) {
    if (text.starts_with('/') && text.find_first_of("?# ") == text.npos)
      out.path = std::move(text);
    else
      s.wrong("path", "expected a path such as \"/mcp\", not " + json_string(text));
  }
  s.choice("sessions", out.own_servers, {{"shared", false}, {"own", true}});
  if (s.duration("session_idle", out.session_idle, 1ms, longest_idle) && !out.own_servers)
    s.wrong("session_idle", "needs sessions = \"own\"");
  read_origins(s, out.allow_origins);
}

/// Refuses the keys that only fronts of another mapping have.
void refuse_foreign(section& s, web_mapping mapping) {
  auto refuse = [&](std::initializer_list<const char*> keys, const char* of) {
    for (auto key : keys)
      if (s.get(key))
        s.wrong(key, std::string{"needs mapping = "} + of);
  };
  if (mapping == web_mapping::mcp)
    refuse({"uploads", "raw_body", "internal_error_code"}, "\"http\"");
  else
    refuse({"path", "sessions", "session_idle", "allow_origins"}, "\"mcp\"");
}

void read_web_listen(section& s, std::string& out) {
  std::string text;
  if (!s.get("listen"))
    s.wrong("listen", "is missing: \"host:port\" such as \"127.0.0.1:8080\"");
  else if (s.text("listen", text) && !parse_listen(text))
    s.wrong("listen",
            "expected \"host:port\" such as \"127.0.0.1:8080\" or \"[::1]:8080\","
            " not "
                + json_string(text));
  else
    out = std::move(text);
}

/// Reads the pool, which must be one of the file unless other nodes may have it.
void read_web_pool(section& s, const file& so_far, std::string& out) {
  std::string text;
  if (!s.get("pool"))
    return s.wrong("pool", "is missing: the pool that answers the requests");
  if (!s.text("pool", text))
    return;
  auto where = parse_address(text);
  if (!where || where->worker >= 0 || where->pool == node_target)
    return s.wrong("pool", "expected the name of a pool, such as \"php\" or \"php@beta\","
                           " not "
                               + json_string(text));
  auto is_here = where->node.empty() || where->node == so_far.node.name;
  auto is_known = std::any_of(so_far.pools.begin(), so_far.pools.end(),
                              [&](auto& p) { return p.name == where->pool; });
  if (is_here && !is_known && !so_far.cluster.is_on())
    return s.wrong("pool", "there is no pool " + json_string(where->pool));
  out = std::move(text);
}

/// Reports the pool of a front of MCP if its workers speak something else, as far as it
/// is in the file.
void check_servers(section& s, const web& own, const file& so_far) {
  auto where = parse_address(own.pool);
  auto pool = std::find_if(so_far.pools.begin(), so_far.pools.end(),
                           [&](auto& p) { return where && p.name == where->pool; });
  if (pool == so_far.pools.end()
      || (!where->node.empty() && where->node != so_far.node.name))
    return;
  // What stands before a pool passes on what that answers.
  auto is_front = !pool->behaviour.name.empty();
  if (is_front && own.mcp.own_servers)
    s.wrong("pool", "sessions = \"own\" needs a pool of servers; the workers of "
                        + json_string(pool->name) + " are actors");
  else if (!is_front && pool->protocol != "jsonrpc")
    s.wrong("pool", "mapping = \"mcp\" needs a pool with protocol = \"jsonrpc\"; "
                        + json_string(pool->name) + " speaks " + pool->protocol);
  else if (pool->external && own.mcp.own_servers)
    s.wrong("pool", "sessions = \"own\" needs servers that the node starts; those of "
                        + json_string(pool->name) + " are external");
}

/// Reports a pool of this node whose workers take no web requests, such as servers of MCP
/// without the mapping that is for them.
void check_workers(section& s, const web& own, const file& so_far) {
  auto found = std::find_if(so_far.pools.begin(), so_far.pools.end(),
                            [&](auto& p) { return p.name == own.pool; });
  if (found == so_far.pools.end())
    return;
  auto& spoken = found->protocol;
  if (spoken == "jsonrpc")
    s.wrong("pool", "workers that speak jsonrpc take no web requests: servers of MCP need"
                    " mapping = \"mcp\"");
  else if (spoken == "session" || spoken == "terminal")
    s.wrong("pool", "workers that speak " + spoken + " take no web requests");
}

/// Reports `listen` if another part of the node has that address already.
void check_place(section& s, const web& own, const file& so_far) {
  auto mine = parse_listen(own.listen);
  auto check = [&](const std::string& key, const std::string& of_other) {
    auto other = parse_listen(of_other);
    if (mine && other && is_one_place(*mine, *other))
      s.wrong("listen", key + " has this address already: " + json_string(of_other));
  };
  check("http.listen", so_far.http.listen);
  check("metrics.listen", so_far.metrics.listen);
  check("cluster.listen", so_far.cluster.listen);
  for (auto& w : so_far.webs)
    check("web." + w.name + ".listen", w.listen);
}

web read_web(section& s, std::string name, const std::filesystem::path& folder,
             const file& so_far) {
  web out;
  out.name = std::move(name);
  read_web_listen(s, out.listen);
  read_web_pool(s, so_far, out.pool);
  auto known = !s.get("mapping")
               || s.choice("mapping", out.mapping,
                           {{"http", web_mapping::http}, {"mcp", web_mapping::mcp}});
  read_http_tls(s, folder, out.tls);
  s.size("max_body", out.max_body, 0, largest_body);
  read_uploads(s.table("uploads"), folder, out.uploads);
  read_static(s, folder, out);
  read_proxies(s, out.trusted_proxies);
  s.flag("raw_body", out.raw_body);
  s.whole("internal_error_code", out.internal_error_code, 400u, 599u);
  read_access_log(s, out.access_log);
  read_mcp(s, out.mcp);
  if (known) {
    refuse_foreign(s, out.mapping);
    if (out.mapping == web_mapping::mcp)
      check_servers(s, out, so_far);
    else
      check_workers(s, out, so_far);
  }
  check_place(s, out, so_far);
  return out;
}

} // namespace

void read_webs(section s, const std::filesystem::path& folder, file& out) {
  for (auto& name : s.keys()) {
    if (!is_valid_name(name))
      s.wrong(name, "the name of a web front is a letter and then up to 62 letters,"
                    " digits, _ or -");
    if (auto n = s.get(name); n->is_table()) {
      auto own = s.table(name);
      out.webs.push_back(read_web(own, name, folder, out));
    } else {
      s.wrong(name, "expected a table, not " + std::string{type_of(*n)});
    }
  }
}

} // namespace troupe::config
