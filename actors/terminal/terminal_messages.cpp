#include "actors/terminal/terminal.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/utc_timestamp.hpp"

#include <spdlog/fmt/fmt.h>

namespace troupe::terminal {

namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;

std::string text_of(std::string_view payload, std::string_view key) {
  return json_text::text_member(payload, key).value_or("");
}

} // namespace

call_result terminal_state::change_mode(std::string_view payload) {
  auto set = json_text::find_member(payload, "mode");
  auto answer = [this](bool matched, size_t flushed) {
    return outcome{
        shared_bytes{json_object_writer{}
                         .add("mode", to_string(delivery.messages.mode()))
                         .add("flushed", flushed)
                         .add("matched", matched)
                         .add("revision", fmt::to_string(delivery.messages.revision()))
                         .object()}};
  };
  if (!set)
    return answer(true, 0);
  auto to = to_delivery_mode(json_text::as_text(*set).value_or(""));
  if (!to)
    return failure(
        malformed_for(request_flaw::mode, "mode: expected auto_inject or manual_flush"));
  std::optional<delivery_mode> expected;
  if (auto text = text_of(payload, "expected_mode"); !text.empty())
    if (expected = to_delivery_mode(text); !expected)
      return failure(malformed_for(
          request_flaw::mode, "expected_mode: expected auto_inject or manual_flush"));
  std::optional<uint64_t> revision;
  if (auto member = json_text::find(payload, "expected_revision"))
    if (!json_text::is_null(*member)) {
      // A string of digits, so that no client rounds it; a number will do.
      auto text = json_text::as_text(*member).value_or(std::string{*member});
      auto number = json_text::as_integer(text);
      if (!number || *number < 0)
        return failure(
            malformed_for(request_flaw::revision,
                          "expected_revision: expected a whole number in a string"));
      revision = static_cast<uint64_t>(*number);
    }
  auto before = delivery.messages.mode();
  if (!delivery.messages.set_mode(*to, expected, revision))
    return answer(false, 0);
  auto held = before == delivery_mode::manual_flush && *to == delivery_mode::auto_inject
                  ? delivery.messages.flush()
                  : 0;
  if (before != *to)
    publish("agent_inbound_delivery_mode_changed",
            {{"previous_mode", to_string(before)}, {"mode", to_string(*to)}});
  deliver();
  return answer(true, held);
}

call_result terminal_state::list_pending() const {
  json_array_writer all;
  for (auto& m : delivery.messages.all())
    all.add_json(json_object_writer{}
                     .add("event_id", m.id)
                     .add("from", m.from)
                     .add("target", shown_name)
                     .add("body", m.body)
                     .add("mode", m.steers ? "steer" : "wait")
                     .add("priority", 0)
                     .add("queued_at_ms", m.queued_at_ms)
                     .object());
  return outcome{
      shared_bytes{json_object_writer{}.add_json("pending", all.array()).object()}};
}

call_result terminal_state::flush() {
  auto n = delivery.messages.flush();
  if (n > 0)
    publish("agent_pending_drained", {{"count", n}, {"reason", "flush"}});
  deliver();
  return outcome{shared_bytes{json_object_writer{}.add("flushed", n).object()}};
}

call_result terminal_state::send(std::string_view payload) {
  if (!json_text::is_object(payload))
    return failure(malformed("expected an object with the members to and message"));
  terminal_message m;
  for (auto key : {"message", "text", "body", "content"})
    if (m.body.empty())
      m.body = text_of(payload, key);
  if (m.body.empty())
    return failure(malformed("message: expected a string that is not empty"));
  if (m.body.size() > limits::terminal_message_bytes)
    return failure(code::payload_too_large,
                   "message: longer than "
                       + std::to_string(limits::terminal_message_bytes) + " bytes");
  auto mode = text_of(payload, "mode");
  if (!mode.empty() && mode != "wait" && mode != "steer")
    return failure(malformed("mode: expected wait or steer, not " + json_string(mode)));
  m.steers = mode == "steer";
  m.from = text_of(payload, "from");
  m.queued_at_ms = wall_clock_ms();
  m.id = fmt::format("{}-{}-{}", full_name, reports.who().incarnation,
                     delivery.next_number());
  auto id = m.id;
  auto queued_at = m.queued_at_ms;
  if (!delivery.messages.push(std::move(m)))
    return failure(fault{code::busy,
                         std::to_string(delivery.messages.all().size())
                             + " messages wait for " + shown_name,
                         {.retry_after = limits::terminal_retry}});
  publish("delivery_queued",
          {{"delivery_id", id}, {"event_id", id}, {"timestamp", queued_at}});
  deliver();
  return outcome{shared_bytes{
      json_object_writer{}
          .add("success", true)
          .add("event_id", id)
          .add("delivery_id", id)
          .add("to", shown_name)
          .add_json("targets", json_array_writer{}.add(shown_name).array())
          .add("local", true)
          .add("queued", delivery.messages.mode() == delivery_mode::manual_flush)
          .object()}};
}

/// Takes as many steps as it is time for.
void terminal_state::deliver() {
  using action = message_delivery::action;
  while (process && !ending.has_begun()) {
    auto next = delivery.next(activity, pool->config.terminal, now());
    switch (next.what) {
      case action::nothing:
        return;
      case action::wait:
        if (delivery.wants_timer())
          set_timer(timer::deliver,
                    std::max(milliseconds{1}, ceil<milliseconds>(next.until - now())));
        return;
      case action::type:
        if (!type_message())
          end_delivery(delivery_result::failed, {"reason", "the program does not read"});
        break;
      case action::enter:
        enter_message();
        break;
      case action::verified:
        end_delivery(delivery_result::verified, {"verification", "echo"});
        break;
      case action::unprovable:
        count(delivery_result::injected); // which is all that is known of it
        delivery.finish();
        break;
      case action::not_echoed:
        end_delivery(delivery_result::failed, {"reason", "not echoed"});
        break;
    }
  }
}

bool terminal_state::type_message() {
  activity.note_message();
  auto kernel_echoes = process->kernel_echoes();
  if (!type(keystrokes(*delivery.messages.next(), delivery.marks_pastes)))
    return false;
  delivery.note_typed(kernel_echoes, now());
  return true;
}

void terminal_state::enter_message() {
  type("\r");
  delivery.note_entered(process->kernel_echoes(), now());
  auto& id = delivery.messages.all().front().id;
  auto by = delivery.echo().is_unprovable() ? "kernel" : "program";
  publish("delivery_injected", {{"delivery_id", id},
                                {"event_id", id},
                                {"timestamp", wall_clock_ms()},
                                {"echo", by}});
}

void terminal_state::count(delivery_result result) const {
  if (auto counts = totals())
    counts->count(result);
}

void terminal_state::end_delivery(delivery_result result, event_member how) {
  count(result);
  auto kind = "delivery_" + std::string{to_string(result)};
  auto m = delivery.finish();
  publish(kind, {{"delivery_id", m.id}, {"event_id", m.id}, std::move(how)});
}

void terminal_state::fail_messages(const std::string& reason) {
  while (!delivery.messages.all().empty())
    end_delivery(delivery_result::failed, {"reason", reason});
}

} // namespace troupe::terminal
