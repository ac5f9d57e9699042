#include "actors/behaviours/mirror.hpp"

#include "actors/behaviours/call_share.hpp"
#include "actors/behaviours/front.hpp"
#include "protocol/base/json_writer.hpp"

#include <map>
#include <optional>

namespace troupe::behaviours {

namespace {

struct mirror_options {
  /// The second pool.
  std::string to;
  double share = 1;
  /// Copies of calls that may run at a time; there are none of further calls.
  uint32_t at_once = 16;
};

std::vector<option_mistake> read(const boost::json::object& options,
                                 mirror_options& out) {
  behaviour_options o{options};
  if (!o.get("to"))
    o.wrong("to", "is missing: the pool that gets copies of calls");
  else if (o.text("to", out.to))
    check_pool_name(o, "to", out.to);
  o.share("share", out.share);
  o.whole("at_once", out.at_once, 1u, 65'536u);
  return o.mistakes();
}

struct mirror_state;

using mirror_self = behaviour_self<mirror_state>;

/// The state of a `mirror`.
struct mirror_state {
  explicit mirror_state(caf::local_actor*) {}

  caf::result<outcome> run(behaviour_call& c);
  /// Returns a copy for the second pool, if the call is one of the share.
  std::optional<pool_call> copy(const behaviour_call& c);
  void send(pool_call twin);
  void on_error(const fault& why);
  outcome counts() const;

  static inline const char* name = "mirror";

  mirror_self* self = nullptr;
  behaviour_context context;
  std::string to;
  call_share share{1};
  uint32_t at_once = 0;

  struct counters {
    uint64_t calls = 0;
    uint64_t copied = 0;
    /// Copies that did not begin since too many calls ran.
    uint64_t skipped = 0;
    uint32_t running = 0;
    uint64_t results = 0;
    /// Copies that ended in an error, by its code.
    std::map<std::string_view, uint64_t> errors;
  };
  counters counted;
};

static_assert(!std::is_aggregate_v<mirror_state>);

caf::result<outcome> mirror_state::run(behaviour_call& c) {
  if (asks_for_counts(c))
    return counts();
  ++counted.calls;
  auto twin = copy(c);
  auto answer = self->delegate(context.host, pass_on(context.of, std::move(c)));
  if (twin) // after its original, which somebody waits for
    send(*std::move(twin));
  return answer;
}

/// A copy is made for no call: it neither ends with its original nor has parts of its
/// result go anywhere.
std::optional<pool_call> mirror_state::copy(const behaviour_call& c) {
  if (!share.pick())
    return std::nullopt;
  if (counted.running >= at_once) {
    ++counted.skipped;
    return std::nullopt;
  }
  auto twin = pass_on(to, c);
  twin.parent = {};
  twin.passes_chunks = false;
  twin.timeout =
      std::chrono::ceil<std::chrono::milliseconds>(c.deadline - self->clock().now());
  return twin;
}

void mirror_state::send(pool_call twin) {
  ++counted.copied;
  ++counted.running;
  self->request(context.host, caf::infinite, std::move(twin))
      .then(
          [this](const outcome&) {
            --counted.running;
            ++counted.results;
          },
          [this](const caf::error& error) { on_error(to_fault(error)); });
}

/// The host keeps room for calls that somebody waits for: it may refuse a copy.
void mirror_state::on_error(const fault& why) {
  --counted.running;
  auto& about = why.details.worker;
  if (why.what == code::busy && about && about->name == context.worker) {
    --counted.copied;
    ++counted.skipped;
    return;
  }
  ++counted.errors[info(why.what).name];
}

outcome mirror_state::counts() const {
  json_object_writer errors;
  for (auto& [code, copies] : counted.errors)
    errors.add(code, copies);
  return outcome{shared_bytes{json_object_writer{}
                                  .add("calls", counted.calls)
                                  .add("copied", counted.copied)
                                  .add("skipped", counted.skipped)
                                  .add("running", counted.running)
                                  .add("results", counted.results)
                                  .add_json("errors", errors.object())
                                  .object()}};
}

behaviour_actor::behavior_type mirror_behavior(mirror_self* self,
                                               behaviour_context context) {
  mirror_options options;
  read(context.options, options);
  auto& state = self->state;
  state.self = self;
  state.context = std::move(context);
  state.to = std::move(options.to);
  state.share = call_share{options.share};
  state.at_once = options.at_once;
  return {[self](behaviour_call& c) { return self->state.run(c); }};
}

std::vector<config::named_pool> second_pool(const boost::json::object& options) {
  mirror_options read_ones;
  read(options, read_ones);
  return {{"to", read_ones.to}};
}

} // namespace

behaviour_kind mirror() {
  return {.name = "mirror",
          .description = "gives a share of the calls to a second pool, too",
          .place = behaviour_place::before_pool,
          .thread = behaviour_thread::loop,
          .window = front_window,
          .check =
              [](const boost::json::object& options) {
                mirror_options read_ones;
                return read(options, read_ones);
              },
          .pools = second_pool,
          .spawn = [](behaviour_start start) { return start.spawn(mirror_behavior); }};
}

} // namespace troupe::behaviours
