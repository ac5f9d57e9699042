#include "broker/front/http/http_query.hpp"

#include "protocol/base/event_kinds.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/envelope.hpp"

#include <algorithm>
#include <vector>

namespace troupe::front::http {

namespace {

namespace urls = boost::urls;

/// Takes the first of the names in `list` from it.
std::string_view take_name(std::string_view& list, char separator) {
  auto name = list.substr(0, list.find(separator));
  list.remove_prefix(std::min(list.size(), name.size() + 1));
  return name;
}

bool contains_name(std::string_view list, std::string_view name) {
  while (!list.empty())
    if (take_name(list, ' ') == name)
      return true;
  return false;
}

std::string unknown_parameter(std::string_view name, std::string_view known) {
  auto message = "query parameter " + json_string(name) + " is not known here; ";
  if (known.empty())
    return message + "this route takes none";
  std::string list;
  while (!known.empty())
    list += (list.empty() ? "" : ", ") + std::string{take_name(known, ' ')};
  return message + "this route takes " + list;
}

result<void, std::string> set_query_flag(bool& flag, const std::string& name,
                                         std::string_view value) {
  if (value == "1" || value == "true")
    flag = true;
  else if (value == "0" || value == "false")
    flag = false;
  else
    return failure(name + ": expected 1 or 0");
  return {};
}

/// Returns `a,b` as a JSON array of strings.
std::string to_names(std::string_view list) {
  json_array_writer out;
  while (!list.empty())
    if (auto one = take_name(list, ','); !one.empty())
      out.add(one);
  return out.array();
}

result<void, std::string> validate_kinds(std::string_view list) {
  while (!list.empty())
    if (auto one = take_name(list, ','); !one.empty())
      if (auto valid = validate_event_kind(one); !valid)
        return valid;
  return {};
}

bool is_since(std::string_view key) {
  return key == "since" || key == "sinceSeq" || key == "since_seq";
}

} // namespace

result<void, std::string> validate_parameters(const urls::url_view& url,
                                              std::string_view known) {
  std::vector<std::string> seen;
  for (auto parameter : url.params()) {
    std::string name{parameter.key};
    if (name.empty() && !parameter.has_value)
      continue; // `?` with nothing behind it, or `&` at an end
    if (!contains_name(known, name))
      return failure(unknown_parameter(name, known));
    if (std::find(seen.begin(), seen.end(), name) != seen.end())
      return failure(name + ": given twice");
    seen.push_back(std::move(name));
  }
  return {};
}

result<void, std::string> read_call_parameters(const urls::url_view& url, call& c) {
  for (auto parameter : url.params()) {
    std::string name{parameter.key};
    std::string value{parameter.value};
    result<void, std::string> set;
    if (name == "timeout_ms")
      set = wires::set_timeout(c, value);
    else if (name == "priority")
      set = wires::set_priority(c, value);
    else if (name == "key")
      c.key = std::move(value);
    else if (name == "idempotent")
      set = set_query_flag(c.idempotent, name, value);
    else if (name == "stream")
      set = set_query_flag(c.stream, name, value);
    if (!set)
      return set;
  }
  return {};
}

result<shared_bytes> read_event_parameters(const urls::url_view& url,
                                           std::string_view last_id, bool from_start) {
  std::string since{last_id};
  json_object_writer filters;
  auto asks_for_output = !since.empty();
  for (auto parameter : url.params()) {
    std::string key{parameter.key};
    std::string value{parameter.value};
    if (is_since(key)) {
      since = value;
      asks_for_output = key == "since";
      continue;
    }
    if (key == "kinds")
      if (auto valid = validate_kinds(value); !valid)
        return failure(malformed(std::move(valid).error()));
    if (key == "workers" || key == "kinds")
      filters.add_json(key, to_names(value));
  }
  // Clients of agent-relay begin with 0: they have seen nothing, and what was printed
  // before is on the screen.
  if (from_start && !asks_for_output && (since.empty() || since == "0"))
    filters.add("output_since", "now");
  if (since.empty() && from_start)
    since = "0";
  if (since.empty())
    return filters.empty() ? null_payload() : shared_bytes{filters.object()};
  auto number = json_text::as_integer(since);
  if (!number || *number < 0)
    return failure(malformed("since: expected a whole number from 0"));
  filters.add("since", *number);
  return shared_bytes{filters.object()};
}

result<json_object_writer> read_agent_parameters(const urls::url_view& url) {
  json_object_writer members;
  for (auto parameter : url.params()) {
    std::string key{parameter.key};
    std::string value{parameter.value};
    if (key == "agent") {
      members.add("agent", value);
    } else if (key == "cluster" || key == "silent") {
      if (value != "1" && value != "0")
        return failure(malformed(key + ": expected 1 or 0"));
      members.add(key, value == "1");
    } else if (is_since(key)) {
      auto n = json_text::as_integer(value);
      if (!n || *n < 0)
        return failure(malformed(key + ": expected a whole number from 0"));
      members.add("since", *n);
    }
  }
  return members;
}

result<json_object_writer> read_snapshot_parameters(const urls::url_view& url) {
  json_object_writer members;
  for (auto parameter : url.params()) {
    std::string key{parameter.key};
    std::string value{parameter.value};
    if (key == "format") {
      members.add("format", value);
    } else if (key == "scrollback") {
      auto n = json_text::as_integer(value);
      if (!n || *n < 0)
        return failure(malformed("scrollback: expected a number of lines"));
      members.add("scrollback", *n);
    }
  }
  return members;
}

} // namespace troupe::front::http
