#include "broker/serve/log_formatter.hpp"

#include "actors/interfaces/log_level.hpp"
#include "actors/interfaces/log_record.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/base/utc_timestamp.hpp"

#include <spdlog/pattern_formatter.h>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace troupe::serve {

namespace {

using spdlog::level::level_enum;

/// Blanks fill a level up to this, so that the messages stand in a column.
constexpr size_t level_width = 5;

template <class T>
using per_level = std::array<T, spdlog::level::n_levels>;

/// trace, debug, info, warn, error, critical, off; as journald and syslog number them.
constexpr per_level<char> priorities = {'7', '7', '6', '4', '3', '2', '7'};

constexpr per_level<std::string_view> colours = {
    "\x1b[37m",        "\x1b[36m",        "\x1b[32m", "\x1b[33m\x1b[1m",
    "\x1b[31m\x1b[1m", "\x1b[1m\x1b[41m", ""};

constexpr std::string_view no_colour = "\x1b[m";

} // namespace

log_formatter::log_formatter(log_style style)
  : style_(std::move(style))
  , local_time_(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%d %H:%M:%S.%e ", spdlog::pattern_time_type::local, "")) {}

log_formatter::~log_formatter() = default;

void log_formatter::format(const spdlog::details::log_msg& m, spdlog::memory_buf_t& out) {
  auto line = line_of(m);
  out.append(line.data(), line.data() + line.size());
}

std::unique_ptr<spdlog::formatter> log_formatter::clone() const {
  return std::make_unique<log_formatter>(style_);
}

std::string log_formatter::line_of(const spdlog::details::log_msg& m) {
  auto line = style_.format == config::log_format::json ? json_line(m) : text_line(m);
  return line += '\n';
}

std::string log_formatter::text_line(const spdlog::details::log_msg& m) {
  auto index = static_cast<size_t>(m.level);
  std::string line;
  if (style_.priorities)
    line = {'<', priorities[index], '>'};
  spdlog::memory_buf_t time;
  local_time_->format(m, time);
  line.append(time.data(), time.size());
  auto level = word_for(m.level);
  if (style_.colours)
    line += colours[index];
  line += level;
  line.append(level_width - std::min(level.size(), level_width), ' ');
  if (style_.colours)
    line += no_colour;
  line += ' ';
  return line += text_of(m);
}

std::string log_formatter::json_line(const spdlog::details::log_msg& m) const {
  json_object_writer line;
  line.add("time", utc_timestamp(m.time))
      .add("level", word_for(m.level))
      .add("message", std::string_view{m.payload.data(), m.payload.size()});
  auto about = fields_of(m);
  write_fields(line, about ? *about : log_fields{}, style_.node);
  return printable_json(line.object());
}

bool is_journal(int fd) {
  auto named = std::getenv("JOURNAL_STREAM");
  struct stat file {};
  return named && ::fstat(fd, &file) == 0
         && named == std::to_string(file.st_dev) + ':' + std::to_string(file.st_ino);
}

} // namespace troupe::serve
