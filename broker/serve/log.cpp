#include "broker/serve/log.hpp"

#include "actors/interfaces/log_level.hpp"
#include "broker/serve/background_writer.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"

#include <spdlog/details/os.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <array>
#include <cstdlib>

#include <unistd.h>

namespace troupe::serve {

namespace {

std::string_view message_of(const spdlog::details::log_msg& m) {
  return {m.payload.data(), m.payload.size()};
}

/// The message in a line of text, and as a JSON string: spdlog's own `%v` escapes
/// nothing.
class text_message : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& m, const std::tm&,
              spdlog::memory_buf_t& out) override {
    auto text = printable(message_of(m));
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<text_message>();
  }
};

class json_message : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& m, const std::tm&,
              spdlog::memory_buf_t& out) override {
    auto text = printable_json(json_string(message_of(m)));
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<json_message>();
  }
};

/// The level by the name that the configuration has for it, filled up with blanks.
class level_name : public spdlog::custom_flag_formatter {
public:
  explicit level_name(size_t width)
    : width_(width) {}
  void format(const spdlog::details::log_msg& m, const std::tm&,
              spdlog::memory_buf_t& out) override {
    auto name = spdlog::level::to_string_view(m.level);
    std::string text =
        m.level == spdlog::level::warn ? "warn" : std::string{name.data(), name.size()};
    text.resize(std::max(text.size(), width_), ' ');
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<level_name>(width_);
  }

private:
  size_t width_;
};

std::unique_ptr<spdlog::formatter> make_formatter(config::log_format format) {
  if (format == config::log_format::json) {
    auto f = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    f->add_flag<json_message>('*').add_flag<level_name>('l', size_t{0});
    f->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%*})");
    return f;
  }
  auto f = std::make_unique<spdlog::pattern_formatter>();
  f->add_flag<text_message>('*').add_flag<level_name>('l', size_t{5});
  f->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %*");
  return f;
}

bool shows_colours(int fd) {
  auto no_colour = std::getenv("NO_COLOR");
  return ::isatty(fd) != 0 && spdlog::details::os::is_color_terminal()
         && (!no_colour || *no_colour == '\0');
}

std::string_view colour_of(spdlog::level::level_enum level) {
  constexpr std::array<std::string_view, spdlog::level::n_levels> colours = {
      "\x1b[37m",        "\x1b[36m",        "\x1b[32m", "\x1b[33m\x1b[1m",
      "\x1b[31m\x1b[1m", "\x1b[1m\x1b[41m", ""};
  return colours[static_cast<size_t>(level)];
}

std::string format_line(spdlog::formatter& formatter, bool colours,
                        const spdlog::details::log_msg& m) {
  spdlog::memory_buf_t buffer;
  formatter.format(m, buffer);
  std::string line{buffer.data(), buffer.size()};
  if (colours && m.color_range_end > m.color_range_start) {
    line.insert(m.color_range_end, "\x1b[m");
    line.insert(m.color_range_start, colour_of(m.level));
  }
  return line;
}

/// Returns what says that lines were dropped.
/// @param why Without a colon, e.g. `stderr was not read`.
background_writer::notice make_notice(config::log_format format, bool colours,
                                      const char* why) {
  std::shared_ptr<spdlog::formatter> formatter = make_formatter(format);
  return [formatter, colours, why](uint64_t count) {
    auto text = counted(count, "line") + " of the log dropped: " + why;
    return format_line(*formatter, colours, {"troupe", spdlog::level::warn, text});
  };
}

} // namespace

/// Formats a line where it is logged, which takes no longer than to copy it, and leaves
/// it to a thread to write it.
class log_output::writer_sink : public spdlog::sinks::base_sink<std::mutex> {
public:
  writer_sink(config::log_format format, int fd)
    : base_sink(make_formatter(format))
    , colours_(shows_colours(fd))
    , writer_(fd, {}, make_notice(format, colours_, "stderr was not read")) {}

  writer_sink(config::log_format format, loop::unique_fd file)
    : base_sink(make_formatter(format))
    , colours_(false)
    , writer_(file.get(), {}, make_notice(format, false, "the file took no more")) {
    writer_.replace(std::move(file));
  }

  void replace(loop::unique_fd file) { writer_.replace(std::move(file)); }

protected:
  void sink_it_(const spdlog::details::log_msg& m) override {
    writer_.write(format_line(*formatter_, colours_, m));
  }
  void flush_() override {}

private:
  bool colours_;
  background_writer writer_;
};

log_output::log_output(config::log_level level, config::log_format format, int fd)
  : sink_(std::make_shared<writer_sink>(format, fd))
  , logger_(std::make_shared<spdlog::logger>("troupe", sink_)) {
  set_level(*logger_, level);
}

log_output::log_output(config::log_level level, config::log_format format,
                       loop::unique_fd file)
  : sink_(std::make_shared<writer_sink>(format, std::move(file)))
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
