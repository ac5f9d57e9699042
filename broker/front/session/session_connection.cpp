#include "broker/front/session/session_connection.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/semantic_version.hpp"
#include "protocol/base/session_state.hpp"

namespace troupe::front::session {

namespace {

constexpr std::string_view run_op = "session.run";
constexpr std::string_view continue_op = "session.continue";
constexpr std::string_view status_op = "session.status";
constexpr std::string_view stop_op = "session.stop";

/// Returns the members of a request but for those that are the protocol's own.
json_object_writer operands(std::string_view request) {
  json_object_writer out;
  std::string buffer;
  json_text::member_reader members{request};
  while (auto m = members.next()) {
    auto key = json_text::plain_key(m->key, buffer);
    if (key == "op" || key == "sid" || key == "pool" || key == "name"
        || key == "session_id" || key == "traceparent" || key == "tracestate")
      continue;
    out.add_spelled(m->key, m->value);
  }
  return out;
}

/// Returns the trace that a request gives, or null.
trace_context_ptr read_trace(std::string_view request) {
  auto text = [request](std::string_view key) {
    return json_text::text_member(request, key).value_or("");
  };
  return trace_context::parse(text("traceparent"), text("tracestate"));
}

/// Returns the payload that names a session and nothing else.
std::string payload_for(const std::string& session) {
  return json_object_writer{}.add("session_id", session).object();
}

json_object_writer of_kind(std::string_view kind) {
  json_object_writer out;
  out.add("kind", kind);
  return out;
}

/// Returns the object that answers a request.
/// @param data, error JSON.
std::string to_reply(bool ok, std::string_view data, std::string_view error) {
  return json_object_writer{}
      .add("ok", ok)
      .add_json("data", data)
      .add_json("error", error)
      .object();
}

/// Returns a line that refuses a request.
std::string refusal_line(std::string_view why, std::string_view data) {
  return to_reply(false, data, json_string(why)) + '\n';
}

/// Returns the state of the session that SESSIONS has described, if that has not ended.
std::optional<session_state> find_living(std::string_view described) {
  auto name = json_text::text_member(described, "state");
  auto state = name ? find_session_state(*name) : std::nullopt;
  return state && !is_end(*state) ? state : std::nullopt;
}

} // namespace

session_connection::session_connection(loop::event_loop& loop, loop::unique_fd socket,
                                       front_context_ptr context,
                                       session_acceptor acceptor)
  : connection(loop, std::move(socket), context)
  , acceptor_(std::move(acceptor))
  , lines_(context->max_request) {}

std::string session_connection::refusal(const fault& why) {
  return refusal_line(why.message, "null");
}

void session_connection::on_bytes(std::string_view bytes) {
  lines_.set_max_line(context().max_request);
  auto fits =
      lines_.feed(shared_bytes{std::string{bytes}},
                  [this](const shared_bytes& line) { lines_waiting_.push_back(line); });
  take_lines();
  if (fits)
    return;
  refuse("a line is longer than " + std::to_string(lines_.max_line()) + " bytes");
  close_after_output();
}

void session_connection::take_lines() {
  while (asked_.empty() && !lines_waiting_.empty()) {
    auto line = std::move(lines_waiting_.front());
    lines_waiting_.pop_front();
    if (auto text = json_text::trim(line.view()); !text.empty())
      on_line(text);
  }
}

void session_connection::on_line(std::string_view line) {
  if (auto valid = json_text::validate(line); !valid)
    return refuse("expected one JSON object a line: " + valid.error());
  auto op = json_text::text_member(line, "op");
  if (!op)
    return refuse("op: expected a string in a JSON object");
  if (*op == "handshake")
    return shake_hands(line);
  if (!handshake_sent_)
    return refuse("expected a handshake before " + *op);
  if (*op == "run")
    run(line);
  else if (*op == "continue")
    go_on(line);
  else if (*op == "status" && acceptor_.session.empty())
    grant(of_kind("status").add("has_session", false).add("session_id", nullptr));
  else if (*op == "status")
    ask(status_op, payload_for(acceptor_.session));
  else if (*op == "shutdown" && !acceptor_.session.empty())
    ask(stop_op, payload_for(acceptor_.session));
  else if (*op == "shutdown")
    grant(of_kind("shutdown"));
  else
    refuse("op: expected handshake, run, continue, status or shutdown, not "
           + json_string(*op));
}

void session_connection::shake_hands(std::string_view request) {
  auto theirs = json_text::text_member(request, "version");
  if (!theirs)
    return refuse("version: expected a string");
  auto& ours = acceptor_.config;
  auto handshake = of_kind("handshake").add("version", ours.version);
  if (!version_will_do(ours.version, ours.compatible, *theirs)) {
    refuse("version mismatch: the client has " + *theirs + ", this node "
               + (ours.compatible ? "wants ^" : "has ") + ours.version,
           handshake.object());
    return close_after_output();
  }
  handshake_sent_ = true;
  grant(handshake);
}

void session_connection::run(std::string_view request) {
  trace_ = read_trace(request);
  auto payload =
      json_object_writer{}.add("pool", acceptor_.pool).append(operands(request)).object();
  if (acceptor_.session.empty())
    return ask(run_op, std::move(payload));
  if (acceptor_.pool.empty())
    return refuse("session " + acceptor_.session + " has begun already");
  // The session may have ended without this client: by its age, by another client, or
  // with its worker.
  next_run_ = std::move(payload);
  ask(status_op, payload_for(acceptor_.session));
}

void session_connection::run_after(const call_result& status) {
  auto payload = std::exchange(next_run_, {});
  if (status) {
    if (auto now = find_living(status->payload.view()))
      return refuse("session " + acceptor_.session + " has begun already and is "
                    + std::string{to_string(*now)});
  } else if (auto& why = status.error(); why.what != code::session_not_found) {
    return refuse(to_string(why.what) + ": " + why.message);
  }
  acceptor_.session.clear();
  ask(run_op, std::move(payload));
}

void session_connection::go_on(std::string_view request) {
  if (acceptor_.session.empty())
    return refuse("no session has begun: run comes first");
  auto sid = json_text::find(request, "sid").value_or("null");
  if (!json_text::is_null(sid) && json_text::as_text(sid) != acceptor_.session)
    return refuse("sid: expected " + acceptor_.session);
  trace_ = read_trace(request);
  ask(continue_op, json_object_writer{}
                       .add("session_id", acceptor_.session)
                       .append(operands(request))
                       .object());
}

void session_connection::ask(std::string_view operation, std::string payload) {
  call c;
  c.kind = shared_bytes::literal(operation);
  c.payload = shared_bytes{std::move(payload)};
  c.taken = steady_clock::now();
  if (operation == run_op || operation == continue_op)
    c.trace = std::exchange(trace_, nullptr);
  asked_ = operation;
  auto who = submit(node_target, std::move(c), {});
  if (!who) {
    call_result refused = failure(std::move(who).error());
    on_outcome({}, refused);
  }
}

void session_connection::on_outcome(tag_id, call_result& result) {
  auto operation = std::exchange(asked_, {});
  if (!next_run_.empty()) {
    run_after(result);
    return take_lines();
  }
  if (!result) {
    auto& why = result.error();
    refuse(to_string(why.what) + ": "
           + (why.message.empty() ? std::string{info(why.what).summary} : why.message));
    return take_lines();
  }
  auto& payload = result->payload;
  auto part = [&](std::string_view key) {
    return std::string{json_text::find(payload.view(), key).value_or("null")};
  };
  auto id = part("session_id");
  if (operation == stop_op) {
    grant(of_kind("shutdown"));
    return close_after_output();
  }
  if (operation == status_op) {
    grant(of_kind("status")
              .add("has_session", find_living(payload.view()).has_value())
              .add_json("session_id", id)
              .add_json("state", part("state"))
              .add_json("feed_result", part("feed_result")));
  } else {
    acceptor_.session = json_text::as_text(id).value_or("");
    grant(of_kind("feed")
              .add_json("session_id", id)
              .add_json("feed_result", part("feed_result")));
  }
  take_lines();
}

void session_connection::grant(json_object_writer data) {
  json_text::append_on_one_line(out(), to_reply(true, data.object(), "null"));
  out() += '\n';
  send();
}

void session_connection::refuse(std::string_view why, std::string_view data) {
  out() += refusal_line(why, data);
  send();
}

} // namespace troupe::front::session
