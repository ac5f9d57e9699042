#include "protocol/preload/preload_message.hpp"

#include "protocol/base/json_document.hpp"
#include "protocol/base/json_writer.hpp"

#include <limits>
#include <optional>

namespace troupe::preload {

namespace {

namespace json = boost::json;

/// Returns the whole number under `key`, from 1 up.
std::optional<int64_t> number(const json::object& in, std::string_view key) {
  auto found = in.if_contains(key);
  auto value = found ? found->if_int64() : nullptr;
  return value && *value > 0 ? std::optional{*value} : std::nullopt;
}

std::string text(const json::object& in, std::string_view key) {
  auto found = in.if_contains(key);
  auto value = found ? found->if_string() : nullptr;
  return value ? std::string{*value} : std::string{};
}

result<message, std::string> read_ready(const json::object& in) {
  auto spoken = number(in, "protocol");
  if (spoken != static_cast<int64_t>(version))
    return failure("it speaks version " + std::to_string(spoken.value_or(0))
                   + " of the protocol, and the node version " + std::to_string(version));
  return ready{};
}

result<message, std::string> read_answer(const json::object& in, bool worked) {
  auto id = number(in, "id");
  if (!id)
    return failure("its answer has no `id`");
  if (!worked)
    return failed{static_cast<uint64_t>(*id), text(in, "message")};
  auto pid = number(in, "pid");
  if (!pid || *pid > std::numeric_limits<int32_t>::max())
    return failure("its answer has no `pid`");
  return forked{static_cast<uint64_t>(*id), *pid};
}

} // namespace

result<message, std::string> read_message(std::string_view packet) {
  json::error_code wrong;
  auto read = parse_document(packet, wrong);
  auto object = read.if_object();
  if (wrong || !object)
    return failure("it sent what is no JSON object");
  auto kind = text(*object, "kind");
  if (kind == "ready")
    return read_ready(*object);
  if (kind == "forked" || kind == "failed")
    return read_answer(*object, kind == "forked");
  return failure("it sent a message that is not ready, forked or failed");
}

std::string write_fork(uint64_t id, const variables& changed, size_t descriptors) {
  json_object_writer env;
  for (auto& [name, value] : changed)
    env.add(name, std::string_view{value});
  json_object_writer out;
  out.add("kind", "fork").add("id", id).add("descriptors", descriptors);
  out.add_json("env", env.object());
  return out.object();
}

} // namespace troupe::preload
