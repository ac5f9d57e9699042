#include "protocol/config/pool_copy.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

constexpr size_t id_digits = 16;
/// Of the name of a pool.
constexpr size_t most_letters = 63;

/// Returns the members of `own`, and those of the client that a greeting may have and
/// `own` has not.
std::string greeting(const std::string& own, std::string_view client) {
  json_object_writer out;
  for (auto key : {"protocolVersion", "clientInfo"})
    if (auto value = json_text::find_member(client, key);
        value && !json_text::find_member(own, key))
      out.add_json(key, *value);
  json_text::member_reader members{own};
  while (auto m = members.next())
    out.add_spelled(m->key, m->value);
  return out.object();
}

} // namespace

bool is_copy_id(std::string_view id) {
  return id.size() == id_digits && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string copy_name(std::string_view of, std::string_view id) {
  std::string name{of.substr(0, most_letters - 1 - id.size())};
  name += '-';
  name += id;
  return name;
}

pool copy_for(const pool& of, std::string_view id, milliseconds idle,
              std::string_view initialize) {
  auto copy = of;
  copy.name = copy_name(of.name, id);
  copy.copy_of = of.name;
  copy.size = 1;
  copy.elastic = elastic{0, idle};
  copy.restart.policy = restart_policy::never;
  copy.recycle = {}; // another worker would know nothing of the client
  copy.survive = false;
  copy.retries = 0;
  copy.jsonrpc.initialize = greeting(of.jsonrpc.initialize, initialize);
  return copy;
}

} // namespace troupe::config
