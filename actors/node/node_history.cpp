#include "actors/history/history.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/worker/sampler.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"

/// What pools do and use, and did lately.
namespace troupe::node {

void node_state::start_observers() {
  observers.sampler =
      self->spawn<caf::linked>(worker::sampler_behavior, worker::process_source{});
  observers.usage_counted = context->runtime.metrics->add(
      "SAMPLER", caf::actor_cast<metrics_source_actor>(observers.sampler));
  observers.history = self->spawn<caf::linked>(
      history::history_behavior, observers.sampler, &std::chrono::system_clock::now);
}

namespace operations {

namespace {

/// Later moments are a mistake of who asks: they are beyond the year 30000.
constexpr int64_t last_second = 1'000'000'000'000;

/// No step has more rows.
constexpr auto most_rows = static_cast<int64_t>(history::pool_history::most_minutes);

/// Returns the question that an operation's payload asks, or what is wrong with it.
result<history::history_question> read_question(std::string_view payload) {
  using history::history_step;
  history::history_question q;
  if (auto step = json_text::find_member(payload, "step")) {
    auto word = json_text::as_text(*step);
    if (word == "1m")
      q.step = history_step::minute;
    else if (word != "1s")
      return failure(malformed("step: expected 1s or 1m"));
  }
  if (auto since = json_text::find_member(payload, "since")) {
    auto second = json_text::as_integer(*since);
    if (!second || *second < 0 || *second > last_second)
      return failure(malformed("since: expected seconds since 1970, a whole number"));
    q.since = *second;
  }
  if (auto last = json_text::find_member(payload, "last")) {
    auto rows = json_text::as_integer(*last);
    if (!rows || *rows < 1 || *rows > most_rows)
      return failure(malformed("last: expected a number of rows from 1 to "
                               + std::to_string(most_rows)));
    q.last = *rows;
  }
  return q;
}

/// `{"name"?,"step"?,"since"?,"last"?}`: without a name, the last rows of all pools.
void show_history(node_state& node, pending_call c) {
  auto question = read_question(c.what.payload.view());
  if (!question)
    return c.settle(failure(std::move(question).error()));
  if (json_text::find_member(c.what.payload.view(), "name")) {
    auto about = find_subject(node, c, subject::pool);
    if (!about)
      return;
    question->pool = about->pool->context->config.name;
  }
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self
      ->request(node.observers.history, caf::infinite, atom::tail_v, *std::move(question))
      .then([shared](shared_bytes& rows) { shared->settle(outcome{std::move(rows)}); },
            [shared](caf::error& e) { shared->settle(failure(to_fault(e))); });
}

} // namespace

void add_history(operation_registry& all) {
  all.add({"history", show_history});
}

} // namespace operations

} // namespace troupe::node
