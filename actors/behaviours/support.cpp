#include "actors/behaviours/support.hpp"

#include "actors/behaviours/support_bundle.hpp"
#include "actors/interfaces/behaviour_options.hpp"
#include "actors/interfaces/request_with_timeout.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

namespace troupe::behaviours {

namespace {

using namespace std::chrono_literals;

/// Each question may take so long: one that is not answered must not cost the others.
constexpr auto patience = 5s;

/// What is gathered is answered so long before nobody waits for it any more.
constexpr auto reserve = 500ms;

fault no_time() {
  return {code::timeout, "no time was left to ask for it"};
}

struct support_options {
  /// The last events in a bundle.
  uint32_t events = 500;
  /// Whether the last lines of all workers are in it.
  bool log = true;
};

std::vector<option_mistake> read(const boost::json::object& options,
                                 support_options& out) {
  behaviour_options o{options};
  o.whole("events", out.events, 0u, static_cast<uint32_t>(limits::event_ring));
  o.flag("log", out.log);
  return o.mistakes();
}

struct support_state;

using support_self = behaviour_self<support_state>;

/// The state of `support`.
struct support_state {
  explicit support_state(caf::local_actor*) {}

  caf::result<outcome> run(const behaviour_call& c);
  /// Returns how long questions for this bundle may still take; 0 or less: none is asked.
  std::chrono::milliseconds time_left(const support_bundle& b) const;
  /// Asks the node, as long as there is time, and goes on when that is in the bundle.
  /// @param take Adds the answer: `(support_bundle&, std::string_view)`.
  /// @param fail Adds the fault: `(support_bundle&, const fault&)`.
  template <class Take, class Fail>
  void ask(const support_bundle_ptr& to, std::string_view operation, std::string payload,
           Take take, Fail fail);
  void ask_for_part(const support_bundle_ptr& to, std::string_view operation);
  void ask_for_pools(const support_bundle_ptr& to);
  /// One pool after the other: there may be more than one may ask for at a time.
  void ask_for_logs(const support_bundle_ptr& to);
  void ask_for_events(const support_bundle_ptr& to);

  static inline const char* name = "support";

  support_self* self = nullptr;
  behaviour_context context;
  support_options options;
};

static_assert(!std::is_aggregate_v<support_state>);

std::chrono::milliseconds support_state::time_left(const support_bundle& b) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(b.deadline() - reserve
                                                               - self->clock().now());
}

template <class Take, class Fail>
void support_state::ask(const support_bundle_ptr& to, std::string_view operation,
                        std::string payload, Take take, Fail fail) {
  auto left = time_left(*to);
  if (left.count() <= 0)
    return fail(*to, no_time());
  pool_call what;
  what.to = node_target;
  what.kind = shared_bytes{std::string{operation}};
  what.payload = shared_bytes{std::move(payload)};
  auto within = std::min<std::chrono::milliseconds>(left, patience);
  what.timeout = within;
  what.parent = to->call();
  // The node's own operations do not look at timeouts.
  request_with_timeout<outcome>(
      self, context.host, within, std::move(what),
      [to, take](outcome& result) { take(*to, result.payload.view()); },
      [to, fail](caf::error& e) { fail(*to, to_fault(e)); });
}

void support_state::ask_for_part(const support_bundle_ptr& to,
                                 std::string_view operation) {
  to->expect();
  ask(
      to, operation, "null",
      [operation](support_bundle& b, std::string_view answer) {
        b.add(operation, answer);
        b.arrived();
      },
      [operation](support_bundle& b, const fault& why) {
        b.add(operation, why);
        b.arrived();
      });
}

void support_state::ask_for_pools(const support_bundle_ptr& to) {
  to->expect();
  ask(
      to, "pools", "null",
      [this, to](support_bundle& b, std::string_view answer) {
        b.add("pools", answer);
        if (options.log)
          b.list_pools(answer);
        ask_for_logs(to);
      },
      [](support_bundle& b, const fault& why) {
        b.add("pools", why);
        b.arrived();
      });
}

void support_state::ask_for_logs(const support_bundle_ptr& to) {
  auto pool = to->next_pool();
  for (; pool && time_left(*to).count() <= 0; pool = to->next_pool())
    to->add_log(*pool, no_time());
  if (!pool)
    return to->arrived();
  auto payload = json_object_writer{}.add("name", *pool).object();
  ask(
      to, "log", std::move(payload),
      [this, to, pool](support_bundle& b, std::string_view answer) {
        b.add_log(*pool, answer);
        ask_for_logs(to);
      },
      [this, to, pool](support_bundle& b, const fault& why) {
        b.add_log(*pool, why);
        ask_for_logs(to);
      });
}

void support_state::ask_for_events(const support_bundle_ptr& to) {
  // Without what terminals have printed.
  auto payload = json_object_writer{}
                     .add("since", to->next_event())
                     .add("wait", false)
                     .add("output_since", "now")
                     .object();
  ask(
      to, "events", std::move(payload),
      [this, to](support_bundle& b, std::string_view answer) {
        if (b.add_events(answer))
          ask_for_events(to);
        else
          b.arrived();
      },
      [](support_bundle& b, const fault& why) {
        b.add("events", why);
        b.arrived();
      });
}

caf::result<outcome> support_state::run(const behaviour_call& c) {
  auto promise = self->make_response_promise<outcome>();
  auto bundle = std::make_shared<support_bundle>(
      c.id, c.deadline, options.events, [promise](std::string text) mutable {
        promise.deliver(outcome{shared_bytes{std::move(text)}});
      });
  for (auto operation : {"health", "ready", "configuration", "nodes", "workers"})
    ask_for_part(bundle, operation);
  ask_for_pools(bundle);
  if (options.events > 0) {
    bundle->expect();
    ask_for_events(bundle);
  }
  bundle->arrived(); // all were asked
  return promise;
}

behaviour_actor::behavior_type support_behavior(support_self* self,
                                                behaviour_context context) {
  auto& state = self->state;
  state.self = self;
  read(context.options, state.options);
  state.context = std::move(context);
  return {[self](const behaviour_call& c) { return self->state.run(c); }};
}

} // namespace

behaviour_kind support() {
  return {.name = "support",
          .description = "answers all that is asked when a node has a problem",
          .place = behaviour_place::operation,
          .window = 4,
          .check =
              [](const boost::json::object& options) {
                support_options read_ones;
                return read(options, read_ones);
              },
          .spawn = [](behaviour_start start) { return start.spawn(support_behavior); }};
}

} // namespace troupe::behaviours
