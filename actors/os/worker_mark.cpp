#include "actors/os/worker_mark.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace troupe::os {

namespace {

/// Calls `f` with each `NODE.NUMBER` of a mark until it returns true; returns whether it
/// did.
template <class F>
bool any_of_parts(std::string_view mark, F f) {
  for (;;) {
    auto end = mark.find('/');
    if (f(mark.substr(0, end)))
      return true;
    if (end == std::string_view::npos)
      return false;
    mark.remove_prefix(end + 1);
  }
}

/// Returns a mark up to the number.
std::string mark_before(std::string_view node) {
  auto outer = std::getenv(std::string{mark_variable}.c_str());
  std::string mark = outer && *outer ? std::string{outer} + '/' : std::string{};
  return mark.append(node) + '.';
}

} // namespace

std::string make_node_mark() {
  std::random_device random; // the kernel's, not a sequence from a seed
  std::string mark;
  for (int i = 0; i < 4; ++i) {
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08x", random());
    mark += digits;
  }
  return mark;
}

std::string make_worker_mark(std::string_view node, uint64_t number) {
  return mark_before(node) + std::to_string(number);
}

std::string make_forked_mark(std::string_view node, uint64_t number) {
  constexpr size_t digits = 20; // of the largest number
  auto text = std::to_string(number);
  return mark_before(node).append(digits - text.size(), '0') + text;
}

std::optional<uint64_t> marked_number(std::string_view mark, std::string_view node) {
  std::optional<uint64_t> found;
  any_of_parts(mark, [&](std::string_view part) {
    if (!part.starts_with(node) || part.substr(node.size(), 1) != ".")
      return false;
    part.remove_prefix(node.size() + 1);
    uint64_t number = 0;
    auto [rest, wrong] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (wrong != std::errc{} || rest != part.data() + part.size())
      return false;
    found = number;
    return true;
  });
  return found;
}

bool is_marked_by(std::string_view mark, std::string_view own) {
  auto last = own.substr(own.rfind('/') + 1);
  return !last.empty()
         && any_of_parts(mark, [&](std::string_view part) { return part == last; });
}

void set_mark(std::vector<std::string>& environment, std::string_view mark) {
  std::string start{mark_variable};
  start += '=';
  std::erase_if(environment, [&](auto& variable) { return variable.starts_with(start); });
  environment.push_back(start.append(mark));
}

} // namespace troupe::os
