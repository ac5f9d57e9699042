#include "actors/events/events.hpp"

#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/payload_bytes.hpp"
#include "protocol/base/utc_timestamp.hpp"
#include "protocol/base/utf8.hpp"
#include "protocol/terminal/tokenizer.hpp"

#include <algorithm>

namespace troupe::events {

namespace {

constexpr std::string_view stream_kind = "worker_stream";

/// The caller is an actor. It belongs to EVENTS, as the promise does.
class promise_sink : public reply_sink {
public:
  explicit promise_sink(caf::typed_response_promise<outcome> promise)
    : promise_(std::move(promise)) {}

  void settle(tag_id, call_result result) override {
    if (result)
      promise_.deliver(std::move(*result));
    else
      promise_.deliver(to_error(result.error()));
  }
  void chunk(tag_id, shared_bytes, std::shared_ptr<stream_flow>) override {}

private:
  caf::typed_response_promise<outcome> promise_;
};

std::string to_text(const std::string& name, const events_state::printed& p) {
  auto bytes = p.bytes.view();
  json_object_writer out;
  out.add("seq", p.seq)
      .add("time", utc_timestamp(p.time))
      .add("kind", stream_kind)
      .add("name", name)
      .add("stream", "stdout")
      .add("chunk", bytes)
      .add("offset", p.offset);
  if (!is_utf8(bytes))
    out.add("chunk_base64", to_base64(bytes));
  return out.object();
}

} // namespace

void events_state::forgotten::add(sequence_id seq, const std::string& subject) {
  last = seq;
  by_subject[subject] = seq;
  if (by_subject.size() <= limits::event_subjects)
    return;
  by_subject.clear();
  by_others = seq;
}

sequence_id events_state::forgotten::last_for(const event_filter& filter) const {
  if (filter.workers.empty())
    return last;
  auto newest = by_others;
  for (auto& [subject, seq] : by_subject)
    if (filter.wants_subject(subject))
      newest = std::max(newest, seq);
  return newest;
}

void events_state::publish(const event& e) {
  auto seq = next();
  json_object_writer text;
  text.add("seq", seq)
      .add("time", utc_timestamp(std::chrono::system_clock::now()))
      .add("kind", e.kind);
  write(text, e.members);
  remember({seq, e.kind, e.subject, shared_bytes{text.object()}});
  std::erase_if(followers, [&](const follower& f) {
    return f.filter.wants_kind(e.kind) && f.filter.wants_subject(e.subject) && answer(f);
  });
  if (e.flow)
    e.flow->remove(e.cost());
}

sequence_id events_state::next() {
  return last_seq = sequence_id{last_seq + 1};
}

void events_state::remember(remembered r) {
  ring_cost += r.cost();
  ring.push_back(std::move(r));
  while (ring.size() > limits::event_ring
         || (ring_cost > limits::event_ring_bytes && ring.size() > 1)) {
    auto& oldest = ring.front();
    lost[oldest.kind].add(oldest.seq, oldest.subject);
    ring_cost -= oldest.cost();
    ring.pop_front();
  }
}

void events_state::publish(stream_part& p) {
  auto [i, is_new] = streams.try_emplace(p.name);
  auto& s = i->second;
  if (is_new)
    s.lost = lost_streams; // it may have been one of those
  s.parts.push_back({next(), std::chrono::system_clock::now(), p.bytes, p.offset});
  s.cost += s.parts.back().cost();
  while (s.cost > limits::stream_ring_bytes && s.parts.size() > 1) {
    s.cost -= s.parts.front().cost();
    s.lost = s.parts.front().seq;
    s.parts.pop_front();
  }
  if (streams.size() > limits::stream_rings)
    forget_oldest_stream();
  std::erase_if(followers, [&](const follower& f) {
    return f.filter.wants_kind(stream_kind) && f.filter.wants_subject(p.name)
           && answer(f);
  });
  if (p.flow)
    p.flow->remove(p.bytes.size());
}

void events_state::forget_oldest_stream() {
  auto oldest = std::min_element(streams.begin(), streams.end(), [](auto& a, auto& b) {
    return a.second.parts.back().seq < b.second.parts.back().seq;
  });
  lost_streams = std::max(lost_streams, oldest->second.parts.back().seq);
  streams.erase(oldest);
}

std::vector<sequence_id> events_state::gaps_for(const follower& f,
                                                sequence_id since) const {
  std::vector<sequence_id> all;
  sequence_id last;
  for (auto& [kind, those] : lost)
    if (those.last > since && f.filter.wants_kind(kind))
      last = std::max(last, those.last_for(f.filter));
  all.push_back(last);
  if (f.filter.wants_kind(stream_kind)) {
    auto unwanted = f.output_since.value_or(sequence_id{});
    size_t remembered_streams = 0;
    for (auto& [terminal, s] : streams)
      if (f.filter.wants_subject(terminal)) {
        ++remembered_streams;
        if (s.lost > unwanted)
          all.push_back(s.lost);
      }
    // The rest lost nothing that this follower wants if it named its terminals and all
    // of them are remembered.
    if (lost_streams > unwanted
        && (f.filter.workers.empty() || remembered_streams < f.filter.workers.size()))
      all.push_back(lost_streams);
  }
  std::erase_if(all, [since](sequence_id seq) { return seq <= since; });
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<events_state::found> events_state::find_after(const follower& f,
                                                          sequence_id since) const {
  std::vector<found> all;
  auto after = [](auto& parts, sequence_id seq) {
    return std::upper_bound(parts.begin(), parts.end(), seq,
                            [](sequence_id s, auto& x) { return s < x.seq; });
  };
  for (auto gap : gaps_for(f, since))
    all.push_back({gap, nullptr, nullptr, nullptr});
  size_t taken = 0;
  for (auto i = after(ring, since); i != ring.end() && taken < limits::event_batch; ++i)
    if (f.filter.wants_kind(i->kind) && f.filter.wants_subject(i->subject)) {
      all.push_back({i->seq, &*i, nullptr, nullptr});
      ++taken;
    }
  if (f.filter.wants_kind(stream_kind))
    for (auto& [terminal, s] : streams) {
      if (!f.filter.wants_subject(terminal))
        continue;
      size_t n = 0;
      auto first = std::max(since, f.output_since.value_or(sequence_id{}));
      for (auto i = after(s.parts, first); i != s.parts.end() && n < limits::event_batch;
           ++i, ++n)
        all.push_back({i->seq, nullptr, &terminal, &*i});
    }
  std::sort(all.begin(), all.end(),
            [](const found& a, const found& b) { return a.seq < b.seq; });
  return all;
}

batch_event events_state::tell(const found& x, sequence_id since) {
  if (x.event)
    return {x.seq, x.event->kind, x.event->text};
  if (x.part)
    return {x.seq, std::string{stream_kind}, shared_bytes{to_text(*x.terminal, *x.part)}};
  event_gap gap{sequence_id{since + 1}, x.seq};
  auto text = json_object_writer{}
                  .add("seq", x.seq)
                  .add("kind", "gap")
                  .add("from", gap.from)
                  .add("to", gap.to)
                  .object();
  return {x.seq, "gap", shared_bytes{std::move(text)}, gap};
}

bool events_state::answer(const follower& f) {
  // A number from before a restart of the node is ahead of us: begin anew. What such a
  // client does not want of the output was printed before the restart, too.
  if (f.output_since && *f.output_since > last_seq) {
    auto of_this_run = f;
    of_this_run.output_since = sequence_id{};
    return answer(of_this_run);
  }
  auto since = f.since <= last_seq ? f.since : sequence_id{};
  auto all = find_after(f, since);
  if (all.empty() && f.waits)
    return false;
  event_batch batch{{}, since, f.output_since};
  json_array_writer events;
  for (auto& x : all) {
    auto sent = batch.events.size();
    if (sent == limits::event_batch
        || (sent > 0 && events.size() > limits::event_batch_bytes))
      break;
    auto& one = batch.events.emplace_back(tell(x, since));
    events.add_json(one.text.view());
    batch.next = one.seq;
  }
  json_object_writer out;
  out.add_json("events", events.array()).add("next", batch.next);
  if (batch.output_since)
    out.add("output_since", *batch.output_since);
  outcome answered{shared_bytes{out.object()}};
  answered.events = std::make_shared<const event_batch>(std::move(batch));
  f.sink->settle(f.tag, std::move(answered));
  return true;
}

events_actor::behavior_type events_behavior(events_self* self) {
  self->state.self = self;
  return {
      [self](atom::publish, const event& e) { self->state.publish(e); },
      [self](atom::publish, stream_part& p) { self->state.publish(p); },
      [self](submissions& batch) {
        for (auto& s : batch)
          if (s.what.kind.view() == event_calls::replay)
            self->state.replay(s);
          else
            self->state.ask(s);
      },
      [self](atom::cancel, const reply_sink_ptr& sink, tag_id tag) {
        if (auto f = self->state.take(sink, tag))
          f->sink->settle(tag, failure(fault{code::cancelled}));
      },
      [self](atom::forget, const reply_sink_ptr& sink) {
        std::erase_if(self->state.followers, [&](auto& f) { return f.sink == sink; });
      },
      [](atom::writable, const reply_sink_ptr&) {}, // followers are not held back
      [self](call& c) -> caf::result<outcome> {
        auto promise = self->make_response_promise<outcome>();
        submission one{std::move(c), std::make_shared<promise_sink>(promise), {}};
        self->state.ask(one);
        return promise;
      },
      [self](internal::check_followers) { self->state.check_deadlines(); },
  };
}

} // namespace troupe::events
