#include "broker/client/socket_client.hpp"

#include "actors/loop/unix_address.hpp"
#include "broker/client/reply.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <limits>

namespace troupe::client {

namespace {

/// Answers have no limit here: the node has its own.
constexpr auto any_length = std::numeric_limits<size_t>::max();

fault unreachable(const std::string& path, const std::string& why) {
  return {code::unavailable, "cannot connect to '" + path + "': " + why};
}

/// Whether a system call is to be tried again when the node has taken something.
bool has_no_room() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

std::string spell_request(std::string_view id, std::string_view to, std::string_view kind,
                          std::string_view payload, const call_options& options) {
  std::string on_one_line;
  json_text::append_on_one_line(on_one_line, payload);
  json_object_writer out;
  out.add_escaped("request_id", id)
      .add("to", to)
      .add("kind", kind)
      .add_json("payload", on_one_line);
  if (options.timeout)
    out.add("timeout_ms", options.timeout->count());
  if (options.idempotent)
    out.add("idempotent", true);
  if (options.priority != 0)
    out.add("priority", options.priority);
  if (!options.key.empty())
    out.add("key", options.key);
  if (options.stream)
    out.add("stream", true);
  if (options.trace)
    out.add("traceparent", options.trace->traceparent());
  if (options.trace && !options.trace->tracestate().empty())
    out.add("tracestate", options.trace->tracestate());
  return out.object() + '\n';
}

/// Returns where the node takes connections; nothing if the path is too long.
std::optional<node_door> door_of(const std::string& path) {
  auto name = loop::unix_address(path);
  if (!name)
    return std::nullopt;
  node_door door{.size = sizeof *name,
                 .question = spell_request("probe", node_target, "health", "null", {})};
  std::memcpy(&door.address, &*name, sizeof *name);
  return door;
}

/// Whether `r` is about the call `id`. An error without an id is about the line before
/// it, and there is no other line than the one call's.
bool is_about(const reply& r, std::string_view id) {
  return r.request_id == id || (r.request_id.empty() && !r.result);
}

} // namespace

result<client_ptr> socket_client::connect(const std::string& path, patience p) {
  auto door = door_of(path);
  if (!door)
    return failure(unreachable(path, "the path of a socket is at most "
                                         + std::to_string(loop::longest_socket_path)
                                         + " bytes; name it by a shorter one"));
  std::unique_ptr<socket_client> c{
      new socket_client{path, *std::move(door), std::move(p)}};
  if (auto opened = c->open(); !opened)
    return failure(std::move(opened).error());
  return client_ptr{std::move(c)};
}

socket_client::socket_client(std::string path, node_door door, patience p)
  : path_(std::move(path))
  , wait_("'" + path_ + "'", std::move(p))
  , door_(std::move(door))
  , lines_(any_length) {}

call_result socket_client::call(std::string_view to, std::string_view kind,
                                std::string_view payload, const call_options& options,
                                const chunk_handler& on_chunk) {
  wait_.begin(options.timeout);
  if (!fd_)
    if (auto connected = open(); !connected)
      return failure(std::move(connected).error());
  auto id = std::to_string(++last_id_);
  auto quoted = json_string(options.request_id);
  if (!options.request_id.empty())
    id = json_text::body(quoted);
  if (auto sent = send(spell_request(id, to, kind, payload, options)); !sent)
    return failure(std::move(sent).error());
  for (;;) {
    auto line = receive();
    if (!line)
      return failure(std::move(line).error());
    auto r = read_reply(*line, options.stream);
    if (!r) {
      broken(r.error().message);
      return failure(std::move(r).error());
    }
    if (!is_about(*r, id))
      continue;
    if (!r->is_chunk)
      return std::move(r->result);
    if (on_chunk)
      on_chunk(r->result->payload);
  }
}

result<> socket_client::open() {
  fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  auto error = 0;
  auto was_patient = wait_.until([&] {
    auto to = reinterpret_cast<const sockaddr*>(&door_.address);
    error = fd_ && ::connect(fd_.get(), to, door_.size) == 0 ? 0 : errno;
    return error == 0 || !has_no_room(); // the node has not taken those before this one
  });
  if (error != 0) {
    fd_.reset();
    return failure(
        unreachable(path_, was_patient ? std::strerror(error) : wait_.reason()));
  }
  lines_ = line_splitter{any_length};
  received_.clear();
  return {};
}

result<> socket_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && has_no_room()) {
      if (!wait_.until_ready(fd_.get(), POLLOUT, &door_))
        return failure(given_up());
      continue;
    }
    if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
      break; // the node may have said why before it hung up: that is read next
    if (n < 0)
      return failure(broken(std::strerror(errno)));
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

result<shared_bytes> socket_client::receive() {
  while (received_.empty()) {
    if (!wait_.until_ready(fd_.get(), POLLIN, &door_))
      return failure(given_up());
    std::string bytes(limits::read_chunk, '\0');
    auto n = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (n < 0 && (errno == EINTR || has_no_room()))
      continue;
    if (n < 0)
      return failure(broken(std::strerror(errno)));
    if (n == 0)
      return failure(broken("the node closed it"));
    bytes.resize(static_cast<size_t>(n));
    lines_.feed(shared_bytes{std::move(bytes)},
                [this](const shared_bytes& line) { received_.push_back(line); });
  }
  auto line = std::move(received_.front());
  received_.pop_front();
  return line;
}

fault socket_client::given_up() {
  fd_.reset();
  return {code::node_down, wait_.reason()};
}

fault socket_client::broken(const std::string& why) {
  fd_.reset();
  return {code::node_down,
          "the connection to '" + path_ + "' broke before the call ended: " + why};
}

} // namespace troupe::client
