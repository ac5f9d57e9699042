// What workers that speak goridge answer: which call it belongs to, and what its caller
// gets.

#include "protocol/base/json_appender.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/web/web_frame.hpp"
#include "protocol/wires/goridge.hpp"
#include "protocol/wires/goridge_payload.hpp"
#include "protocol/wires/web_json.hpp"
#include "protocol/wires/worker_fault.hpp"

#include <utility>

namespace troupe::wires {

namespace {

using namespace goridge_frame;

/// From this status on, the loop that RoadRunner's documentation shows tells an error
/// after its answer.
constexpr int64_t least_failure = 500;

/// Returns what an answer to a web call without a context stands for.
std::string plain_head() {
  return json_object_writer{}.add("status", 200).add_json("headers", "{}").object();
}

} // namespace

bool goridge::says_pid(std::string_view json) {
  if (!json_text::is_valid(json) || !json_text::is_object(json_text::trim(json)))
    return false;
  auto pid = json_text::find(json, "pid");
  return pid && json_text::as_integer(*pid);
}

bool goridge::says_stop(std::string_view json) {
  return json_text::is_valid(json) && json_text::is_object(json_text::trim(json))
         && json_text::find(json, "stop") == "true";
}

bool goridge::is_stop(const goridge_frame::frame& f, std::string_view context,
                      std::string_view body) {
  return (f.flags & error) == 0 && (f.stream_bits & stream) == 0 && body.empty()
         && says_stop(context);
}

frame::log_line goridge::error_beside_answer(std::string_view text) {
  return {"told an error beside its answer: " + std::string{text}, log_severity::warn};
}

void goridge::take_answer(const goridge_frame::frame& f, std::string_view context,
                          std::string_view body, std::vector<wire_frame>& out) {
  if (held_ && !replaces_held(f, context, body, out))
    return;
  auto id = *current_;
  if ((f.stream_bits & stream) != 0) {
    take_part(id, f, context, body, out);
  } else if ((f.flags & error) != 0) {
    end_call({{id, failure(fault{code::worker_error, std::string{body},
                                 worker_code(std::nullopt)})},
              true},
             form_.web, out);
  } else if (!streaming_ && is_stop(f, context, body)) {
    current_.reset();
    out.push_back(frame::retire{id});
  } else if (form_.web) {
    auto end = to_web_end(context, body);
    end_call({{id, std::move(end)}}, status_ >= least_failure, out);
  } else if (streaming_ && !form_.in_parts) {
    join(context, body, out);
    if (!broken_)
      end_call({{id, to_payload(f.flags, joined_context_, joined_body_)}}, false, out);
  } else {
    end_call({{id, to_payload(f.flags, context, body)}}, false, out);
  }
}

void goridge::take_part(slot_id id, const goridge_frame::frame& f,
                        std::string_view context, std::string_view body,
                        std::vector<wire_frame>& out) {
  streaming_ = true;
  if (form_.web)
    out.push_back(frame::chunk{id, to_web_part(context, body)});
  else if (form_.in_parts)
    out.push_back(frame::chunk{id, to_payload(f.flags, context, body)});
  else
    join(context, body, out);
}

bool goridge::replaces_held(const goridge_frame::frame& f, std::string_view context,
                            std::string_view body, std::vector<wire_frame>& out) {
  if (is_stop(f, context, body)) {
    release(out);
    out.push_back(frame::retire{});
    return false;
  }
  if ((f.flags & error) != 0) {
    out.push_back(error_beside_answer(body));
    return false;
  }
  if (held_->is_error && !streaming_) {
    // The error was about an earlier call, whose answer has left.
    out.push_back(error_beside_answer(held_->what.result.error().message));
    held_.reset();
    // While they stream, RoadRunner's workers pass over all but the word to stop.
    if ((f.stream_bits & stream) != 0)
      questions_ = 0;
    return true;
  }
  release(out);
  leaves_ = told_to_stop_;
  if (leaves_)
    out.push_back(frame::retire{});
  else
    lose("an answer came that no call waited for", out);
  return false;
}

void goridge::end_call(held_answer answer, bool doubtful, std::vector<wire_frame>& out) {
  if (doubtful && questions_ == 0) {
    std::string question;
    ask_for_pid(question);
    ++questions_;
    out.push_back(frame::reply{std::move(question)});
  }
  held_ = std::move(answer);
  if (questions_ == 0)
    release(out);
}

void goridge::release(std::vector<wire_frame>& out) {
  current_.reset();
  out.push_back(std::move(held_->what));
  held_.reset();
}

void goridge::join(std::string_view context, std::string_view body,
                   std::vector<wire_frame>& out) {
  joined_context_ += context;
  joined_body_ += body;
  if (joined_context_.size() + joined_body_.size() > max_frame_)
    lose("the parts of an answer are longer together than max_frame", out);
}

shared_bytes goridge::to_web_part(std::string_view context, std::string_view body) {
  // Workers say status and headers again with each part.
  if (status_ >= least_final_status)
    return web::join({{}, body});
  // A status that cannot be read is for whoever answers the request.
  status_ = context.empty() ? least_final_status
                            : status_in(context).value_or(least_final_status);
  return context.empty() ? web::join({plain_head(), body}) : web::join({context, body});
}

result<shared_bytes> goridge::to_web_end(std::string_view context,
                                         std::string_view body) {
  if (status_ >= least_final_status || context.empty())
    return to_web_part(context, body);
  status_ = status_in(context).value_or(0);
  if (status_ < least_final_status)
    return failure(
        code::protocol_error,
        "the answer to a web request: expected a context with a status from 200, not '"
            + printable(context.substr(0, 100)) + "'");
  return web::join({context, body});
}

shared_bytes goridge::to_payload(uint8_t flags, std::string_view context,
                                 std::string_view body) const {
  std::string out;
  if (!form_.both) {
    append_json(out, body, form_.body_is_text);
    return shared_bytes{std::move(out)};
  }
  // The bits of the codec are those of the context: the body is bytes.
  auto context_is_text = form_.context_is_text && (flags & json) == 0;
  json_object_appender{out}
      .add_with<"context">(
          [&](std::string& to) { append_json(to, context, context_is_text); })
      .add_with<"body">(
          [&](std::string& to) { append_json(to, body, form_.body_is_text); })
      .end();
  return shared_bytes{std::move(out)};
}

} // namespace troupe::wires
