#include "protocol/wires/session_lines.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/semantic_version.hpp"
#include "protocol/wires/worker_fault.hpp"

#include <utility>

namespace troupe::wires {

namespace {

/// Returns what was written as one line.
std::string to_line(json_object_writer& request) {
  auto line = request.object();
  json_text::join_lines(line, 0);
  return line += '\n';
}

/// Returns a member of a JSON value, or null where it has none.
std::string_view member_of(std::string_view value, std::string_view key) {
  if (!json_text::is_object(value))
    return "null";
  return json_text::find(value, key).value_or("null");
}

std::string text_of(std::string_view error) {
  if (json_text::is_null(error) || error.empty())
    return "the worker gave no reason";
  return json_text::as_text(error).value_or(std::string{error});
}

tl::unexpected<fault> malformed_payload(const std::string& why) {
  return failure(malformed("payload: " + why));
}

/// Returns the line that gives one response, or nothing where it is none.
std::optional<std::string> response_line(std::string_view session,
                                         std::string_view response) {
  if (!json_text::is_object(response) || !json_text::find(response, "response"))
    return std::nullopt;
  json_object_writer request;
  request.add("op", "continue").add_json("sid", session);
  for (auto key : {"response", "query_id", "usage"})
    if (auto value = json_text::find(response, key))
      request.add_json(key, *value);
  return to_line(request);
}

std::string excerpt(std::string_view text) {
  return std::string{text.substr(0, 100)};
}

} // namespace

wire_kind session_lines::kind() {
  return {.traits = {.name = "session", .child_listens = true, .most_window = 1},
          .make = &make};
}

std::unique_ptr<wire> session_lines::make(const config::pool& pool) {
  return std::make_unique<session_lines>(pool.max_frame);
}

// -- to the worker -----------------------------------------------------------------

void session_lines::send_handshake(std::string& out, const handshake& g) {
  handshake_ = g;
  due_ = request{op::handshake, {}, false};
  out += to_line(json_object_writer{}.add("op", "handshake").add("version", g.version));
}

result<> session_lines::send_call(std::string& out, slot_id id, std::string_view kind,
                                  std::string_view payload, const call_terms&) {
  if (due_)
    return failure(code::busy, "the worker has yet to answer what it was asked before");
  auto plain = json_text::unescape(kind);
  result<> sent;
  if (plain == "run") {
    due_ = request{op::run, id, false};
    sent = send_run(out, payload);
  } else if (plain == "continue") {
    due_ = request{op::resume, id, !json_text::is_null(member_of(payload, "session_id"))};
    sent = send_responses(out, payload);
  } else if (plain == "status") {
    due_ = request{op::status, id, false};
    out += to_line(json_object_writer{}.add("op", "status"));
  } else {
    sent = failure(malformed("kind: a session's worker knows run, continue and status,"
                             " not "
                             + json_string(plain)));
  }
  if (!sent)
    due_.reset();
  return sent;
}

result<> session_lines::send_run(std::string& out, std::string_view payload) {
  payload = json_text::trim(payload);
  if (!json_text::is_object(payload))
    return malformed_payload("run wants an object such as {\"code\":…,\"ctx\":…}");
  json_object_writer run;
  run.add("op", "run");
  std::string buffer;
  json_text::member_reader reader{payload};
  while (auto m = reader.next()) {
    auto key = json_text::plain_key(m->key, buffer);
    if (key != "op" && key != "session_id")
      run.add_spelled(m->key, m->value);
  }
  out += to_line(run);
  return {};
}

result<> session_lines::send_responses(std::string& out, std::string_view payload) {
  payload = json_text::trim(payload);
  if (!json_text::is_object(payload))
    return malformed_payload("continue wants an object with response or responses");
  if (json_text::is_null(session_))
    return failure(code::conflict, "there is no session in this worker to continue");
  std::deque<std::string> lines;
  auto list = json_text::find(payload, "responses");
  if (!list) {
    auto line = response_line(session_, payload);
    if (!line)
      return malformed_payload("response: expected what the worker is answered");
    out += *line;
    return {};
  }
  if (!json_text::is_array(*list))
    return malformed_payload("responses: expected an array");
  json_text::element_reader reader{*list};
  while (auto element = reader.next()) {
    auto line = response_line(session_, *element);
    if (!line)
      return malformed_payload("responses: " + std::to_string(lines.size())
                               + ": expected an object with response");
    lines.push_back(std::move(*line));
  }
  if (lines.empty())
    return malformed_payload("responses: expected at least one");
  out += lines.front();
  lines.pop_front();
  further_ = std::move(lines);
  return {};
}

void session_lines::send_stop(std::string& out, std::string_view,
                              std::chrono::milliseconds) {
  out += to_line(json_object_writer{}.add("op", "shutdown"));
}

// -- from the worker ---------------------------------------------------------------

void session_lines::feed(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (broken_)
    return;
  auto framed = lines_.feed(bytes, [&](const shared_bytes& line) {
    if (!broken_)
      take_line(line, out);
  });
  if (!framed && !broken_)
    lose(out, "a line is longer than max_frame");
}

std::optional<session_lines::answer_line>
session_lines::read_answer(const shared_bytes& line) {
  auto text = json_text::trim(line.view());
  if (!json_text::is_valid(text) || !json_text::is_object(text))
    return std::nullopt;
  answer_line a{line, false, {}, {}};
  auto has_ok = false;
  std::string buffer;
  json_text::member_reader reader{text};
  while (auto m = reader.next()) {
    auto key = json_text::plain_key(m->key, buffer);
    if (key == "ok") {
      auto ok = json_text::as_bool(m->value);
      has_ok = ok.has_value();
      a.ok = ok.value_or(false);
    } else if (key == "data") {
      a.data = m->value;
    } else if (key == "error") {
      a.error = m->value;
    }
  }
  return has_ok ? std::optional{std::move(a)} : std::nullopt;
}

void session_lines::take_line(const shared_bytes& line, std::vector<wire_frame>& out) {
  if (json_text::trim(line.view()).empty())
    return append_nothing(out, line.size());
  auto a = read_answer(line);
  auto handshake = due_ && (due_->what == op::handshake || due_->what == op::look);
  if (!a && handshake)
    refuse(out, code::handshake_failed,
           "the worker answered the handshake with '" + excerpt(line.view()) + "'");
  else if (!a && !due_)
    out.push_back(frame::stray{line});
  else if (!a) // whether an answer follows cannot be known, so none could be believed
    lose(out, "the worker answered with '" + excerpt(line.view()) + "'");
  else if (!due_)
    lose(out, "an answer came that no call waited for");
  else if (due_->what == op::handshake)
    take_handshake(*a, out);
  else if (due_->what == op::look)
    take_look(*a, out);
  else if (!a->ok)
    take_error(*a, out);
  else if (due_->what == op::status)
    settle(out, a->data.empty() ? null_payload() : line.cut(a->data));
  else
    take_feed(*a, out);
}

void session_lines::take_error(const answer_line& a, std::vector<wire_frame>& out) {
  auto failed = *due_;
  settle(out,
         failure(fault{code::worker_error, text_of(a.error), worker_code("session")}));
  // A session that refused a response may still be there, in the way of the next.
  if (failed.of_session)
    out.push_back(frame::retire{failed.id});
}

void session_lines::take_handshake(const answer_line& a, std::vector<wire_frame>& out) {
  if (!a.ok)
    return refuse(out, code::handshake_failed,
                  "the worker refused the handshake: " + text_of(a.error));
  auto version = json_text::as_text(member_of(a.data, "version"));
  if (!version)
    return refuse(out, code::handshake_failed,
                  "the worker answered the handshake with '" + excerpt(a.line.view())
                      + "', which names no version");
  if (!version_will_do(handshake_.version, handshake_.compatible, *version))
    return refuse(out, code::version_mismatch,
                  "the worker is of version " + *version + ", this node wants "
                      + (handshake_.compatible ? "^" : "") + handshake_.version);
  version_ = std::move(*version);
  // A worker that outlived another node may have a session in it.
  due_ = request{op::look, {}, false};
  out.push_back(frame::reply{to_line(json_object_writer{}.add("op", "status"))});
}

void session_lines::take_look(const answer_line& a, std::vector<wire_frame>& out) {
  due_.reset();
  if (a.ok && member_of(a.data, "has_session") == "true")
    session_ = member_of(a.data, "session_id");
  frame::ready r;
  r.window = 1;
  r.has_session = !json_text::is_null(session_);
  r.version = version_;
  out.push_back(std::move(r));
}

void session_lines::take_feed(const answer_line& a, std::vector<wire_frame>& out) {
  auto result = member_of(a.data, "feed_result");
  auto part = [&](std::string_view key) { return member_of(result, key); };
  if (auto id = member_of(a.data, "session_id"); !json_text::is_null(id))
    session_ = id;
  if (auto paused = part("Paused"); json_text::is_object(paused)) {
    settle(out, a.line.cut(paused), step_result::paused);
  } else if (auto finished = part("Finished"); json_text::is_object(finished)) {
    session_ = "null";
    settle(out, a.line.cut(finished), step_result::concluded);
  } else if (json_text::is_null(part("Accepted"))) {
    settle(out, failure(code::protocol_error,
                        "the worker answered neither Paused, Accepted nor Finished: "
                            + excerpt(a.line.view())));
  } else if (further_.empty()) {
    settle(out, failure(fault{code::worker_error,
                              "the worker accepted every response and waits for more",
                              worker_code("session")}));
  } else {
    out.push_back(frame::reply{std::move(further_.front())});
    further_.pop_front();
  }
}

void session_lines::refuse(std::vector<wire_frame>& out, code what, std::string why) {
  due_.reset();
  broken_ = true; // it is no conversation
  out.push_back(frame::refused{{what, std::move(why)}});
}

void session_lines::settle(std::vector<wire_frame>& out, result<shared_bytes> how,
                           step_result s) {
  further_.clear();
  out.push_back(frame::answer{due_->id, std::move(how), s});
  due_.reset();
}

void session_lines::lose(std::vector<wire_frame>& out, std::string why) {
  broken_ = true;
  out.push_back(frame::broken{std::move(why)});
}

} // namespace troupe::wires
