#include "actors/terminal/terminal.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/payload_bytes.hpp"
#include "protocol/terminal/screen.hpp"

#include <algorithm>
#include <array>

namespace troupe::terminal {

namespace {

std::optional<int64_t> number_of(std::string_view payload, std::string_view key) {
  auto value = json_text::find_member(payload, key);
  return value ? json_text::as_integer(*value) : std::nullopt;
}

/// A kind of call that a terminal answers.
struct terminal_call {
  std::string_view kind;
  /// Returns the answer, or nothing where it follows.
  std::optional<call_result> (*run)(terminal_state& t, ticket_id ticket,
                                    std::string_view payload);
};

template <call_result (terminal_state::*Function)(std::string_view)>
std::optional<call_result> with_payload(terminal_state& t, ticket_id,
                                        std::string_view payload) {
  return (t.*Function)(payload);
}

template <auto Function>
std::optional<call_result> without_payload(terminal_state& t, ticket_id,
                                           std::string_view) {
  return (t.*Function)();
}

template <std::optional<call_result> (terminal_state::*Function)(ticket_id,
                                                                 std::string_view)>
std::optional<call_result> answered_later(terminal_state& t, ticket_id ticket,
                                          std::string_view payload) {
  return (t.*Function)(ticket, payload);
}

/// Every kind there is: a new one adds its row.
constexpr std::array terminal_kinds = {
    terminal_call{"flush", without_payload<&terminal_state::flush>},
    terminal_call{"info", without_payload<&terminal_state::describe>},
    terminal_call{"input", answered_later<&terminal_state::input>},
    terminal_call{"mode", with_payload<&terminal_state::change_mode>},
    terminal_call{"model", with_payload<&terminal_state::set_model>},
    terminal_call{"pending", without_payload<&terminal_state::list_pending>},
    terminal_call{"resize", with_payload<&terminal_state::resize>},
    terminal_call{"send", with_payload<&terminal_state::send>},
    terminal_call{"snapshot", answered_later<&terminal_state::snapshot>},
    terminal_call{"subscribe", with_payload<&terminal_state::subscribe>},
    terminal_call{"unsubscribe", with_payload<&terminal_state::unsubscribe>},
    terminal_call{"usage", answered_later<&terminal_state::show_usage>},
};

fault unknown_kind(const std::string& kind) {
  std::string all;
  for (auto& row : terminal_kinds)
    all += (all.empty() ? "" : ", ") + std::string{row.kind};
  return {code::bad_request, "a terminal knows no '" + kind + "'; it knows " + all};
}

} // namespace

caf::result<outcome> terminal_state::run(job& j) {
  if (!process || ending.has_begun())
    return to_error({code::unavailable, full_name + " takes no call now"});
  if (j.form != payload_form::json)
    return to_error(takes_no_web(pool->config.name));
  counters.calls += !j.is_look;
  auto kind = json_text::unescape(j.kind.view());
  auto payload = j.payload.view();
  auto promise = self->make_response_promise<outcome>();
  open.emplace(j.ticket, promise);
  auto row = std::find_if(terminal_kinds.begin(), terminal_kinds.end(),
                          [&](auto& r) { return r.kind == kind; });
  auto result = row == terminal_kinds.end()
                    ? std::optional<call_result>{failure(unknown_kind(kind))}
                    : row->run(*this, j.ticket, payload);
  if (result)
    settle(j.ticket, std::move(*result));
  return promise;
}

void terminal_state::settle(ticket_id ticket, call_result result) {
  auto i = open.find(ticket);
  if (i == open.end())
    return;
  auto promise = std::move(i->second);
  open.erase(i);
  if (result) {
    result->worker = reports.name();
    promise.deliver(*std::move(result));
  } else {
    promise.deliver(to_error(result.error()));
  }
}

/// A cancelled call's text is not typed, as far as it has not been yet.
caf::result<atom::released> terminal_state::cancel(ticket_id ticket) {
  settle(ticket, failure(fault{code::cancelled}));
  if (process)
    if (auto taken = inputs.cancel(ticket, written()))
      process->outbox().erase(taken->offset, taken->length);
  return atom::released_v;
}

bool terminal_state::type(std::string_view bytes) {
  if (!process || process->lost_input() > 0
      || process->outbox().size() + bytes.size() > limits::terminal_input)
    return false;
  process->outbox() += bytes;
  inputs.type(bytes.size());
  process->commit();
  return true;
}

std::optional<call_result> terminal_state::input(ticket_id ticket,
                                                 std::string_view payload) {
  auto data = json_text::text_member(payload, "data");
  if (auto coded = json_text::text_member(payload, "data_base64"); coded && !data) {
    data = from_base64(*coded);
    if (!data)
      return failure(malformed("data_base64: expected padded base64"));
  }
  if (!data)
    return failure(malformed("data: expected a string (or data_base64)"));
  if (process->lost_input() > 0)
    return failure(hung_up());
  activity.use(now());
  auto begin = inputs.position();
  if (inputs.size() >= limits::terminal_inputs || !type(*data))
    return failure(fault{code::busy,
                         shown_name + " does not read what is typed: "
                             + std::to_string(process->outbox().size()) + " bytes wait",
                         {.retry_after = limits::terminal_retry}});
  inputs.add(ticket, begin);
  if (data->empty())
    on_written();
  return std::nullopt;
}

std::optional<call_result> terminal_state::snapshot(ticket_id ticket,
                                                    std::string_view payload) {
  screen_view view;
  auto wanted = json_text::find_member(payload, "format").value_or("null");
  auto format =
      json_text::is_absent(wanted) ? "plain" : json_text::as_text(wanted).value_or("");
  if (format != "plain" && format != "ansi")
    return failure(
        malformed_for(request_flaw::format,
                      "format: expected plain or ansi, not " + std::string{wanted}));
  view.format = format == "ansi" ? screen_format::ansi : screen_format::plain;
  auto asked = json_text::find_member(payload, "scrollback").value_or("0");
  auto lines =
      json_text::is_absent(asked) ? 0 : json_text::as_integer(asked).value_or(-1);
  if (lines < 0)
    return failure(malformed("scrollback: expected a number of lines"));
  view.scrollback = static_cast<uint32_t>(std::min<int64_t>(lines, 1'000'000));
  self->request(screen, caf::infinite, view)
      .then([this, ticket](outcome& shown) { settle(ticket, std::move(shown)); },
            [this, ticket](caf::error& e) { settle(ticket, failure(to_fault(e))); });
  return std::nullopt;
}

call_result terminal_state::resize(std::string_view payload) {
  auto client = json_text::text_member(payload, "session_id").value_or("");
  if (client.find_first_not_of(" \t\r\n") == std::string::npos)
    client.clear();
  auto rows = number_of(payload, "rows").value_or(0);
  auto columns = number_of(payload, "cols").value_or(0);
  auto good = rows >= 1 && rows <= vt::screen::largest && columns >= 1
              && columns <= vt::screen::largest;
  auto change = [&] {
    auto same = size.rows == rows && size.columns == columns;
    size.rows = static_cast<uint16_t>(rows);
    size.columns = static_cast<uint16_t>(columns);
    if (!same) {
      self->send(screen, atom::resize_v, size.rows, size.columns);
      process->resize(size.rows, size.columns);
      publish("agent_resized", {{"rows", rows}, {"cols", columns}});
    }
    return !same;
  };
  auto releases = json_text::flag_member(payload, "release");
  auto takes = json_text::flag_member(payload, "take");
  for (auto read : {&releases, &takes})
    if (!*read)
      return failure(read->error());
  if (*releases) {
    auto held = lease.release(client);
    auto changed = held && good && change();
    return outcome{shared_bytes{json_object_writer{}
                                    .add("name", shown_name)
                                    .add("released", held)
                                    .add("resized", changed)
                                    .object()}};
  }
  if (!good)
    return failure(malformed("rows, cols: expected two numbers from 1 to "
                             + std::to_string(vt::screen::largest)));
  std::string reason;
  auto before = lease.holder();
  activity.use(now());
  if (!lease.take(client, *takes, now()))
    reason = "not_resize_owner";
  else if (!change() && !client.empty() && client == before)
    reason = "unchanged"; // its owner says that it is there
  if (lease.holder() != before)
    publish("agent_driver_changed", {{"session_id", lease.holder()}});
  json_object_writer out;
  out.add("name", shown_name)
      .add("rows", rows)
      .add("cols", columns)
      .add("applied", reason.empty());
  if (!reason.empty())
    out.add("reason", reason);
  return outcome{shared_bytes{out.object()}};
}

call_result terminal_state::describe() const {
  auto& config = pool->config;
  json_array_writer arguments;
  for (size_t i = 1; i < config.command.size(); ++i)
    arguments.add(config.command[i]);
  auto idle = std::chrono::duration_cast<milliseconds>(now() - activity.last_output());
  return outcome{shared_bytes{
      json_object_writer{}
          .add("name", shown_name)
          .add("worker", full_name)
          .add("runtime", "pty")
          .add("runtime_kind", "pty")
          .add("cli", config.command.at(0))
          .add_json("args", arguments.array())
          .add("cwd", config.cwd.string())
          .add("pid", pid)
          .add("parent", nullptr)
          .add("rows", size.rows)
          .add("cols", size.columns)
          .add_json("driver", lease.is_held(now()) ? json_string(lease.holder()) : "null")
          .add("offset", activity.printed())
          .add("last_activity_ms", activity.printed() > 0 ? idle.count() : 0)
          .add("pending_messages", delivery.messages.all().size())
          .add("delivery_mode", to_string(delivery.messages.mode()))
          .append(agent_members())
          .object()}};
}

} // namespace troupe::terminal
