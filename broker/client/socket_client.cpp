#include "broker/client/socket_client.hpp"

#include "actors/loop/unix_address.hpp"
#include "broker/client/reply.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

namespace troupe::client {

namespace {

/// What a node answers is as long as it is: its own limits hold.
constexpr auto any_length = std::numeric_limits<size_t>::max();

fault unreachable(const std::string& path, const std::string& why) {
  return {code::unavailable, "cannot connect to '" + path + "': " + why};
}

std::variant<loop::unique_fd, fault> open_socket(const std::string& path) {
  auto name = loop::unix_address(path);
  if (!name)
    return unreachable(path, "the path of a socket is at most "
                                 + std::to_string(loop::longest_socket_path)
                                 + " bytes; name it by a shorter one");
  loop::unique_fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!fd
      || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&*name), sizeof *name)
             != 0)
    return unreachable(path, std::strerror(errno));
  return fd;
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
  return out.take_object() + '\n';
}

/// Whether `r` is about the call `id`. An error without an id is about the line before
/// it, and there is no other line than the one call's.
bool is_about(const reply& r, std::string_view id) {
  return r.request_id == id
         || (r.request_id.empty() && std::holds_alternative<fault>(r.result));
}

} // namespace

std::variant<client_ptr, fault> socket_client::connect(const std::string& path) {
  auto opened = open_socket(path);
  if (auto why = std::get_if<fault>(&opened))
    return std::move(*why);
  return client_ptr{
      new socket_client{path, std::get<loop::unique_fd>(std::move(opened))}};
}

socket_client::socket_client(std::string path, loop::unique_fd fd)
  : path_(std::move(path))
  , fd_(std::move(fd))
  , lines_(any_length) {}

call_result socket_client::call(std::string_view to, std::string_view kind,
                                std::string_view payload, const call_options& options,
                                const chunk_handler& on_chunk) {
  if (!fd_)
    if (auto why = reconnect())
      return std::move(*why);
  auto id = std::to_string(++last_id_);
  if (auto why = send(spell_request(id, to, kind, payload, options)))
    return std::move(*why);
  for (;;) {
    auto line = receive();
    if (auto why = std::get_if<fault>(&line))
      return std::move(*why);
    auto read = read_reply(std::get<shared_bytes>(line), options.stream);
    if (auto why = std::get_if<fault>(&read)) {
      broken(why->message);
      return std::move(*why);
    }
    auto& r = std::get<reply>(read);
    if (!is_about(r, id))
      continue;
    if (!r.is_chunk)
      return std::move(r.result);
    if (on_chunk)
      on_chunk(std::get<outcome>(r.result).payload);
  }
}

std::optional<fault> socket_client::reconnect() {
  auto opened = open_socket(path_);
  if (auto why = std::get_if<fault>(&opened))
    return std::move(*why);
  fd_ = std::get<loop::unique_fd>(std::move(opened));
  lines_ = line_splitter{any_length};
  received_.clear();
  return std::nullopt;
}

std::optional<fault> socket_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
      break; // the node may have said why before it hung up: that is read next
    if (n < 0)
      return broken(std::strerror(errno));
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return std::nullopt;
}

std::variant<shared_bytes, fault> socket_client::receive() {
  while (received_.empty()) {
    std::string bytes(limits::read_chunk, '\0');
    auto n = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return broken(std::strerror(errno));
    if (n == 0)
      return broken("the node closed it");
    bytes.resize(static_cast<size_t>(n));
    lines_.feed(shared_bytes{std::move(bytes)},
                [this](const shared_bytes& line) { received_.push_back(line); });
  }
  auto line = std::move(received_.front());
  received_.pop_front();
  return line;
}

fault socket_client::broken(const std::string& why) {
  fd_.reset();
  return {code::node_down,
          "the connection to '" + path_ + "' broke before the call ended: " + why};
}

} // namespace troupe::client
