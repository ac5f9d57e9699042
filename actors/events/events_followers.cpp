// Followers of events: their requests, and how long they wait.

#include "actors/events/events.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/event_kinds.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace troupe::events {

namespace {

bool is_among(std::string_view one, const std::vector<std::string>& all) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// Reads an array of strings; returns false if it is something else.
bool read_names(std::string_view payload, std::string_view key,
                std::vector<std::string>& out) {
  auto value = json_text::find(payload, key);
  if (!value || json_text::is_null(*value))
    return true;
  if (!json_text::is_array(*value))
    return false;
  json_text::element_reader reader{*value};
  while (auto element = reader.next()) {
    auto text = json_text::as_text(*element);
    if (!text)
      return false;
    if (out.size() == limits::event_filter_names)
      return false;
    out.push_back(std::move(*text));
  }
  return true;
}

/// Says what is wrong with the members of an `events` call's payload: one that is not
/// known would be ignored.
result<void, std::string> validate_members(std::string_view payload) {
  std::string buffer;
  json_text::member_reader members{payload};
  while (auto m = members.next()) {
    auto key = json_text::plain_key(m->key, buffer);
    if (key != "since" && key != "workers" && key != "kinds" && key != "wait"
        && key != "output_since")
      return failure(
          json_string(key)
          + ": not known here; expected since, workers, kinds, wait or output_since");
  }
  return {};
}

/// Reads the payload of an `events` call into `f`, or returns what is wrong with it.
/// @param now What an absent `since` stands for.
result<void, std::string> read_ask(std::string_view payload, sequence_id now,
                                   events_state::follower& f) {
  f.since = now;
  if (json_text::is_null(payload))
    return {};
  if (!json_text::is_object(payload))
    return failure("payload: expected an object");
  if (auto valid = validate_members(payload); !valid)
    return valid;
  if (!read_names(payload, "workers", f.filter.workers))
    return failure(fmt::format("workers: expected an array of at most {} names",
                               limits::event_filter_names));
  for (auto& name : f.filter.workers)
    f.filter.first_workers.push_back(worker_name(name, 0));
  if (!read_names(payload, "kinds", f.filter.kinds))
    return failure(fmt::format("kinds: expected an array of at most {} kinds",
                               limits::event_filter_names));
  for (auto& kind : f.filter.kinds)
    if (auto known = validate_event_kind(kind); !known)
      return known;
  auto wait = json_text::find(payload, "wait").value_or("true");
  if (wait != "true" && wait != "false")
    return failure("wait: expected true or false");
  f.waits = wait == "true";
  if (auto output = json_text::find(payload, "output_since")) {
    auto number = *output == "\"now\"" ? static_cast<int64_t>(now)
                                       : json_text::as_integer(*output).value_or(-1);
    if (number < 0)
      return failure("output_since: expected \"now\" or a whole number from 0");
    f.output_since = sequence_id{static_cast<uint64_t>(number)};
  }
  auto since = json_text::find(payload, "since");
  if (!since || json_text::is_null(*since))
    return {};
  auto value = json_text::as_integer(*since);
  if (!value || *value < 0)
    return failure("since: expected a whole number from 0");
  f.since = sequence_id{static_cast<uint64_t>(*value)};
  return {};
}

} // namespace

bool event_filter::wants_kind(std::string_view kind) const {
  return kinds.empty() || is_among(kind, kinds);
}

bool event_filter::wants_subject(std::string_view subject) const {
  return workers.empty() || is_among(subject, workers)
         || is_among(subject, first_workers);
}

void events_state::ask(submission& s) {
  follower f{s.sink, s.tag, {}, {}};
  if (auto read = read_ask(s.what.payload.view(), last_seq, f); !read) {
    s.sink->settle(s.tag, failure(malformed(std::move(read).error())));
    return;
  }
  if (answer(f))
    return;
  if (followers.size() >= limits::event_followers) {
    s.sink->settle(s.tag,
                   failure(code::busy, fmt::format("{} calls wait for events already",
                                                   followers.size())));
    return;
  }
  if (s.what.timeout) {
    f.deadline = self->clock().now() + *s.what.timeout;
    set_check(*f.deadline);
  }
  followers.push_back(std::move(f));
}

/// One timer serves all followers: most of them are answered long before they are due.
void events_state::set_check(steady_clock::time_point due) {
  if (next_check && *next_check <= due)
    return;
  next_check = due;
  self->delayed_send(self, due - self->clock().now(), internal::check_followers_v);
}

void events_state::check_deadlines() {
  auto now = self->clock().now();
  if (next_check && *next_check > now)
    return; // an earlier one was set, and has been here
  next_check.reset();
  std::erase_if(followers, [now](const follower& f) {
    if (!f.deadline || *f.deadline > now)
      return false;
    f.sink->settle(f.tag, failure(code::timeout, "no event in time"));
    return true;
  });
  for (auto& f : followers)
    if (f.deadline)
      set_check(*f.deadline);
}

std::optional<events_state::follower> events_state::take(const reply_sink_ptr& sink,
                                                         tag_id tag) {
  auto i = std::find_if(followers.begin(), followers.end(), [&](const follower& f) {
    return f.sink == sink && f.tag == tag;
  });
  if (i == followers.end())
    return std::nullopt;
  auto f = std::move(*i);
  followers.erase(i);
  return f;
}

} // namespace troupe::events
