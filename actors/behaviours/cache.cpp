#include "actors/behaviours/cache.hpp"

#include "actors/behaviours/front.hpp"
#include "actors/behaviours/shared_calls.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>

namespace troupe::behaviours {

namespace {

using namespace std::chrono_literals;

/// A pool counts whole milliseconds and may end a call so much before its deadline.
constexpr auto deadline_rounding = 1ms;

/// Gives a kind the one spelling that calls are compared in: JSON has several of a text.
void spell_plainly(shared_bytes& kind) {
  if (kind.view().find('\\') == std::string_view::npos)
    return;
  auto text = json_text::unescape(kind.view());
  if (text.find("\uFFFD") != text.npos)
    return; // half a pair of surrogates, which is one of many
  auto quoted = json_string(text);
  kind = shared_bytes{std::string{json_text::body(quoted)}};
}

struct cache_options {
  cache_bounds bounds;
  /// The kinds of calls that are kept; empty: all.
  std::vector<std::string> kinds;
};

std::vector<option_mistake> read(const boost::json::object& options, cache_options& out) {
  behaviour_options o{options};
  o.whole("entries", out.bounds.entries, uint64_t{1}, uint64_t{10'000'000});
  o.size("size", out.bounds.bytes, 1024, uint64_t{1} << 40);
  o.duration("age", out.bounds.age, 1ms, std::chrono::hours{366 * 24});
  if (o.texts("kinds", out.kinds) && out.kinds.empty())
    o.wrong("kinds", "expected the kinds of calls that are kept, not an empty array:"
                     " without this key all are");
  return o.mistakes();
}

struct cache_state;

using cache_self = cancellable_behaviour_self<cache_state>;

/// The state of a `cache`.
struct cache_state {
  explicit cache_state(caf::local_actor*) {}

  caf::result<outcome> run(behaviour_call& c);
  /// Nobody waits for this call any more.
  void leave(ticket_id id);
  /// Makes the call to the pool that others may wait for, too.
  void call_pool(shared_calls::run_id run);
  void on_result(shared_calls::run_id run, const outcome& result);
  void on_error(shared_calls::run_id run, const caf::error& error);
  void repeat(std::optional<shared_calls::run_id> run);
  bool keeps(const behaviour_call& c) const;
  outcome counts() const;

  static inline const char* name = "cache";

  cache_self* self = nullptr;
  behaviour_context context;
  /// Its own name.
  shared_bytes worker;
  std::vector<std::string> kinds;
  std::optional<result_cache> results;
  shared_calls open;

  struct counters {
    uint64_t hits = 0;
    uint64_t misses = 0;
    /// Calls that waited for an equal one.
    uint64_t shared = 0;
    /// Calls that are made again since the one left that they were made for.
    uint64_t repeated = 0;
    /// Calls that are none of the cache's business.
    uint64_t passed = 0;
  };
  counters counted;
};

static_assert(!std::is_aggregate_v<cache_state>);

bool cache_state::keeps(const behaviour_call& c) const {
  std::string buffer;
  auto kind = json_text::plain_key(c.kind.view(), buffer);
  auto is_kept =
      kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  return is_kept && !c.chunks.is_wanted();
}

caf::result<outcome> cache_state::run(behaviour_call& c) {
  if (asks_for_counts(c))
    return counts();
  if (!keeps(c)) {
    ++counted.passed;
    return self->delegate(context.host, pass_on(context.of, std::move(c)));
  }
  spell_plainly(c.kind);
  if (auto kept = results->find({c.kind.view(), c.payload.view()}, self->clock().now())) {
    ++counted.hits;
    return outcome{*std::move(kept), worker}; // named: it was looked at in its pool
  }
  auto answer = self->make_response_promise<outcome>();
  if (auto run = open.add({std::move(c), answer})) {
    ++counted.misses;
    call_pool(*run);
  } else {
    ++counted.shared;
  }
  return answer;
}

void cache_state::call_pool(shared_calls::run_id run) {
  self->request(context.host, caf::infinite, pass_on(context.of, open.leader(run)))
      .then([this, run](const outcome& result) { on_result(run, result); },
            [this, run](const caf::error& error) { on_error(run, error); });
}

void cache_state::on_result(shared_calls::run_id run, const outcome& result) {
  if (!open.has(run))
    return; // whoever waited has left
  auto& c = open.leader(run);
  results->keep({c.kind.view(), c.payload.view()}, result.payload.view(),
                self->clock().now());
  for (auto& w : open.take(run))
    w.answer.deliver(result);
}

/// An error that is the end of the leader's time alone is for those whose time is over as
/// well. The others have the call made again.
void cache_state::on_error(shared_calls::run_id run, const caf::error& error) {
  if (!open.has(run))
    return;
  auto soon = self->clock().now() + deadline_rounding;
  if (open.leader(run).deadline > soon) {
    for (auto& w : open.take(run))
      w.answer.deliver(error);
    return;
  }
  auto due = open.take_due(run, soon);
  for (auto& w : due.ended)
    w.answer.deliver(error);
  repeat(due.again);
}

void cache_state::leave(ticket_id id) {
  auto left = open.leave(id);
  if (left.who)
    left.who->answer.deliver(to_error({code::cancelled}));
  repeat(left.again);
}

void cache_state::repeat(std::optional<shared_calls::run_id> run) {
  if (!run)
    return;
  ++counted.repeated;
  call_pool(*run);
}

outcome cache_state::counts() const {
  auto& lost = results->counted();
  return outcome{shared_bytes{json_object_writer{}
                                  .add("hits", counted.hits)
                                  .add("misses", counted.misses)
                                  .add("shared", counted.shared)
                                  .add("repeated", counted.repeated)
                                  .add("passed", counted.passed)
                                  .add("entries", results->size())
                                  .add("bytes", results->bytes())
                                  .add("evicted", lost.evicted)
                                  .add("expired", lost.expired)
                                  .add("too_large", lost.too_large)
                                  .object()}};
}

cancellable_behaviour_actor::behavior_type cache_behavior(cache_self* self,
                                                          behaviour_context context) {
  cache_options options;
  read(context.options, options);
  auto& state = self->state;
  state.self = self;
  state.worker = shared_bytes{context.worker};
  state.context = std::move(context);
  state.kinds = std::move(options.kinds);
  state.results.emplace(options.bounds);
  return {
      [self](behaviour_call& c) { return self->state.run(c); },
      [self](atom::cancel, ticket_id id) { self->state.leave(id); },
  };
}

} // namespace

behaviour_kind cache() {
  return {.name = "cache",
          .description = "answers a call with the result of an equal one",
          .place = behaviour_place::before_pool,
          .thread = behaviour_thread::loop,
          .window = front_window,
          .check =
              [](const boost::json::object& options) {
                cache_options read_ones;
                return read(options, read_ones);
              },
          .spawn = [](behaviour_start start) { return start.spawn(cache_behavior); }};
}

} // namespace troupe::behaviours
