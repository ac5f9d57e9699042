#include "actors/behaviours/router.hpp"

#include "actors/behaviours/front.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <boost/json/object.hpp>

#include <map>

namespace troupe::behaviours {

namespace {

/// Values of the table that the message about another one names.
constexpr size_t values_in_message = 10;

/// The pools by the text of the value that asks for them.
using route_table = std::map<std::string, std::string, std::less<>>;

struct router_options {
  std::optional<json_pointer> pointer;
  route_table routes;
};

void read_routes(behaviour_options& o, route_table& out) {
  constexpr auto form = "expected a table of values and pools, such as { eu = \"echo\" }";
  auto given = o.get("routes");
  auto table = given ? given->if_object() : nullptr;
  if (!table || table->empty())
    return o.wrong("routes", (given ? "" : "is missing: ") + std::string{form});
  for (auto& [key, pool] : *table) {
    std::string value{key};
    auto what = json_string(value) + ": ";
    auto name = pool.if_string();
    if (!name)
      o.wrong("routes", what + "expected the name of a pool, a string");
    else if (check_pool_name(o, "routes", {name->data(), name->size()}, what))
      out.emplace(std::move(value), std::string{*name});
  }
}

std::vector<option_mistake> read(const boost::json::object& options,
                                 router_options& out) {
  behaviour_options o{options};
  if (!o.get("pointer"))
    o.wrong("pointer", "is missing: where in a payload the value is that asks for a pool,"
                       " such as \"/region\"");
  else
    read_pointer(o, "pointer", out.pointer);
  read_routes(o, out.routes);
  return o.mistakes();
}

struct router_state;

using router_self = behaviour_self<router_state>;

/// The state of a `router`.
struct router_state {
  explicit router_state(caf::local_actor*) {}

  caf::result<outcome> run(behaviour_call& c);
  /// Returns the pool for this value; empty for none.
  const std::string& pool_for(const std::optional<std::string>& value) const;
  fault refusal(const std::optional<std::string>& value) const;
  outcome counts() const;

  static inline const char* name = "router";

  router_self* self = nullptr;
  behaviour_context context;
  json_pointer pointer;
  route_table routes;
  /// Calls by pool.
  std::map<std::string, uint64_t> routed;
  uint64_t refused = 0;
};

static_assert(!std::is_aggregate_v<router_state>);

const std::string& router_state::pool_for(const std::optional<std::string>& value) const {
  auto found = value ? routes.find(*value) : routes.end();
  return found != routes.end() ? found->second : context.of;
}

fault router_state::refusal(const std::optional<std::string>& value) const {
  std::string known;
  size_t named = 0;
  for (auto& [text, pool] : routes) {
    if (named++ == values_in_message) {
      known += ", …";
      break;
    }
    known += (known.empty() ? "" : ", ") + json_string(text);
  }
  auto shown = value && value->size() > limits::log_excerpt
                   ? value->substr(0, limits::log_excerpt) + "…"
                   : value.value_or("");
  return malformed(context.pool + ": the payload has "
                   + (value ? json_string(shown) : "nothing") + " at "
                   + json_string(pointer.text()) + ", expected one of " + known);
}

caf::result<outcome> router_state::run(behaviour_call& c) {
  if (asks_for_counts(c))
    return counts();
  auto value = text_at(pointer, c);
  auto& to = pool_for(value);
  if (to.empty()) {
    ++refused;
    return to_error(refusal(value));
  }
  ++routed[to];
  return self->delegate(context.host, pass_on(to, std::move(c)));
}

outcome router_state::counts() const {
  json_object_writer pools;
  for (auto& [pool, calls] : routed)
    pools.add(pool, calls);
  return outcome{shared_bytes{json_object_writer{}
                                  .add_json("routed", pools.object())
                                  .add("refused", refused)
                                  .object()}};
}

behaviour_actor::behavior_type router_behavior(router_self* self,
                                               behaviour_context context) {
  router_options options;
  read(context.options, options);
  auto& state = self->state;
  state.self = self;
  state.context = std::move(context);
  state.pointer = *std::move(options.pointer);
  state.routes = std::move(options.routes);
  return {[self](behaviour_call& c) { return self->state.run(c); }};
}

std::vector<config::named_pool> pools_of_routes(const boost::json::object& options) {
  router_options read_ones;
  read(options, read_ones);
  std::vector<config::named_pool> all;
  for (auto& [value, pool] : read_ones.routes)
    all.push_back({"routes: " + json_string(value), pool});
  return all;
}

} // namespace

behaviour_kind router() {
  return {.name = "router",
          .description = "gives each call to the pool that its payload asks for",
          .place = behaviour_place::either,
          .thread = behaviour_thread::loop,
          .window = front_window,
          .check =
              [](const boost::json::object& options) {
                router_options read_ones;
                return read(options, read_ones);
              },
          .pools = pools_of_routes,
          .spawn = [](behaviour_start start) { return start.spawn(router_behavior); }};
}

} // namespace troupe::behaviours
