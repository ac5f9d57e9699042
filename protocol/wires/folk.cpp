#include "protocol/wires/folk.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/msgpack_json.hpp"
#include "protocol/wires/web_json.hpp"
#include "protocol/wires/worker_fault.hpp"

#include <boost/endian/conversion.hpp>

#include <array>

namespace troupe::wires {

namespace {

/// The method that takes HTTP requests.
constexpr std::string_view http_method = "http.handle";

/// The first element of a message.
enum class message_type : int64_t { request = 0, response = 1, notification = 2 };

/// A message as JSON, cut into the elements of its array.
struct message {
  shared_bytes json;
  message_type type = message_type::request;
  std::array<std::string_view, 4> elements;
};

result<message, std::string> read(const shared_bytes& bytes) {
  std::string json;
  if (auto read = append_as_json(json, bytes.view()); !read)
    return failure(std::move(read).error());
  message m;
  m.json = shared_bytes{std::move(json)};
  auto text = m.json.view();
  if (!json_text::is_array(text))
    return failure("expected an array, not " + std::string{text.substr(0, 100)});
  size_t n = 0;
  json_text::element_reader reader{text};
  while (auto element = reader.next())
    if (n++ < m.elements.size())
      m.elements[n - 1] = *element;
  auto type = n > 0 ? json_text::as_integer(m.elements[0]) : std::nullopt;
  auto size = type == 0 || type == 1 ? 4U : type == 2 ? 3U : 0U;
  if (size == 0 || n != size)
    return failure("expected [0, id, method, params], [1, id, error, result] or"
                   " [2, method, params], not "
                   + std::string{text.substr(0, 100)});
  m.type = static_cast<message_type>(*type);
  return m;
}

void append_frame(std::string& out, std::string_view message) {
  unsigned char size[4];
  boost::endian::store_big_u32(size, static_cast<uint32_t>(message.size()));
  out.append(reinterpret_cast<const char*>(size), sizeof size);
  out += message;
}

frame::stray stray(const std::string& why) {
  return {shared_bytes{"a frame that is no message: " + why}};
}

/// Answers what a worker asks of the node, which has nothing to be asked.
frame::reply refuse(const message& m) {
  json_object_writer error;
  error.add("code", -32601).add("message", "no such method");
  json_array_writer response;
  response.add_json("1")
      .add_json(m.elements[1])
      .add_json(error.object())
      .add_json("null");
  std::string message;
  append_as_msgpack(message, response.array());
  frame::reply r;
  append_frame(r.bytes, message);
  return r;
}

frame::event to_event(const message& m) {
  json_object_writer payload;
  payload.add_json("method", m.elements[1]).add_json("params", m.elements[2]);
  return {shared_bytes{payload.object()}};
}

} // namespace

wire_kind folk::kind() {
  return {.traits = {.name = "folk", .sockets = 2, .most_frame = most_frame},
          .make = &make,
          .environment = &set_environment};
}

std::unique_ptr<wire> folk::make(const config::pool& pool) {
  return std::make_unique<folk>(pool.max_frame);
}

void folk::set_environment(const config::pool&, variables& env) {
  env["FOLK_RUNTIME"] = "pipe";
  env["FOLK_TASK_FD"] = "3";
  env["FOLK_CONTROL_FD"] = "4";
}

result<> folk::send_call(std::string& out, slot_id id, std::string_view kind,
                         std::string_view payload, const call_terms& terms) {
  if (terms.form == payload_form::json)
    return send(out, id, kind, payload, terms.form);
  auto request = web_request::read(payload);
  if (!request)
    return failure(std::move(request).error());
  std::string params;
  append_for_folk(params, *request);
  return send(out, id, http_method, params, terms.form);
}

result<> folk::send(std::string& out, slot_id id, std::string_view kind,
                    std::string_view params, payload_form form) {
  auto number = last_ + 1;
  json_array_writer request;
  request.add_json("0")
      .add_json(std::to_string(number))
      .add_escaped(kind)
      .add_json(params);
  std::string message;
  if (auto packed = append_as_msgpack(message, request.array()); !packed)
    return failure(malformed("payload: " + packed.error()));
  if (message.size() > max_frame_)
    return failure(too_large(message.size(), max_frame_));
  last_ = number;
  calls_[number] = {id, form};
  append_frame(out, message);
  return {};
}

void folk::feed(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (broken_)
    return;
  auto understood = task_.feed(bytes, [&](const shared_bytes& m) { take_task(m, out); });
  if (!understood)
    break_off(std::move(understood).error(), out);
}

void folk::feed_control(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (broken_)
    return;
  auto understood =
      control_.feed(bytes, [&](const shared_bytes& m) { take_control(m, out); });
  if (!understood)
    break_off("control socket: " + understood.error(), out);
}

void folk::break_off(std::string why, std::vector<wire_frame>& out) {
  broken_ = true;
  out.push_back(frame::broken{std::move(why)});
}

void folk::take_task(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  auto m = read(bytes);
  if (!m) {
    out.push_back(stray(m.error()));
    return;
  }
  if (m->type == message_type::request) {
    out.push_back(refuse(*m));
    return;
  }
  if (m->type == message_type::notification) {
    out.push_back(to_event(*m));
    return;
  }
  auto number = json_text::as_integer(m->elements[1]);
  auto call = number && *number >= 0 && *number <= UINT32_MAX
                  ? calls_.find(static_cast<uint32_t>(*number))
                  : calls_.end();
  if (call == calls_.end()) {
    out.push_back(frame::unknown{});
    return;
  }
  auto [id, form] = call->second;
  calls_.erase(call);
  if (!json_text::is_null(m->elements[2]))
    out.push_back(frame::answer{id, failure(to_worker_fault(m->elements[2]))});
  else if (form == payload_form::web)
    out.push_back(frame::answer{id, web_answer{}.read(m->elements[3], true)});
  else
    out.push_back(frame::answer{id, m->json.cut(m->elements[3])});
}

void folk::take_control(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  auto m = read(bytes);
  auto notified = m && m->type == message_type::notification;
  if (!m)
    out.push_back(stray("control socket: " + m.error()));
  else if (notified && m->elements[1] == "\"control.ready\"")
    out.push_back(frame::ready{});
  else if (notified)
    out.push_back(to_event(*m));
  else
    out.push_back(frame::unknown{});
}

} // namespace troupe::wires
