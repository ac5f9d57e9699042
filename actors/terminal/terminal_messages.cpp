#include "actors/terminal/terminal.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/fmt/fmt.h>

namespace troupe::terminal {

namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;

int64_t wall_clock_ms() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string text_of(std::string_view payload, std::string_view key) {
  auto value = json_text::find(payload, key);
  return value ? json_text::as_text(*value).value_or("") : "";
}

} // namespace

call_result terminal_state::change_mode(std::string_view payload) {
  auto set = json_text::find_member(payload, "mode");
  auto answer = [this](bool matched, size_t flushed) {
    return outcome{shared_bytes{json_object_writer{}
                                    .add("mode", to_string(messages.mode()))
                                    .add("flushed", flushed)
                                    .add("matched", matched)
                                    .add("revision", fmt::to_string(messages.revision()))
                                    .object()}};
  };
  if (!set)
    return answer(true, 0);
  auto to = to_delivery_mode(json_text::as_text(*set).value_or(""));
  if (!to)
    return malformed_for(request_flaw::mode,
                         "mode: expected auto_inject or manual_flush");
  std::optional<delivery_mode> expected;
  if (auto text = text_of(payload, "expected_mode"); !text.empty())
    if (expected = to_delivery_mode(text); !expected)
      return malformed_for(request_flaw::mode,
                           "expected_mode: expected auto_inject or manual_flush");
  std::optional<uint64_t> revision;
  if (auto member = json_text::find(payload, "expected_revision"))
    if (!json_text::is_null(*member)) {
      // A string of digits, so that no client rounds it; a number will do.
      auto text = json_text::as_text(*member).value_or(std::string{*member});
      auto number = json_text::as_integer(text);
      if (!number || *number < 0)
        return malformed_for(request_flaw::revision,
                             "expected_revision: expected a whole number in a string");
      revision = static_cast<uint64_t>(*number);
    }
  auto before = messages.mode();
  if (!messages.set_mode(*to, expected, revision))
    return answer(false, 0);
  auto held = before == delivery_mode::manual_flush && *to == delivery_mode::auto_inject
                  ? messages.flush()
                  : 0;
  if (before != *to)
    publish("agent_inbound_delivery_mode_changed",
            json_object_writer{}
                .add("previous_mode", to_string(before))
                .add("mode", to_string(*to)));
  deliver();
  return answer(true, held);
}

call_result terminal_state::list_pending() const {
  json_array_writer all;
  for (auto& m : messages.all())
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
  auto n = messages.flush();
  if (n > 0)
    publish("agent_pending_drained",
            json_object_writer{}.add("count", n).add("reason", "flush"));
  deliver();
  return outcome{shared_bytes{json_object_writer{}.add("flushed", n).object()}};
}

call_result terminal_state::send(std::string_view payload) {
  if (!json_text::is_object(payload))
    return malformed("expected an object with the members to and message");
  terminal_message m;
  for (auto key : {"message", "text", "body", "content"})
    if (m.body.empty())
      m.body = text_of(payload, key);
  if (m.body.empty())
    return malformed("message: expected a string that is not empty");
  if (m.body.size() > limits::terminal_message_bytes)
    return fault{code::payload_too_large,
                 "message: longer than " + std::to_string(limits::terminal_message_bytes)
                     + " bytes"};
  auto mode = text_of(payload, "mode");
  if (!mode.empty() && mode != "wait" && mode != "steer")
    return malformed("mode: expected wait or steer, not " + json_string(mode));
  m.steers = mode == "steer";
  m.from = text_of(payload, "from");
  m.queued_at_ms = wall_clock_ms();
  m.id = fmt::format("{}-{}-{}", full_name, who.incarnation, next_message++);
  auto id = m.id;
  auto queued_at = m.queued_at_ms;
  if (!messages.push(std::move(m)))
    return fault{code::busy,
                 std::to_string(messages.all().size()) + " messages wait for "
                     + shown_name,
                 {.retry_after = limits::terminal_retry}};
  publish("delivery_queued", json_object_writer{}
                                 .add("delivery_id", id)
                                 .add("event_id", id)
                                 .add("timestamp", queued_at));
  deliver();
  return outcome{
      shared_bytes{json_object_writer{}
                       .add("success", true)
                       .add("event_id", id)
                       .add("delivery_id", id)
                       .add("to", shown_name)
                       .add_json("targets", json_array_writer{}.add(shown_name).array())
                       .add("local", true)
                       .add("queued", messages.mode() == delivery_mode::manual_flush)
                       .object()}};
}

/// One message at a time: typed once the program is quiet, entered a moment later, and
/// done when its echo has been seen or waited for in vain.
void terminal_state::deliver() {
  auto m = messages.next();
  if (!process || stop_cause || (!m && progress == delivery::waiting))
    return;
  auto now = self->clock().now();
  auto wait_until = [&](steady_clock::time_point due) {
    if (now >= due)
      return false;
    if (!std::exchange(deliver_set, true))
      set_timer(timer::deliver, std::max(milliseconds{1}, ceil<milliseconds>(due - now)));
    return true;
  };
  auto& how = pool->config.terminal;
  if (progress == delivery::waiting) {
    if (wait_until(due(*m)))
      return;
    fresh = false;
    echo.emplace(m->body);
    echoed = kernel_echoed = false;
    kernel_echoes = process->kernel_echoes();
    if (!type(keystrokes(*m, marks_pastes))) {
      end_delivery("delivery_failed",
                   json_object_writer{}.add("reason", "the program does not read"));
      return deliver();
    }
    progress = delivery::typed;
    progressed = now;
  }
  if (progress == delivery::typed) {
    if (wait_until(progressed + how.pace))
      return;
    type("\r");
    progress = delivery::entered;
    progressed = now;
    is_unprovable = kernel_echoes && process->kernel_echoes();
    auto& id = messages.all().front().id;
    publish("delivery_injected", json_object_writer{}
                                     .add("delivery_id", id)
                                     .add("event_id", id)
                                     .add("timestamp", wall_clock_ms())
                                     .add("echo", is_unprovable ? "kernel" : "program"));
  }
  if (!is_echo_seen() && wait_until(progressed + limits::echo_patience))
    return;
  if (!is_echo_seen())
    end_delivery("delivery_failed", json_object_writer{}.add("reason", "not echoed"));
  else if (is_unprovable)
    forget_delivered(); // injected is all that is known of it
  else
    end_delivery("delivery_verified", json_object_writer{}.add("verification", "echo"));
  deliver();
}

bool terminal_state::is_echo_seen() const {
  return echoed || (is_unprovable && kernel_echoed);
}

/// What a program is sent before it has set up its terminal, it may throw away.
steady_clock::time_point terminal_state::due(const terminal_message& m) const {
  auto& how = pool->config.terminal;
  auto booted = launched + how.boot;
  if (printed == 0)
    return booted;
  if (m.steers)
    return last_output;
  auto quiet = last_output + how.settle;
  return fresh ? std::min(quiet, booted) : quiet;
}

void terminal_state::watch_echo(std::string_view output) {
  if (echoed || !echo->feed(output))
    return;
  if (kernel_echoes && !std::exchange(kernel_echoed, true)) {
    // That was the kernel's. The program's own may follow.
    echo->look_again();
    echoed = echo->feed({});
  } else {
    echoed = true;
  }
  if (progress == delivery::entered)
    set_timer(timer::deliver, milliseconds{1});
}

terminal_message terminal_state::forget_delivered() {
  echo.reset();
  progress = delivery::waiting;
  return messages.pop();
}

void terminal_state::end_delivery(std::string_view kind, const json_object_writer& more) {
  auto m = forget_delivered();
  publish(
      std::string{kind},
      json_object_writer{}.add("delivery_id", m.id).add("event_id", m.id).append(more));
}

void terminal_state::fail_messages(const std::string& reason) {
  while (!messages.all().empty())
    end_delivery("delivery_failed", json_object_writer{}.add("reason", reason));
}

} // namespace troupe::terminal
