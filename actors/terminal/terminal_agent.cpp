#include "actors/terminal/terminal.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>

/// What clients of agent-relay's broker expect of an agent, beside the terminal itself.
namespace troupe::terminal {

namespace {

using std::chrono::ceil;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Returns the time that was `ago`, in UTC, as in RFC 3339.
std::string time_before(milliseconds ago) {
  auto then = std::chrono::system_clock::now() - ago;
  auto ms = duration_cast<milliseconds>(then.time_since_epoch()) % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(then)), ms.count());
}

/// Names of channels differ by more than the case of their letters.
bool is_same_channel(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x))
           == std::tolower(static_cast<unsigned char>(y));
  });
}

bool is_channel_among(const std::vector<std::string>& all, const std::string& one) {
  return std::any_of(all.begin(), all.end(),
                     [&](auto& c) { return is_same_channel(c, one); });
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

/// Reads `channels`; returns what is wrong with it.
std::optional<fault> read_channels(std::string_view payload,
                                   std::vector<std::string>& out) {
  auto wrong = malformed("channels: expected an array of names");
  auto list = json_text::find_member(payload, "channels");
  if (!list || !list->starts_with('['))
    return wrong;
  json_text::element_reader reader{*list};
  while (auto element = reader.next()) {
    auto name = json_text::as_text(*element);
    if (!name || name->empty() || name->size() > limits::channel_name_bytes)
      return wrong;
    out.push_back(std::move(*name));
  }
  return std::nullopt;
}

} // namespace

json_object_writer terminal_state::agent_members() const {
  auto& request = pool->config.terminal.request;
  auto now = self->clock().now();
  auto active = std::max(launched, last_output);
  json_object_writer out;
  out.add_json("model", text_or_null(model))
      .add_json("team", text_or_null(request.team))
      .add_json("channels", to_json_array(channels))
      .add("sessionId", nullptr)
      .add("provider", nullptr)
      .add("current_state", silence_told ? "idle" : "working")
      .add("context_budget_pct", nullptr)
      .add("last_activity_at", time_before(duration_cast<milliseconds>(now - active)))
      .add("uptime_secs", duration_cast<seconds>(now - launched).count());
  return out;
}

std::optional<call_result> terminal_state::show_usage(uint64_t ticket, std::string_view) {
  self->request(pool->sampler, caf::infinite, atom::sample_v, int32_t{pid})
      .then(
          [this, ticket](uint64_t bytes) {
            auto up = duration_cast<seconds>(self->clock().now() - launched);
            settle(ticket, outcome{shared_bytes{json_object_writer{}
                                                    .add("name", shown_name)
                                                    .add("pid", pid)
                                                    .add("memory_bytes", bytes)
                                                    .add("uptime_secs", up.count())
                                                    .object()}});
          },
          [this, ticket](caf::error& e) { settle(ticket, to_fault(e)); });
  return std::nullopt;
}

call_result terminal_state::set_model(std::string_view payload) {
  auto wanted =
      without_controls(json_text::text_member(payload, "model").value_or(""), ' ');
  auto first = wanted.find_first_not_of(' ');
  if (first == std::string::npos || wanted.size() > limits::channel_name_bytes)
    return malformed("model: expected the name of a model");
  wanted = wanted.substr(first, wanted.find_last_not_of(' ') - first + 1);
  if (!type("/model " + wanted + "\r"))
    return fault{code::busy,
                 shown_name + " does not read what is typed",
                 {.retry_after = limits::terminal_retry}};
  model = wanted;
  return outcome{shared_bytes{json_object_writer{}
                                  .add("name", shown_name)
                                  .add("model", model)
                                  .add("success", true)
                                  .add("accepted", true)
                                  .add("pending", true)
                                  .object()}};
}

call_result terminal_state::subscribe(std::string_view payload) {
  std::vector<std::string> wanted;
  if (auto wrong = read_channels(payload, wanted))
    return std::move(*wrong);
  std::vector<std::string> added;
  for (auto& c : wanted)
    if (!is_channel_among(channels, c) && !is_channel_among(added, c))
      added.push_back(std::move(c));
  if (channels.size() + added.size() > limits::terminal_channels)
    return malformed("channels: at most " + std::to_string(limits::terminal_channels)
                     + " for one terminal");
  channels.insert(channels.end(), added.begin(), added.end());
  if (!added.empty())
    publish("channel_subscribed",
            json_object_writer{}.add_json("channels", to_json_array(added)));
  return answer_with_channels(shown_name, channels);
}

call_result terminal_state::unsubscribe(std::string_view payload) {
  std::vector<std::string> unwanted;
  if (auto wrong = read_channels(payload, unwanted))
    return std::move(*wrong);
  std::vector<std::string> removed;
  std::erase_if(channels, [&](auto& c) {
    auto goes = is_channel_among(unwanted, c);
    if (goes)
      removed.push_back(c);
    return goes;
  });
  if (!removed.empty())
    publish("channel_unsubscribed",
            json_object_writer{}.add_json("channels", to_json_array(removed)));
  return answer_with_channels(shown_name, channels);
}

/// Output ends a silence, and the next one is told again. A message that is being typed
/// is no silence.
void terminal_state::check_silence() {
  auto after = pool->config.terminal.idle_after;
  auto since = std::max(launched, last_output);
  auto left = ceil<milliseconds>(since + after - self->clock().now());
  if (progress != delivery::waiting)
    left = std::max<milliseconds>(left, limits::echo_patience);
  if (left.count() > 0)
    return set_timer(timer::silence, left);
  if (std::exchange(silence_told, true))
    return;
  auto silent = duration_cast<milliseconds>(self->clock().now() - since);
  publish("agent_idle", json_object_writer{}
                            .add("idle_secs", duration_cast<seconds>(silent).count())
                            .add("since", time_before(silent)));
}

} // namespace troupe::terminal
