#include "broker/front/relay_errors.hpp"

#include "protocol/base/json_text.hpp"

namespace troupe::front {

namespace {

/// The words for malformed requests, as the fault names them in `reason`. A word must
/// outlive the fault.
constexpr std::string_view relay_reasons[] = {"invalid_format", "invalid_mode",
                                              "invalid_revision"};

std::string_view reason_of(const fault& why) {
  auto object = "{" + why.details + "}";
  auto text = json_text::as_text(json_text::find(object, "reason").value_or("null"));
  for (auto known : relay_reasons)
    if (text == known)
      return known;
  return "invalid_request";
}

std::string_view message_of(const fault& why) {
  return why.message.empty() ? info(why.what).summary : std::string_view{why.message};
}

std::string members_with(std::string_view code, bool retryable, const fault& why) {
  std::string out = "\"code\":\"" + std::string{code}
                    + "\",\"message\":" + json_string(message_of(why))
                    + ",\"retryable\":" + (retryable ? "true" : "false");
  json_text::append_members(out, why.details);
  return out;
}

bool is_not_found(const fault& why) {
  return why.what == code::pool_not_found || why.what == code::worker_not_found;
}

} // namespace

relay_word to_relay_word(const fault& why) {
  switch (why.what) {
    case code::bad_request:
      return {reason_of(why), 400, false};
    case code::pool_not_found:
    case code::worker_not_found:
      return {"agent_not_found", 404, false};
    case code::busy:
      return {"pty_write_queue_full", 503, true};
    case code::timeout:
    case code::queue_timeout:
      return {"worker_timeout", 504, true};
    case code::worker_died:
    case code::unavailable:
      return {"worker_disappeared", 503, false};
    case code::internal:
      return {"internal_error", 500, false};
    default: {
      auto& own = info(why.what);
      return {own.name, own.http_status, own.retryable};
    }
  }
}

std::string relay_error_members(error_words words, const fault& why) {
  if (words == error_words::relay) {
    auto word = to_relay_word(why);
    return members_with(word.name, word.retryable, why);
  }
  if (words == error_words::own)
    return to_json_members(why);
  auto own = is_not_found(why) ? members_with("agent_not_found", false, why)
                               : to_json_members(why);
  return "\"success\":false,\"error\":" + json_string(message_of(why)) + "," + own;
}

unsigned relay_error_status(error_words words, const fault& why) {
  return words == error_words::relay ? to_relay_word(why).status
                                     : info(why.what).http_status;
}

} // namespace troupe::front
