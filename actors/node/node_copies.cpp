#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/config/pool_copy.hpp"

#include <algorithm>

/// Copies of pools, each for one client.
namespace troupe::node::operations {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// When a client that finds no room may ask again: some other may have gone by then.
constexpr auto until_room = 1s;

/// Returns why a pool cannot be copied, if it cannot.
std::optional<fault> why_no_copy(const config::pool& of) {
  if (of.protocol != "jsonrpc" || !of.starts_workers() || of.is_copy())
    return fault{code::conflict, "pool " + of.name
                                     + " has no servers that are started for one client:"
                                       " protocol = \"jsonrpc\" has some"};
  return std::nullopt;
}

/// Returns the time in `idle_ms`, or nothing.
std::optional<milliseconds> idle_in(std::string_view payload) {
  auto text = json_text::find_member(payload, "idle_ms");
  auto number = text ? json_text::as_integer(*text) : std::nullopt;
  if (!number || *number < 1 || *number > milliseconds{24h * 366}.count())
    return std::nullopt;
  return milliseconds{*number};
}

/// `{"name","id","idle_ms","initialize"?}`: starts a worker for one client alone, as a
/// pool of its own, which ends with it. A pool has at most as many copies as workers.
void copy(node_state& node, pending_call c, const target& about) {
  auto& of = about.pool->context->config;
  auto payload = c.what.payload.view();
  auto id = json_text::text_member(payload, "id").value_or("");
  auto idle = idle_in(payload);
  if (!config::is_copy_id(id) || !idle)
    return c.settle(failure(malformed("id, idle_ms: expected 16 hexadecimal digits and a"
                                      " number of milliseconds from 1")));
  if (auto why = why_no_copy(of))
    return c.settle(failure(std::move(*why)));
  auto copies = std::count_if(node.pools.begin(), node.pools.end(), [&](auto& p) {
    return p.second.context->config.copy_of == of.name;
  });
  if (copies >= static_cast<std::ptrdiff_t>(of.size))
    return c.settle(failure(fault{code::busy,
                                  "all " + std::to_string(of.size) + " servers of pool "
                                      + of.name + " are in use",
                                  {.retry_after = until_room}}));
  auto wanted = config::copy_for(
      of, id, *idle, json_text::find_member(payload, "initialize").value_or("null"));
  if (node.pools.contains(wanted.name))
    return c.settle(failure(code::conflict, "pool " + wanted.name + " is there already"));
  node.add_pool(wanted);
  auto entry = node.find_pool(wanted.name);
  entry->by_request = true;
  // Its worker is not for a first call to bring: a client that makes none is idle.
  node.self->send(entry->supervisor, atom::grow_v, quantity{1}, int32_t{0});
  node.publish_directory();
  answer(c, {{"name", wanted.name}, {"node", node.context->config.name}});
}

} // namespace

void add_copies(operation_registry& all) {
  all.add({"copy", subject::pool, copy, begins});
}

} // namespace troupe::node::operations
