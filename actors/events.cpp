#include "actors/events.hpp"

#include "protocol/json_text.hpp"
#include "protocol/limits.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>

namespace troupe {

namespace {

/// Returns the time of day in UTC with milliseconds, as in RFC 3339.
std::string timestamp() {
  auto now = std::chrono::system_clock::now();
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch())
            % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms.count());
}

/// Returns `since` of an `events` call: absent or null is "from now on", which is `now`.
std::variant<uint64_t, std::string> read_since(std::string_view payload, uint64_t now) {
  if (json_text::is_null(payload))
    return now;
  if (!json_text::is_object(payload))
    return "payload: expected an object";
  auto since = json_text::find(payload, "since");
  if (!since || json_text::is_null(*since))
    return now;
  auto value = json_text::as_integer(*since);
  if (!value || *value < 0)
    return "since: expected a whole number from 0";
  return static_cast<uint64_t>(*value);
}

} // namespace

events_state::events_state(caf::local_actor*) {}

void events_state::publish(const event& e) {
  auto seq = first + ring.size();
  auto text = fmt::format("{{\"seq\":{},\"time\":\"{}\",\"kind\":\"{}\"", seq,
                          timestamp(), e.kind);
  if (!e.members.empty())
    text += "," + e.members;
  ring.push_back(text + "}");
  if (ring.size() > limits::event_ring) {
    ring.pop_front();
    ++first;
  }
  std::erase_if(followers, [this](const follower& f) { return answer(f); });
}

void events_state::ask(submission& s) {
  auto since = read_since(s.what.payload.view(), first + ring.size() - 1);
  if (auto wrong = std::get_if<std::string>(&since)) {
    s.sink->settle(s.tag, fault{code::bad_request, std::move(*wrong), {}});
    return;
  }
  follower f{s.sink, s.tag, std::get<uint64_t>(since)};
  if (answer(f))
    return;
  if (s.what.timeout)
    self->delayed_send(self, *s.what.timeout, atom::check_v, f.sink, f.tag);
  followers.push_back(std::move(f));
}

bool events_state::answer(const follower& f) {
  auto end = first + ring.size();
  // A number from before a restart of the node is ahead of us: begin anew, and say so.
  auto from = f.since < end ? f.since + 1 : 1;
  if (from == end)
    return false;
  std::string out = "{\"events\":[";
  if (from < first) {
    out += fmt::format("{{\"seq\":{},\"kind\":\"gap\",\"from\":{},\"to\":{}}}", first - 1,
                       from, first - 1);
    from = first;
  }
  auto to = std::min<uint64_t>(end, from + limits::event_batch);
  for (auto seq = from; seq < to; ++seq) {
    if (out.back() != '[')
      out += ',';
    out += ring[seq - first];
  }
  out += fmt::format("],\"next\":{}}}", to - 1);
  f.sink->settle(f.tag, outcome{slice{std::move(out)}, {}});
  return true;
}

std::optional<events_state::follower> events_state::take(const reply_sink_ptr& sink,
                                                         uint64_t tag) {
  auto i = std::find_if(followers.begin(), followers.end(), [&](const follower& f) {
    return f.sink == sink && f.tag == tag;
  });
  if (i == followers.end())
    return std::nullopt;
  auto f = std::move(*i);
  followers.erase(i);
  return f;
}

events_actor::behavior_type events(events_self* self) {
  self->state.self = self;
  return {
      [self](atom::publish, const event& e) { self->state.publish(e); },
      [self](submissions& batch) {
        for (auto& s : batch)
          self->state.ask(s);
      },
      [self](atom::cancel, const reply_sink_ptr& sink, uint64_t tag) {
        if (auto f = self->state.take(sink, tag))
          f->sink->settle(tag, fault{code::cancelled, {}, {}});
      },
      [self](atom::forget, const reply_sink_ptr& sink) {
        std::erase_if(self->state.followers, [&](auto& f) { return f.sink == sink; });
      },
      [self](atom::check, const reply_sink_ptr& sink, uint64_t tag) {
        if (auto f = self->state.take(sink, tag))
          f->sink->settle(tag, fault{code::timeout, "no event in time", {}});
      },
  };
}

} // namespace troupe
