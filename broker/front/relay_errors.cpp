#include "broker/front/relay_errors.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::front {

namespace {

std::string_view reason_of(const fault& why) {
  return why.details.flaw ? word_for(*why.details.flaw) : "invalid_request";
}

std::string_view message_of(const fault& why) {
  return why.message.empty() ? info(why.what).summary : std::string_view{why.message};
}

std::string members_with(std::string_view code, bool retryable, const fault& why) {
  json_object_writer out;
  out.add("code", code)
      .add("message", message_of(why))
      .add("retryable", retryable)
      .append(to_json_members(why.details));
  return out.members();
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
  json_object_writer out;
  out.add("success", false).add("error", message_of(why)).append(own);
  return out.members();
}

unsigned relay_error_status(error_words words, const fault& why) {
  return words == error_words::relay ? to_relay_word(why).status
                                     : info(why.what).http_status;
}

} // namespace troupe::front
