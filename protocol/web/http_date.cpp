#include "protocol/web/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace troupe::web {

namespace {

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed",
                                               "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Takes a date apart from its front. Whatever is not there makes it fail.
class date_reader {
public:
  explicit date_reader(std::string_view text)
    : rest_(text) {}

  date_reader& skip(std::string_view expected) {
    fine_ = fine_ && rest_.starts_with(expected);
    if (fine_)
      rest_.remove_prefix(expected.size());
    return *this;
  }

  /// Reads a number of so many digits.
  date_reader& number(size_t digits, int& out) {
    fine_ = fine_ && rest_.size() >= digits
            && std::all_of(rest_.begin(), rest_.begin() + static_cast<ptrdiff_t>(digits),
                           [](char c) { return c >= '0' && c <= '9'; });
    if (fine_) {
      std::from_chars(rest_.data(), rest_.data() + digits, out);
      rest_.remove_prefix(digits);
    }
    return *this;
  }

  date_reader& month(int& out) {
    auto found = std::find(months.begin(), months.end(), rest_.substr(0, 3));
    out = static_cast<int>(found - months.begin());
    fine_ = fine_ && found != months.end();
    return skip(rest_.substr(0, 3));
  }

  date_reader& time(std::tm& out) {
    return number(2, out.tm_hour)
        .skip(":")
        .number(2, out.tm_min)
        .skip(":")
        .number(2, out.tm_sec);
  }

  bool is_whole() const noexcept { return fine_ && rest_.empty(); }

private:
  std::string_view rest_;
  bool fine_ = true;
};

std::optional<std::time_t> seconds(std::tm t) {
  t.tm_year -= 1900;
  auto in_range = t.tm_mday >= 1 && t.tm_mday <= 31 && t.tm_hour <= 23 && t.tm_min <= 59
                  && t.tm_sec <= 60;
  return in_range ? std::optional{::timegm(&t)} : std::nullopt;
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`: a year that seems to be far ahead is one of the last
/// century.
std::optional<std::time_t> read_with_dashes(std::string_view text) {
  std::tm t{};
  date_reader in{text};
  in.number(2, t.tm_mday).skip("-").month(t.tm_mon).skip("-").number(2, t.tm_year);
  if (!in.skip(" ").time(t).skip(" GMT").is_whole())
    return {};
  t.tm_year += t.tm_year < 70 ? 2000 : 1900;
  return seconds(t);
}

/// `Sun Nov  6 08:49:37 1994`
std::optional<std::time_t> read_asctime(std::string_view text) {
  if (text.size() < 8)
    return {};
  std::tm t{};
  date_reader in{text.substr(4)};
  in.month(t.tm_mon).skip(" ");
  text[8] == ' ' ? in.skip(" ").number(1, t.tm_mday) : in.number(2, t.tm_mday);
  if (!in.skip(" ").time(t).skip(" ").number(4, t.tm_year).is_whole())
    return {};
  return seconds(t);
}

} // namespace

std::string http_date(std::time_t time) {
  std::tm t{};
  ::gmtime_r(&time, &t);
  std::array<char, 64> out{};
  auto day = days[static_cast<size_t>(t.tm_wday)];
  auto month = months[static_cast<size_t>(t.tm_mon)];
  auto length = std::snprintf(
      out.data(), out.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", day.data(),
      t.tm_mday, month.data(), t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
  return {out.data(), static_cast<size_t>(length)};
}

std::optional<std::time_t> read_http_date(std::string_view text) {
  auto comma = text.find(", ");
  if (comma == text.npos)
    return read_asctime(text);
  auto date = text.substr(comma + 2);
  std::tm t{};
  date_reader in{date};
  in.number(2, t.tm_mday).skip(" ").month(t.tm_mon).skip(" ").number(4, t.tm_year);
  if (in.skip(" ").time(t).skip(" GMT").is_whole())
    return seconds(t);
  return read_with_dashes(date);
}

} // namespace troupe::web
