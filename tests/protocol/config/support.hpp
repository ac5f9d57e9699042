#pragma once

#include "tests/protocol/support.hpp"

#include "protocol/config/load.hpp"
#include "protocol/config/terminal_workers.hpp"
#include "protocol/wires/wire_registry.hpp"

namespace test {

/// The path the tests give their text; its folder does not exist.
inline constexpr std::string_view path = "/no/such/folder/node.toml";

/// Returns the kinds of workers that come with Troupe, as far as a configuration knows
/// them.
inline troupe::config::worker_kinds known_workers() {
  troupe::config::worker_kind processes;
  processes.protocols = std::make_shared<const troupe::wires::wire_registry>(
      troupe::wires::built_in_wires());
  troupe::config::worker_kinds all;
  all.add(processes);
  all.add(troupe::config::terminal_workers());
  return all;
}

/// Returns the mistakes of `text`, spelled without the file's path; none where it is
/// good.
inline std::vector<std::string> mistakes(std::string_view text,
                                         const std::vector<std::string>& overrides = {}) {
  auto read = troupe::config::parse(text, path, known_workers(), overrides);
  std::vector<std::string> result;
  if (!read) {
    BOOST_TEST(!read.error().empty());
    for (auto& m : read.error()) {
      auto spelled = to_string(m);
      if (m.file == path)
        spelled.erase(0, path.size() + 1);
      result.push_back(spelled);
    }
  }
  return result;
}

/// Returns what `text` says; fails the test where it has mistakes.
inline troupe::config::file good(std::string_view text,
                                 const std::vector<std::string>& overrides = {}) {
  for (auto& wrong : mistakes(text, overrides))
    BOOST_ERROR(wrong);
  auto read = troupe::config::parse(text, path, known_workers(), overrides);
  BOOST_TEST_REQUIRE(read.has_value());
  return *std::move(read);
}

/// Returns a file with one pool `p` that says `lines` too.
inline std::string with_pool(std::string_view lines) {
  return "[pool.p]\ncommand = [\"x\"]\n" + std::string{lines};
}

/// Returns the one pool of `with_pool(lines)`.
inline troupe::config::pool pool(std::string_view lines) {
  return good(with_pool(lines)).pools.at(0);
}

/// Checks that `text` has one mistake, which begins with `start` (line and key).
inline void check_mistake(std::string_view text, std::string_view start,
                          const std::vector<std::string>& overrides = {}) {
  BOOST_TEST_CONTEXT(text) {
    auto found = mistakes(text, overrides);
    BOOST_TEST_REQUIRE(found.size() == 1u);
    BOOST_TEST(found[0].starts_with(start), found[0] << " does not begin with " << start);
  }
}

} // namespace test
