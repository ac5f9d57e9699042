#include "actors/metrics/metrics.hpp"

#include "actors/interfaces/log_record.hpp"
#include "actors/interfaces/request_with_timeout.hpp"
#include "actors/metrics/exposition.hpp"
#include "protocol/base/metric_limits.hpp"
#include "protocol/metrics/scrape_metrics.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace troupe::scraping {

namespace metric = metrics::scrape;

namespace {

/// Takes what a source answers; null where there is no answer.
void keep(metrics_state::snapshots& got, const metrics_snapshot_ptr& answer) {
  if (answer)
    got.push_back(answer);
}

} // namespace

void metrics_state::scrape(pending_call c) {
  waiting.push_back(std::move(c));
  if (!gathering)
    gather();
}

void metrics_state::gather() {
  gathering = true;
  served = std::exchange(waiting, {});
  begun = self->clock().now();
  auto all = std::make_shared<fan_in<snapshots>>([this](snapshots& got) { finish(got); });
  for (auto& s : sources->get())
    ask(s, *all);
  all->close();
}

void metrics_state::ask(const metrics_sources::source& s, fan_in<snapshots>& all) {
  if (auto who = std::get_if<metrics_source_actor>(&s.ask))
    return ask_actor(s, *who, all);
  // One that still owes an answer would only get more to do.
  if (std::any_of(open.begin(), open.end(),
                  [&](auto& q) { return q.second.source == s.number; }))
    return skip(s.name);
  question_id number{++last_question};
  open[number] = {s.number, s.name, all.expect(&keep)};
  std::get<metrics_question>(s.ask)(
      [me = metrics_actor{self}, number](metrics_snapshot_ptr answer) {
        caf::anon_send(me, atom::measure_v, number, std::move(answer));
      });
  self->delayed_send(self, limits::metrics_patience, internal::check_answers_v, number);
}

void metrics_state::ask_actor(const metrics_sources::source& s,
                              const metrics_source_actor& who, fan_in<snapshots>& all) {
  auto take = all.expect(&keep);
  request_with_timeout<metrics_snapshot_ptr>(
      self, who, limits::metrics_patience, atom::measure_v,
      [take](metrics_snapshot_ptr& answer) mutable { take(answer); },
      [this, take, name = s.name](caf::error& why) mutable {
        // One that ended meanwhile is missed by nobody.
        if (why == caf::sec::request_timeout)
          skip(name);
        take(metrics_snapshot_ptr{});
      });
}

void metrics_state::on_answer(question_id number, const metrics_snapshot_ptr& answer) {
  auto question = open.find(number);
  if (question == open.end())
    return;
  auto take = std::move(question->second.take);
  open.erase(question);
  if (take)
    take(answer);
}

void metrics_state::check_answer(question_id number) {
  auto question = open.find(number);
  if (question == open.end())
    return;
  skip(question->second.name);
  // It stays open: the source is not asked again before it has answered.
  std::exchange(question->second.take, nullptr)(nullptr);
}

void metrics_state::skip(const std::string& source) {
  ++skipped;
  if (told_of.insert(source).second)
    write_log(
        *log, spdlog::level::warn, {.event = "metrics_source_skipped"},
        "metrics: {} did not answer within {} ms and is left out (further times are "
        "only counted)",
        source, std::chrono::milliseconds{limits::metrics_patience}.count());
}

void metrics_state::finish(const snapshots& all) {
  metrics::metric_list list;
  for (auto& s : all)
    s->write(list);
  list.add(metric::sources_skipped, {}, skipped);
  list.add(metric::duration, {}, durations);
  shared_bytes text{to_text(list.take())};
  durations.add(self->clock().now() - begun);
  for (auto& c : std::exchange(served, {}))
    c.settle(outcome{text});
  gathering = false;
  if (!waiting.empty())
    gather();
}

void metrics_state::remove(const reply_sink_ptr& sink, const tag_id* tag) {
  for (auto all : {&served, &waiting})
    std::erase_if(*all, [&](pending_call& c) {
      if (c.sink != sink || (tag && c.tag != *tag))
        return false;
      if (tag)
        c.settle(failure(fault{code::cancelled}));
      return true;
    });
}

void metrics_state::fail_all() {
  for (auto all : {&served, &waiting})
    for (auto& c : std::exchange(*all, {}))
      c.settle(failure(fault{code::shutting_down}));
}

metrics_actor::behavior_type metrics_behavior(metrics_self* self,
                                              metrics_sources_ptr sources,
                                              std::shared_ptr<spdlog::logger> log) {
  auto& st = self->state;
  st.self = self;
  st.sources = std::move(sources);
  st.log = std::move(log);
  self->set_exit_handler([self](const caf::exit_msg& m) {
    self->state.fail_all();
    self->quit(m.reason);
  });
  return {
      [self](submissions& batch) {
        for (auto& s : batch)
          self->state.scrape({std::move(s.what), std::move(s.sink), s.tag, {}, {}, 0});
      },
      [self](atom::cancel, const reply_sink_ptr& sink, tag_id tag) {
        self->state.remove(sink, &tag);
      },
      [self](atom::forget, const reply_sink_ptr& sink) {
        self->state.remove(sink, nullptr);
      },
      [](atom::writable, const reply_sink_ptr&) {},
      [self](call& c) -> caf::result<outcome> {
        auto promise = self->make_response_promise<outcome>();
        self->state.scrape({std::move(c), nullptr, {}, promise, {}, 0});
        return promise;
      },
      [self](atom::measure, question_id number, const metrics_snapshot_ptr& answer) {
        self->state.on_answer(number, answer);
      },
      [self](internal::check_answers, question_id number) {
        self->state.check_answer(number);
      },
  };
}

} // namespace troupe::scraping
