#pragma once

#include "actors/interfaces/behaviour_registry.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

/// Reads the options of a behaviour, key by key, in the forms that the configuration has:
/// durations are `"250ms"`, sizes `"64KiB"` or a number of bytes. Each function stores a
/// good value in `out` and notes a bad one; `out` stays as it was if there is no good
/// value. Returns whether there was a good value.
///
/// One function that reads them all serves twice: its mistakes are the answer of
/// `behaviour_kind::check`, its values are what the actor starts with.
class behaviour_options {
public:
  explicit behaviour_options(const boost::json::object& options);
  ~behaviour_options();

  bool flag(std::string_view key, bool& out);
  bool text(std::string_view key, std::string& out);
  bool texts(std::string_view key, std::vector<std::string>& out);
  bool duration(std::string_view key, std::chrono::milliseconds& out,
                std::chrono::milliseconds least, std::chrono::milliseconds most);
  /// Bytes.
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

  /// One of a few words.
  template <class T>
  bool choice(std::string_view key, T& out,
              std::initializer_list<std::pair<std::string_view, T>> words) {
    std::vector<std::string_view> names;
    for (auto& [name, value] : words)
      names.push_back(name);
    auto i = word_of(key, names);
    if (i == names.size())
      return false;
    out = words.begin()[i].second;
    return true;
  }

  /// Returns the value of `key`, for a form that no function here reads; or nullptr.
  const boost::json::value* get(std::string_view key);

  /// Notes that something is wrong with `key`, or that it is missing.
  void wrong(std::string_view key, std::string message);

  /// Ends the reading: notes each key that nothing asked for, and returns all mistakes.
  std::vector<option_mistake> mistakes();

private:
  struct reader;

  bool whole_in(std::string_view key, uint64_t& out, uint64_t least, uint64_t most);
  /// Returns the index of the word under `key`, or how many `words` there are.
  size_t word_of(std::string_view key, const std::vector<std::string_view>& words);

  const boost::json::object* options_;
  std::unique_ptr<reader> reader_;
};

} // namespace troupe
