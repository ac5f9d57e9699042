#include "broker/serve/log.hpp"

#include "actors/interfaces/log_level.hpp"
#include "actors/interfaces/log_record.hpp"
#include "broker/serve/background_writer.hpp"
#include "protocol/base/printable.hpp"

#include <spdlog/details/os.h>
#include <spdlog/sinks/base_sink.h>

#include <cstdlib>
#include <utility>

#include <unistd.h>

namespace troupe::serve {

namespace {

bool shows_colours(int fd) {
  auto no_colour = std::getenv("NO_COLOR");
  return ::isatty(fd) != 0 && spdlog::details::os::is_color_terminal()
         && (!no_colour || *no_colour == '\0');
}

/// Fills in how lines look on a stream: text only is for people and for journald.
log_style on_stream(log_style style, int fd) {
  if (style.format == config::log_format::text) {
    style.colours = shows_colours(fd);
    style.priorities = is_journal(fd);
  }
  return style;
}

/// Returns what says that lines were dropped.
/// @param why Without a colon, e.g. `stderr was not read`.
background_writer::notice make_notice(const log_style& style, const char* why) {
  auto formatter = std::make_shared<log_formatter>(style);
  return [formatter, why](uint64_t count) {
    auto text = counted(count, "line") + " of the log dropped: " + why;
    log_fields about{.event = "log_lines_dropped"};
    return formatter->line_of(
        {carried(about), "troupe", spdlog::level::warn, spdlog::string_view_t{text}});
  };
}

} // namespace

/// Formats a line where it is logged, which takes no longer than to copy it, and leaves
/// it to a thread to write it.
class log_output::writer_sink : public spdlog::sinks::base_sink<std::mutex> {
public:
  writer_sink(const log_style& style, int fd)
    : base_sink(std::make_unique<log_formatter>(style))
    , writer_(fd, {}, make_notice(style, "stderr was not read")) {}

  writer_sink(const log_style& style, loop::unique_fd file)
    : base_sink(std::make_unique<log_formatter>(style))
    , writer_(file.get(), {}, make_notice(style, "the file took no more")) {
    writer_.replace(std::move(file));
  }

  void replace(loop::unique_fd file) { writer_.replace(std::move(file)); }

protected:
  void sink_it_(const spdlog::details::log_msg& m) override {
    spdlog::memory_buf_t line;
    formatter_->format(m, line);
    writer_.write({line.data(), line.size()});
  }
  void flush_() override {}

private:
  background_writer writer_;
};

log_output::log_output(config::log_level level, log_style style, int fd)
  : log_output(level,
               std::make_shared<writer_sink>(on_stream(std::move(style), fd), fd)) {}

log_output::log_output(config::log_level level, log_style style, loop::unique_fd file)
  : log_output(level, std::make_shared<writer_sink>(std::move(style), std::move(file))) {}

log_output::log_output(config::log_level level, std::shared_ptr<writer_sink> sink)
  : sink_(std::move(sink))
  , logger_(std::make_shared<spdlog::logger>("troupe", sink_)) {
  set_level(*logger_, level);
}

void log_output::replace(loop::unique_fd file) {
  sink_->replace(std::move(file));
}

log_output::~log_output() {
  // Others may still hold the logger: the remaining lines are written here in any case.
  auto sinks = std::exchange(logger_->sinks(), {});
}

void set_level(spdlog::logger& log, config::log_level level) {
  log.set_level(to_spdlog(level));
}

} // namespace troupe::serve
