#pragma once

#include <boost/test/unit_test.hpp>

#include "protocol/base/error.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <algorithm>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

inline std::ostream& operator<<(std::ostream& out, const shared_bytes& s) {
  return out << s.view();
}

inline std::ostream& operator<<(std::ostream& out, code c) {
  return out << to_string(c);
}

} // namespace troupe

namespace test {

/// Returns a number from 0 to `most`, from the generator's raw bits: the standard's
/// distributions differ between libraries, so that a seed would not say what was tested.
inline size_t below_or_at(std::mt19937& random, size_t most) {
  return random() % (most + 1);
}

/// Returns `text` in pieces of random length; some are empty.
inline std::vector<std::string> random_pieces(std::string_view text,
                                              std::mt19937& random) {
  std::vector<std::string> result;
  auto most = 1 + below_or_at(random, 40);
  while (!text.empty()) {
    auto n = std::min(below_or_at(random, most), text.size());
    result.emplace_back(text.substr(0, n));
    text.remove_prefix(n);
  }
  return result;
}

/// Calls `check(pieces)` for many ways to cut `text`: whole, in two at every byte, byte
/// by byte, and at random.
template <class Check>
void for_each_cut(std::string_view text, Check&& check) {
  check(std::vector{std::string{text}});
  for (size_t i = 0; i <= text.size(); ++i)
    check(std::vector{std::string{text.substr(0, i)}, std::string{text.substr(i)}});
  std::vector<std::string> bytes;
  for (char c : text)
    bytes.emplace_back(1, c);
  check(bytes);
  std::mt19937 random{20'240'501};
  for (int i = 0; i < 200; ++i)
    check(random_pieces(text, random));
}

} // namespace test
