#include "actors/behaviours/support_bundle.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/utc_timestamp.hpp"

#include <chrono>
#include <utility>

namespace troupe::behaviours {

namespace {

/// As many as the events that a node remembers fill, twice: it may publish more of them
/// than one can ask for.
constexpr size_t most_event_answers =
    2 * limits::event_ring_bytes / limits::event_batch_bytes;

std::string error_json(const fault& why) {
  return json_object_writer{}.add_json("error", to_json(why)).object();
}

} // namespace

support_bundle::support_bundle(ticket_id call, steady_clock::time_point deadline,
                               size_t events, std::function<void(std::string)> finish)
  : call_(call)
  , deadline_(deadline)
  , most_events_(events)
  , finish_(std::move(finish)) {}

void support_bundle::arrived() {
  if (--missing_ == 0)
    finish_(text());
}

void support_bundle::add(std::string_view part, std::string_view json) {
  parts_.insert_or_assign(std::string{part}, std::string{json});
}

void support_bundle::add(std::string_view part, const fault& why) {
  add(part, error_json(why));
}

void support_bundle::list_pools(std::string_view pools) {
  if (!json_text::is_array(pools))
    return;
  json_text::element_reader all{pools};
  while (auto one = all.next())
    if (auto name = json_text::text_member(*one, "name"))
      pools_.push_back(*std::move(name));
}

std::optional<std::string> support_bundle::next_pool() {
  return pools_asked_ < pools_.size() ? std::optional{pools_[pools_asked_++]}
                                      : std::nullopt;
}

void support_bundle::add_log(const std::string& pool, std::string_view json) {
  logs_.insert_or_assign(pool, std::string{json});
}

void support_bundle::add_log(const std::string& pool, const fault& why) {
  add_log(pool, error_json(why));
}

bool support_bundle::add_events(std::string_view answer) {
  auto events = json_text::find_member(answer, "events");
  auto next = json_text::find_member(answer, "next");
  if (!events || !next || !json_text::is_array(*events))
    return false;
  auto number = json_text::as_integer(*next).value_or(0);
  if (number <= next_event_ || ++event_answers_ > most_event_answers)
    return false;
  next_event_ = number;
  json_text::element_reader all{*events};
  while (auto one = all.next()) {
    events_.emplace_back(*one);
    if (events_.size() > most_events_)
      events_.pop_front();
  }
  return true;
}

std::string support_bundle::text() {
  json_object_writer out;
  out.add("time", utc_timestamp(std::chrono::system_clock::now()));
  for (auto& [part, json] : parts_)
    out.add_json(part, json);
  if (!pools_.empty()) {
    json_object_writer logs;
    for (auto& [pool, json] : logs_)
      logs.add_json(pool, json);
    out.add_json("log", logs.object());
  }
  if (most_events_ > 0 && !parts_.contains("events")) {
    json_array_writer events;
    for (auto& e : events_)
      events.add_json(e);
    out.add_json("events", events.array());
  }
  return out.object();
}

} // namespace troupe::behaviours
