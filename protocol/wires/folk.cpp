#include "protocol/wires/folk.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/wires/msgpack_json.hpp"
#include "protocol/wires/worker_fault.hpp"

#include <boost/endian/conversion.hpp>

#include <array>

namespace troupe::wires {

namespace {

/// The first element of a message.
enum class message_type : int64_t { request = 0, response = 1, notification = 2 };

/// A message as JSON, cut into the elements of its array.
struct message {
  shared_bytes json;
  message_type type = message_type::request;
  std::array<std::string_view, 4> elements;
};

/// Reads a message; returns what is wrong with it.
std::optional<std::string> read(const shared_bytes& bytes, message& m) {
  std::string json;
  if (auto why = append_as_json(json, bytes.view()))
    return why;
  m.json = shared_bytes{std::move(json)};
  auto text = m.json.view();
  if (text.front() != '[')
    return "expected an array, not " + std::string{text.substr(0, 100)};
  size_t n = 0;
  json_text::element_reader reader{text};
  while (auto element = reader.next())
    if (n++ < m.elements.size())
      m.elements[n - 1] = *element;
  auto type = n > 0 ? json_text::as_integer(m.elements[0]) : std::nullopt;
  auto size = type == 0 || type == 1 ? 4U : type == 2 ? 3U : 0U;
  if (size == 0 || n != size)
    return "expected [0, id, method, params], [1, id, error, result] or"
           " [2, method, params], not "
           + std::string{text.substr(0, 100)};
  m.type = static_cast<message_type>(*type);
  return std::nullopt;
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
  std::string message;
  append_as_msgpack(message,
                    "[1," + std::string{m.elements[1]}
                        + R"(,{"code":-32601,"message":"no such method"},null])");
  frame::reply r;
  append_frame(r.bytes, message);
  return r;
}

frame::event to_event(const message& m) {
  return {shared_bytes{"{\"method\":" + std::string{m.elements[1]}
                       + ",\"params\":" + std::string{m.elements[2]} + "}"}};
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

std::optional<fault> folk::send_call(std::string& out, slot_id id, std::string_view kind,
                                     std::string_view payload, const call_terms&) {
  auto number = last_ + 1;
  std::string message;
  if (auto why = append_as_msgpack(message, "[0," + std::to_string(number) + ",\""
                                                + std::string{kind} + "\","
                                                + std::string{payload} + "]"))
    return malformed("payload: " + *why);
  if (message.size() > max_frame_)
    return fault{code::payload_too_large, "the call has " + std::to_string(message.size())
                                              + " bytes, a frame of this pool carries "
                                              + std::to_string(max_frame_)};
  last_ = number;
  calls_[number] = id;
  append_frame(out, message);
  return std::nullopt;
}

void folk::feed(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (broken_)
    return;
  if (auto wrong = task_.feed(bytes, [&](const shared_bytes& m) { take_task(m, out); }))
    break_off(std::move(*wrong), out);
}

void folk::feed_control(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (broken_)
    return;
  if (auto wrong =
          control_.feed(bytes, [&](const shared_bytes& m) { take_control(m, out); }))
    break_off("control socket: " + *wrong, out);
}

void folk::break_off(std::string why, std::vector<wire_frame>& out) {
  broken_ = true;
  out.push_back(frame::broken{std::move(why)});
}

void folk::take_task(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  message m;
  if (auto wrong = read(bytes, m)) {
    out.push_back(stray(*wrong));
    return;
  }
  if (m.type == message_type::request) {
    out.push_back(refuse(m));
    return;
  }
  if (m.type == message_type::notification) {
    out.push_back(to_event(m));
    return;
  }
  auto number = json_text::as_integer(m.elements[1]);
  auto call = number && *number >= 0 && *number <= UINT32_MAX
                  ? calls_.find(static_cast<uint32_t>(*number))
                  : calls_.end();
  if (call == calls_.end()) {
    out.push_back(frame::unknown{});
    return;
  }
  auto id = call->second;
  calls_.erase(call);
  if (json_text::is_null(m.elements[2]))
    out.push_back(frame::answer{id, m.json.cut(m.elements[3])});
  else
    out.push_back(frame::answer{id, to_worker_fault(m.elements[2])});
}

void folk::take_control(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  message m;
  if (auto wrong = read(bytes, m))
    out.push_back(stray("control socket: " + *wrong));
  else if (m.type == message_type::notification && m.elements[1] == "\"control.ready\"")
    out.push_back(frame::ready{});
  else if (m.type == message_type::notification)
    out.push_back(to_event(m));
  else
    out.push_back(frame::unknown{});
}

} // namespace troupe::wires
