#include "protocol/web/conditions.hpp"

#include "protocol/web/http_date.hpp"
#include "protocol/web/http_text.hpp"

#include <algorithm>

namespace troupe::web {

namespace {

constexpr std::string_view weak = "W/";

/// Returns whether a list of tags has `tag`.
/// @param takes_weak Whether a weak tag is as good.
bool lists(std::string_view list, std::string_view tag, bool takes_weak) {
  if (trim_blanks(list) == "*")
    return true;
  while (!(list = trim_blanks(list)).empty()) {
    auto is_weak = list.starts_with(weak);
    if (is_weak)
      list.remove_prefix(weak.size());
    // A tag may have commas between its quotes.
    auto end = list.starts_with('"') ? list.find('"', 1) : list.npos;
    if (end == list.npos)
      return false;
    if (list.substr(0, end + 1) == tag && (takes_weak || !is_weak))
      return true;
    list = trim_blanks(list.substr(end + 1));
    if (list.starts_with(','))
      list.remove_prefix(1);
  }
  return false;
}

bool is_later_than(const file_version& there, std::string_view date, bool if_no_date) {
  auto time = read_http_date(date);
  return time ? there.modified > *time : if_no_date;
}

} // namespace

condition_result evaluate(const request_conditions& asked, const file_version& there) {
  if (!asked.if_match.empty() && !lists(asked.if_match, there.tag, false))
    return condition_result::failed;
  if (asked.if_match.empty() && !asked.if_unmodified_since.empty()
      && is_later_than(there, asked.if_unmodified_since, false))
    return condition_result::failed;
  auto has_it = asked.if_none_match.empty()
                    ? !asked.if_modified_since.empty()
                          && !is_later_than(there, asked.if_modified_since, true)
                    : lists(asked.if_none_match, there.tag, true);
  return has_it ? condition_result::not_modified : condition_result::met;
}

bool allows_range(const request_conditions& asked, const file_version& there) {
  auto condition = trim_blanks(asked.if_range);
  if (condition.empty())
    return true;
  if (condition.starts_with('"') || condition.starts_with(weak))
    return condition == there.tag;
  return read_http_date(condition) == there.modified;
}

} // namespace troupe::web
