#include "actors/node/node_operations.hpp"

#include "actors/broker/admission.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/utf8_repair.hpp"

#include <boost/json/serialize.hpp>

namespace troupe::node::operations {

namespace {

/// Returns the name of this node if `c` came from another one, whose user would look for
/// the fault there; else nothing.
std::string_view name_for_caller(const node_state& node, const pending_call& c) {
  return c.what.hops > 0 ? std::string_view{node.context->config.name} : "";
}

std::optional<target> find_target(node_state& node, pending_call& c) {
  auto text = json_text::text_member(c.what.payload.view(), "name");
  auto where = text ? parse_address(*text) : std::nullopt;
  if (!where) {
    c.settle(failure(malformed("name: expected the name of a pool or a worker")));
    return std::nullopt;
  }
  if (!where->node.empty() && where->node != node.context->config.name) {
    c.settle(failure(code::not_found, "no node named " + where->node + " is known here"));
    return std::nullopt;
  }
  auto pool = node.find_pool(where->pool);
  if (!pool) {
    auto why = no_such_pool(where->pool);
    if (auto here = name_for_caller(node, c); !here.empty())
      why.message.append(" at node ").append(here);
    c.settle(failure(std::move(why)));
    return std::nullopt;
  }
  return target{pool, where->worker};
}

/// Fails with the reason if the operation is not for `t`, which is in its pool.
/// @param at See `broker::no_such_worker`.
result<> validate_subject(const target& t, subject wanted, std::string_view at) {
  auto& config = t.pool->context->config;
  if (t.worker >= static_cast<int32_t>(config.size))
    return failure(broker::no_such_worker(config, t.worker, at));
  if (wanted == subject::worker && t.worker < 0)
    return failure(malformed("name: expected a worker, such as pool.0"));
  if (wanted == subject::pool && t.worker >= 0)
    return failure(malformed("name: this is for a whole pool; "
                             + worker_name(config.name, t.worker)
                             + " is one of its workers, the pool is " + config.name));
  return {};
}

} // namespace

std::string to_text(const boost::json::value& v) {
  auto text = boost::json::serialize(v);
  unsigned bits = 0; // nearly all answers are ASCII, which is found out quickly so
  for (auto c : text)
    bits |= static_cast<unsigned char>(c);
  if (bits < 0x80)
    return text;
  return to_utf8(text);
}

void answer(pending_call& c, const boost::json::value& v) {
  c.settle(outcome{shared_bytes{to_text(v)}});
}

std::optional<target> find_subject(node_state& node, pending_call& c, subject wanted) {
  if (wanted == subject::none)
    return target{};
  auto t = find_target(node, c);
  if (!t || wanted == subject::replica)
    return t;
  if (auto valid = validate_subject(*t, wanted, name_for_caller(node, c)); !valid) {
    c.settle(failure(std::move(valid).error()));
    return std::nullopt;
  }
  return t;
}

std::optional<bool> find_flag(pending_call& c, std::string_view key, bool otherwise) {
  auto flag = json_text::flag_member(c.what.payload.view(), key, otherwise);
  if (flag)
    return *flag;
  c.settle(failure(std::move(flag).error()));
  return std::nullopt;
}

} // namespace troupe::node::operations
