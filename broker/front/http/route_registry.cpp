#include "broker/front/http/route_registry.hpp"

#include <algorithm>
#include <utility>

namespace troupe::front::http {

namespace {

/// Returns the path from `first`, one of its segments, to its end.
std::string rest_of(const std::vector<std::string>& path, const std::string& first) {
  auto result = first;
  for (auto i = &first + 1; i != path.data() + path.size(); ++i)
    result += '/' + *i;
  return result;
}

} // namespace

bool is_for_viewers(const route& r) {
  return r.method == "GET"
         && (r.answers != answer_form::websocket || r.socket_only_follows);
}

bool route_registry::entry::matches(const std::vector<std::string>& path,
                                    std::vector<std::string>& found) const {
  found.clear();
  if (takes_rest ? path.size() < segments : path.size() != segments)
    return false;
  auto pattern = what.pattern;
  for (auto& segment : path) {
    if (pattern.front() == '{' && pattern.find('/') == pattern.size() - 2) {
      found.push_back(rest_of(path, segment));
      return !found.back().empty();
    }
    auto expected = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(pattern.size(), expected.size() + 1));
    if (expected.front() == '{' && !segment.empty())
      found.push_back(segment);
    else if (expected != segment)
      return false;
  }
  return true;
}

void route_registry::add(route r) {
  entry one;
  one.takes_rest = r.pattern.ends_with("/}");
  auto slashes = static_cast<size_t>(std::count(r.pattern.begin(), r.pattern.end(), '/'));
  if (!r.pattern.empty()) // which is that of `/` alone
    one.segments = one.takes_rest ? slashes : slashes + 1;
  auto known = std::find(patterns_.begin(), patterns_.end(), r.pattern);
  r.pattern_number = static_cast<size_t>(known - patterns_.begin());
  if (known == patterns_.end())
    patterns_.push_back(r.pattern);
  one.what = std::move(r);
  entries_.push_back(std::move(one));
}

std::optional<matched_route>
route_registry::find(std::string_view method,
                     const std::vector<std::string>& path) const {
  matched_route result;
  result.segments.reserve(2); // few patterns have more
  for (auto& e : entries_)
    if ((e.what.method == method || (method == "HEAD" && e.what.method == "GET"))
        && e.matches(path, result.segments)) {
      result.where = &e.what;
      return result;
    }
  return std::nullopt;
}

bool route_registry::needs_key() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](auto& e) { return !e.what.open; });
}

bool route_registry::is_open(const std::vector<std::string>& path) const {
  std::vector<std::string> segments;
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](auto& e) { return e.what.open && e.matches(path, segments); });
}

std::string route_registry::allowed_methods(const std::vector<std::string>& path) const {
  std::string all;
  std::vector<std::string> segments;
  for (auto& e : entries_)
    if (e.matches(path, segments))
      all += (all.empty() ? "" : ", ") + std::string{e.what.method}
             + (e.what.method == "GET" ? ", HEAD" : "");
  return all;
}

} // namespace troupe::front::http
