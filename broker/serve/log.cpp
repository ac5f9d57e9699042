#include "broker/serve/log.hpp"

#include "protocol/json_text.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace troupe {

namespace {

/// Lines that may wait for stderr.
constexpr size_t queue_size = 8192;

/// The message as a JSON string: spdlog's own `%v` escapes nothing.
class json_message : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& m, const std::tm&,
              spdlog::memory_buf_t& out) override {
    auto text = json_string({m.payload.data(), m.payload.size()});
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<json_message>();
  }
};

spdlog::level::level_enum to_spdlog(config::log_level level) {
  switch (level) {
    case config::log_level::trace:
      return spdlog::level::trace;
    case config::log_level::debug:
      return spdlog::level::debug;
    case config::log_level::info:
      return spdlog::level::info;
    case config::log_level::warn:
      return spdlog::level::warn;
    case config::log_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

} // namespace

log_output::log_output(config::log_level level, config::log_format format)
  : writer_(std::make_shared<spdlog::details::thread_pool>(queue_size, 1)) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  logger_ = std::make_shared<spdlog::async_logger>(
      "troupe", std::move(sink), writer_, spdlog::async_overflow_policy::overrun_oldest);
  troupe::set_level(*logger_, level);
  if (format == config::log_format::json) {
    auto f = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    f->add_flag<json_message>('*');
    f->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%*})");
    logger_->set_formatter(std::move(f));
  } else {
    logger_->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-5l%$ %v");
  }
}

log_output::~log_output() {
  logger_.reset();
  writer_.reset(); // joins after the last line
}

void set_level(spdlog::logger& log, config::log_level level) {
  log.set_level(to_spdlog(level));
}

} // namespace troupe
