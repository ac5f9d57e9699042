#pragma once

#include "protocol/base/json_text.hpp"
#include "protocol/config/load.hpp"
#include "protocol/config/units.hpp"

#include <toml++/toml.h>

#include <chrono>
#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::config {

/// The source path of what came from the command line; `mistake::file` of it.
inline constexpr std::string_view command_line = "--set";

/// Returns whether `at` is on the command line, where the line counts the overrides.
bool is_override(const toml::source_region& at);

/// Gathers the mistakes of one configuration.
class report {
public:
  /// @param file Named where a mistake has no place of its own.
  explicit report(std::string file)
    : file_(std::move(file)) {}

  void add(const toml::source_region& at, std::string key, std::string message);

  /// Hands over what was gathered, by line; what came from the command line is last.
  mistake_list take();

private:
  std::string file_;
  mistake_list mistakes_;
};

/// One table of the file, read key by key. Each function below makes its key a known
/// one, stores a good value in `out` and reports a bad one. `out` stays as it was if
/// there is no good value. Returns whether there was a good value. When the section
/// ends, keys that no function asked for are reported as unknown.
class section {
public:
  /// @param table What to read; nullptr for one that is absent: it has no keys.
  /// @param at Where the table begins.
  /// @param path Its dotted key; empty for the whole file.
  section(report& out, const toml::table* table, toml::source_region at,
          std::string path);
  section(const section&) = delete;
  section& operator=(const section&) = delete;
  ~section();

  /// Returns the value of `key`, or nullptr.
  const toml::node* get(std::string_view key);

  bool flag(std::string_view key, bool& out);
  bool text(std::string_view key, std::string& out);
  bool texts(std::string_view key, std::vector<std::string>& out);
  bool size(std::string_view key, uint64_t& out, uint64_t least, uint64_t most);
  /// A part of a whole: a number from 0 to 1.
  bool share(std::string_view key, double& out);

  template <std::unsigned_integral T>
  bool whole(std::string_view key, T& out, T least, T most) {
    uint64_t value = 0;
    if (!whole_in(key, value, least, most))
      return false;
    out = static_cast<T>(value);
    return true;
  }

  /// A duration that is a whole number of `out`'s unit.
  template <class Duration>
  bool duration(std::string_view key, Duration& out, Duration least, Duration most) {
    std::chrono::microseconds value{};
    if (!duration_in(key, value, Duration{1}, least, most))
      return false;
    out = std::chrono::duration_cast<Duration>(value);
    return true;
  }

  /// One of a few words.
  template <class T>
  bool choice(std::string_view key, T& out,
              std::initializer_list<std::pair<std::string_view, T>> words) {
    std::string word;
    if (!text(key, word))
      return false;
    std::string names;
    for (auto& [name, value] : words) {
      if (name == word) {
        out = value;
        return true;
      }
      names += (names.empty() ? "\"" : ", \"") + std::string{name} + '"';
    }
    wrong(key, "expected one of " + names + ", not " + json_string(word));
    return false;
  }

  /// Returns the table under `key`; an empty section where there is none.
  section table(std::string_view key);

  /// Returns the keys of this table in the order of the file.
  std::vector<std::string> keys() const;

  /// Reports that something is wrong with `key`, or that it is missing.
  void wrong(std::string_view key, std::string message);

private:
  bool whole_in(std::string_view key, uint64_t& out, uint64_t least, uint64_t most);
  bool duration_in(std::string_view key, std::chrono::microseconds& out,
                   std::chrono::microseconds step, std::chrono::microseconds least,
                   std::chrono::microseconds most);
  std::string path_of(std::string_view key) const;

  report& report_;
  const toml::table* table_;
  toml::source_region at_;
  std::string path_;
  std::vector<std::string> known_;
};

/// Returns how `n` would be called in a message, e.g. `an integer`.
std::string_view type_of(const toml::node& n);

} // namespace troupe::config
