#include "protocol/base/address.hpp"
#include "protocol/config/read.hpp"
#include "protocol/config/toml_json.hpp"

#include <boost/json/serialize.hpp>

namespace troupe::config {

namespace {

/// Reads the table under `key` as a JSON object. Its members are for others to know.
void read_object(section& s, std::string_view key, boost::json::object& out) {
  auto given = s.get(key);
  auto own = s.table(key);
  for (auto& name : own.keys())
    own.get(name);
  if (!given || !given->is_table())
    return;
  if (auto read = to_json(*given->as_table()))
    out = *std::move(read);
  else
    s.wrong(key, read.error());
}

void read_calls(section s, const jsonrpc& other, std::map<std::string, std::string>& to) {
  for (auto& method : s.keys()) {
    std::string pool;
    if (!s.text(method, pool))
      continue;
    auto at = parse_address(pool);
    if (!at || at->pool == node_target)
      s.wrong(method,
              "expected the name of a pool, such as \"model\", not " + json_string(pool));
    else if (other.answers.contains(method))
      s.wrong(method, "has an answer in jsonrpc.answers already");
    else
      to[method] = std::move(pool);
  }
}

} // namespace

void read_jsonrpc(section& s, pool& out) {
  if (s.get("jsonrpc") && out.protocol != "jsonrpc")
    s.wrong("jsonrpc", "is for pools with protocol = \"jsonrpc\"");
  auto own = s.table("jsonrpc");
  auto& j = out.jsonrpc;
  own.choice("framing", j.framing,
             {{"lines", jsonrpc_framing::lines},
              {"content-length", jsonrpc_framing::content_length}});
  boost::json::object initialize;
  read_object(own, "initialize", initialize);
  if (!initialize.empty() && out.ready == ready_mode::spawn)
    own.wrong("initialize", "is never sent with ready = \"spawn\": leave it out");
  j.initialize = boost::json::serialize(initialize);
  boost::json::object answers;
  read_object(own, "answers", answers);
  for (auto& [method, result] : answers)
    j.answers[std::string{method}] = boost::json::serialize(result);
  read_calls(own.table("calls"), j, j.calls);
  own.texts("notifications", j.notifications);
}

} // namespace troupe::config
