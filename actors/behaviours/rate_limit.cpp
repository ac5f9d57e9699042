#include "actors/behaviours/rate_limit.hpp"

#include "actors/behaviours/front.hpp"
#include "actors/behaviours/rate_table.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::behaviours {

namespace {

/// Calls a second. The table counts nanoseconds for each.
constexpr double least_rate = 0.001;
constexpr double most_rate = 1e6;

struct rate_options {
  key_rate rate;
  /// The key of a call is there in its payload; nothing: it is the call's own.
  std::optional<json_pointer> pointer;
};

void read_rate(behaviour_options& o, key_rate& out) {
  constexpr std::string_view form = "expected calls a second, from 0.001 to 1000000";
  auto given = o.get("rate");
  if (!given)
    return o.wrong("rate", "is missing: " + std::string{form});
  boost::json::error_code ec;
  auto rate = given->to_number<double>(ec);
  if (ec || !(rate >= least_rate && rate <= most_rate))
    return o.wrong("rate", std::string{form});
  out.each = std::chrono::nanoseconds{std::llround(1e9 / rate)};
  out.burst = std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(rate)));
}

std::vector<option_mistake> read(const boost::json::object& options, rate_options& out) {
  behaviour_options o{options};
  read_rate(o, out.rate);
  o.whole("burst", out.rate.burst, uint64_t{1}, uint64_t{1'000'000});
  o.whole("key_limit", out.rate.keys, uint64_t{1}, uint64_t{10'000'000});
  read_pointer(o, "pointer", out.pointer);
  return o.mistakes();
}

struct rate_limit_state;

using rate_limit_self = behaviour_self<rate_limit_state>;

/// The state of a `rate-limit`.
struct rate_limit_state {
  explicit rate_limit_state(caf::local_actor*) {}

  caf::result<outcome> run(behaviour_call& c);
  std::string key_of(const behaviour_call& c) const;
  fault refusal(const std::string& key, const rate_table::taken& taken) const;
  outcome counts() const;

  static inline const char* name = "rate-limit";

  rate_limit_self* self = nullptr;
  behaviour_context context;
  std::optional<json_pointer> pointer;
  std::optional<rate_table> table;
  uint64_t passed = 0;
  uint64_t refused = 0;
};

static_assert(!std::is_aggregate_v<rate_limit_state>);

/// Returns the empty key for all calls that have none.
std::string rate_limit_state::key_of(const behaviour_call& c) const {
  return pointer ? text_at(*pointer, c).value_or(std::string{}) : c.key;
}

fault rate_limit_state::refusal(const std::string& key,
                                const rate_table::taken& taken) const {
  auto hint = std::chrono::ceil<std::chrono::milliseconds>(taken.wait);
  auto whose = taken.shared  ? "of the keys beyond key_limit, which share one rate"
               : key.empty() ? "without a key"
                             : "with key " + json_string(key);
  return {code::busy,
          context.pool + ": too many calls " + whose + ", the next one may go on in "
              + std::to_string(hint.count()) + " ms",
          {.retry_after = hint}};
}

caf::result<outcome> rate_limit_state::run(behaviour_call& c) {
  if (asks_for_counts(c))
    return counts();
  auto key = key_of(c);
  if (key.size() > limits::rate_limit_key)
    return to_error(malformed(
        (pointer ? "payload: the key at " + pointer->text() : std::string{"key: it"})
        + " has " + std::to_string(key.size()) + " bytes, pool " + context.pool
        + " takes " + std::to_string(limits::rate_limit_key)));
  if (auto taken = table->take(key, self->clock().now()); taken.wait.count() > 0) {
    ++refused;
    return to_error(refusal(key, taken));
  }
  ++passed;
  return self->delegate(context.host, pass_on(context.of, std::move(c)));
}

outcome rate_limit_state::counts() const {
  return outcome{shared_bytes{json_object_writer{}
                                  .add("passed", passed)
                                  .add("refused", refused)
                                  .add("keys", table->size())
                                  .add("beyond_key_limit", table->shared())
                                  .object()}};
}

behaviour_actor::behavior_type rate_limit_behavior(rate_limit_self* self,
                                                   behaviour_context context) {
  rate_options options;
  read(context.options, options);
  auto& state = self->state;
  state.self = self;
  state.context = std::move(context);
  state.pointer = std::move(options.pointer);
  state.table.emplace(options.rate);
  return {[self](behaviour_call& c) { return self->state.run(c); }};
}

} // namespace

behaviour_kind rate_limit() {
  return {
      .name = "rate-limit",
      .description = "lets each key make so many calls a second",
      .place = behaviour_place::before_pool,
      .thread = behaviour_thread::loop,
      .window = front_window,
      .check =
          [](const boost::json::object& options) {
            rate_options read_ones;
            return read(options, read_ones);
          },
      .spawn = [](behaviour_start start) { return start.spawn(rate_limit_behavior); }};
}

} // namespace troupe::behaviours
