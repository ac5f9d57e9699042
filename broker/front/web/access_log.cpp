#include "broker/front/web/access_log.hpp"

#include "actors/interfaces/log_record.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <utility>

namespace troupe::front::web {

namespace {

class access_in_log : public access_log {
public:
  explicit access_in_log(std::shared_ptr<spdlog::logger> log)
    : log_(std::move(log)) {}

  void write(const access_record& r) override {
    auto failure = r.failure == code::none ? std::string{} : to_string(r.failure);
    write_log(*log_, spdlog::level::info,
              {.event = "access",
               .pool = r.pool,
               .code = failure,
               .run_ms = r.took.count(),
               .client = r.client,
               .method = r.method,
               .target = r.target,
               .status = static_cast<int64_t>(r.status),
               .bytes = static_cast<int64_t>(r.bytes)},
              "{} \"{} {} {}\" {} {}", r.client, r.method, r.target, r.protocol, r.status,
              r.bytes);
  }

private:
  std::shared_ptr<spdlog::logger> log_;
};

/// Appends what a client has said, so that it stays within its quotes.
void append_escaped(std::string& out, std::string_view text) {
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (byte < 0x20 || byte >= 0x7f)
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    else
      out += c;
  }
}

} // namespace

std::shared_ptr<access_log> access_in(std::shared_ptr<spdlog::logger> log) {
  return std::make_shared<access_in_log>(std::move(log));
}

std::string common_log_line(const access_record& r) {
  auto time = std::chrono::system_clock::to_time_t(r.begun);
  auto line = (r.client.empty() ? "-" : r.client)
              + fmt::format(" - - [{:%d/%b/%Y:%H:%M:%S} +0000] \"", fmt::gmtime(time));
  if (r.method.empty()) {
    line += '-';
  } else {
    append_escaped(line, r.method);
    line += ' ';
    append_escaped(line, r.target);
    line += ' ';
    append_escaped(line, r.protocol);
  }
  line += "\" " + std::to_string(r.status) + ' ';
  line += r.bytes == 0 ? "-" : std::to_string(r.bytes);
  return line += '\n';
}

} // namespace troupe::front::web
