#include "actors/interfaces/log_record.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/printable.hpp"

#include <spdlog/details/log_msg.h>

namespace troupe {

namespace {

/// Its address says that the source of a line is none, but carries fields.
constexpr char mark[] = "fields";

/// A source without a line number counts as none.
constexpr int some_line = 1;

/// A client may have chosen megabytes.
std::string_view excerpt(std::string_view text) {
  return text.substr(0, limits::log_excerpt);
}

/// Quotes a value that could be read as two, or as a field of its own.
void append(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty())
    return;
  out += ' ';
  out += name;
  out += '=';
  value = excerpt(value);
  auto is_plain = value.find_first_of(" =\"\\") == std::string_view::npos;
  out += is_plain ? printable(value) : printable_json(json_string(value));
}

} // namespace

spdlog::source_loc carried(const log_fields& about) {
  // The place of a function's name is the only one that takes a pointer as it is.
  return {mark, some_line, reinterpret_cast<const char*>(&about)};
}

const log_fields* fields_of(const spdlog::details::log_msg& line) {
  if (line.source.filename != mark)
    return nullptr;
  return reinterpret_cast<const log_fields*>(line.source.funcname);
}

void write_fields(json_object_writer& out, const log_fields& about,
                  std::string_view node) {
  auto add = [&](std::string_view name, auto value) {
    if constexpr (requires { *value; })
      value ? void(out.add(name, *value)) : void();
    else if (!value.empty())
      out.add(name, excerpt(value));
  };
  add("event", about.event);
  add("node", about.node.empty() ? node : about.node);
  add("pool", about.pool);
  add("worker", about.worker);
  add("pid", about.pid);
  add("request_id", about.request_id);
  add("trace_id", about.trace_id);
  add("code", about.code);
  add("reason", about.reason);
  add("kind", about.kind);
  add("waited_ms", about.waited_ms);
  add("run_ms", about.run_ms);
  add("client", about.client);
  add("method", about.method);
  add("target", about.target);
  add("status", about.status);
  add("bytes", about.bytes);
}

std::string text_of(const spdlog::details::log_msg& line) {
  auto text = printable({line.payload.data(), line.payload.size()});
  if (auto about = fields_of(line)) {
    append(text, "request_id", about->request_id);
    append(text, "trace_id", about->trace_id);
  }
  return text;
}

} // namespace troupe
