#include "actors/terminal/terminal.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/utc_timestamp.hpp"

#include <algorithm>

/// What clients of agent-relay's broker expect of an agent, beside the terminal itself.
namespace troupe::terminal {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string time_before(milliseconds ago) {
  return utc_timestamp(std::chrono::system_clock::now() - ago);
}

std::string text_or_null(const std::string& text) {
  return text.empty() ? "null" : json_string(text);
}

/// Returns the answer to a change of the channels.
outcome answer_with_channels(const std::string& name,
                             const std::vector<std::string>& channels) {
  return outcome{shared_bytes{json_object_writer{}
                                  .add("name", name)
                                  .add_json("channels", to_json_array(channels))
                                  .object()}};
}

/// Returns the names in `channels`, or what is wrong with it.
result<std::vector<std::string>> read_channels(std::string_view payload) {
  auto wrong = failure(malformed("channels: expected an array of names"));
  auto list = json_text::find_member(payload, "channels");
  if (!list || !json_text::is_array(*list))
    return wrong;
  std::vector<std::string> out;
  json_text::element_reader reader{*list};
  while (auto element = reader.next()) {
    auto name = json_text::as_text(*element);
    if (!name || name->empty() || name->size() > limits::channel_name_bytes)
      return wrong;
    out.push_back(std::move(*name));
  }
  return out;
}

} // namespace

json_object_writer terminal_state::agent_members() const {
  auto& request = pool->config.terminal.request;
  auto idle = duration_cast<milliseconds>(now() - activity.last_active());
  json_object_writer out;
  out.add_json("model", text_or_null(agent.model))
      .add_json("team", text_or_null(request.team))
      .add_json("channels", to_json_array(agent.channels()))
      .add("sessionId", nullptr)
      .add("provider", nullptr)
      .add("current_state", activity.is_silent() ? "idle" : "working")
      .add("context_budget_pct", nullptr)
      .add("last_activity_at", time_before(idle))
      .add("uptime_secs", duration_cast<seconds>(now() - activity.launched()).count());
  return out;
}

std::optional<call_result> terminal_state::show_usage(ticket_id ticket,
                                                      std::string_view) {
  self->request(pool->observed.sampler, caf::infinite, atom::sample_v, int32_t{pid})
      .then(
          [this, ticket](const os::tree_usage& uses) {
            auto up = duration_cast<seconds>(now() - activity.launched());
            settle(ticket,
                   outcome{shared_bytes{json_object_writer{}
                                            .add("name", shown_name)
                                            .add("pid", pid)
                                            .add("memory_bytes", uint64_t{uses.memory})
                                            .add("uptime_secs", up.count())
                                            .object()}});
          },
          [this, ticket](caf::error& e) { settle(ticket, failure(to_fault(e))); });
  return std::nullopt;
}

call_result terminal_state::set_model(std::string_view payload) {
  auto wanted =
      without_controls(json_text::text_member(payload, "model").value_or(""), ' ');
  auto first = wanted.find_first_not_of(' ');
  if (first == std::string::npos || wanted.size() > limits::channel_name_bytes)
    return failure(malformed("model: expected the name of a model"));
  wanted = wanted.substr(first, wanted.find_last_not_of(' ') - first + 1);
  if (!type("/model " + wanted + "\r"))
    return failure(fault{code::busy,
                         shown_name + " does not read what is typed",
                         {.retry_after = limits::terminal_retry}});
  agent.model = wanted;
  return outcome{shared_bytes{json_object_writer{}
                                  .add("name", shown_name)
                                  .add("model", agent.model)
                                  .add("success", true)
                                  .add("accepted", true)
                                  .add("pending", true)
                                  .object()}};
}

call_result terminal_state::subscribe(std::string_view payload) {
  auto wanted = read_channels(payload);
  if (!wanted)
    return failure(std::move(wanted).error());
  auto added = agent.missing(*std::move(wanted));
  if (agent.channels().size() + added.size() > limits::terminal_channels)
    return failure(malformed("channels: at most "
                             + std::to_string(limits::terminal_channels)
                             + " for one terminal"));
  agent.subscribe(added);
  if (!added.empty())
    publish("channel_subscribed", {{"channels", added}});
  return answer_with_channels(shown_name, agent.channels());
}

call_result terminal_state::unsubscribe(std::string_view payload) {
  auto unwanted = read_channels(payload);
  if (!unwanted)
    return failure(std::move(unwanted).error());
  auto removed = agent.unsubscribe(*unwanted);
  if (!removed.empty())
    publish("channel_unsubscribed", {{"channels", removed}});
  return answer_with_channels(shown_name, agent.channels());
}

/// Output ends a silence, and the next one is told again. A message that is being typed
/// is no silence.
void terminal_state::check_silence() {
  auto left = activity.left_until_silent(pool->config.terminal.idle_after, now());
  if (delivery.is_under_way())
    left = std::max<milliseconds>(left, limits::echo_patience);
  if (left.count() > 0)
    return set_timer(timer::silence, left);
  if (!activity.must_tell_silence())
    return;
  auto silent = duration_cast<milliseconds>(now() - activity.last_active());
  publish("agent_idle", {{"idle_secs", duration_cast<seconds>(silent).count()},
                         {"since", time_before(silent)}});
}

} // namespace troupe::terminal
