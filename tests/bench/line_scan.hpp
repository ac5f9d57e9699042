#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace troupe::bench {

/// The members of a line that a relay of calls must know, as JSON text.
struct line_members {
  std::string_view id;
  std::string_view kind;
  std::string_view payload;
  std::string_view error;
};

/// Checks a line and finds its members in one pass, as somebody would who writes a relay
/// by hand and does not trust what comes. Knows JSON but for the order of bytes in UTF-8.
class line_scan {
public:
  explicit line_scan(std::string_view line)
    : at_(line.data())
    , end_(line.data() + line.size()) {}

  /// Returns whether the line is one object.
  bool read(line_members& out) {
    return object([&](std::string_view key, std::string_view value) {
             if (key == "\"request_id\"")
               out.id = value;
             else if (key == "\"kind\"")
               out.kind = value;
             else if (key == "\"payload\"")
               out.payload = value;
             else if (key == "\"error\"")
               out.error = value;
           })
           && (blanks(), at_ == end_);
  }

private:
  static constexpr int most_depth = 64;

  bool is_at(char c) const { return at_ < end_ && *at_ == c; }
  bool skip(char c) { return is_at(c) && (++at_, true); }
  void blanks() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r'))
      ++at_;
  }

  template <class Member>
  bool object(const Member& member) {
    blanks();
    if (!skip('{'))
      return false;
    blanks();
    if (skip('}'))
      return true;
    do {
      blanks();
      auto key = at_;
      if (!string())
        return false;
      std::string_view name{key, static_cast<size_t>(at_ - key)};
      blanks();
      if (!skip(':'))
        return false;
      blanks();
      auto from = at_;
      if (!value())
        return false;
      member(name, std::string_view{from, static_cast<size_t>(at_ - from)});
      blanks();
    } while (skip(','));
    return skip('}');
  }

  bool array() {
    ++at_;
    blanks();
    if (skip(']'))
      return true;
    do {
      blanks();
      if (!value())
        return false;
      blanks();
    } while (skip(','));
    return skip(']');
  }

  bool string() {
    if (!skip('"'))
      return false;
    for (; at_ < end_ && static_cast<unsigned char>(*at_) >= ' '; ++at_) {
      if (*at_ == '"')
        return ++at_, true;
      if (*at_ == '\\' && (++at_ == end_ || !std::strchr("\"\\/bfnrtu", *at_)))
        return false;
    }
    return false;
  }

  bool number() {
    auto from = at_;
    while (at_ < end_ && *at_ != '\0' && std::strchr("+-.0123456789eE", *at_))
      ++at_;
    return at_ > from;
  }

  bool word(std::string_view text) {
    auto fits = std::string_view{at_, static_cast<size_t>(end_ - at_)}.starts_with(text);
    at_ += fits ? text.size() : 0;
    return fits;
  }

  bool value() {
    if (at_ == end_ || depth_ == most_depth)
      return false;
    ++depth_;
    auto ok = *at_ == '"'   ? string()
              : *at_ == '{' ? object([](auto, auto) {})
              : *at_ == '[' ? array()
              : *at_ == 't' ? word("true")
              : *at_ == 'f' ? word("false")
              : *at_ == 'n' ? word("null")
                            : number();
    --depth_;
    return ok;
  }

  const char* at_;
  const char* end_;
  int depth_ = 0;
};

} // namespace troupe::bench
