#include "protocol/base/trace_context.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace troupe {

namespace {

constexpr std::string_view blanks = " \t";

/// The bytes of version 00: `00-` trace `-` span `-` flags.
constexpr size_t known_bytes = 55;
constexpr size_t trace_at = 3;
constexpr size_t trace_digits = 32;
constexpr size_t span_at = 36;
constexpr size_t span_digits = 16;
constexpr size_t flags_at = 53;

bool is_lower_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool are_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_lower_hex);
}

/// Returns whether `text` is an id that is not all 0.
bool is_id(std::string_view text) {
  return are_lower_hex(text) && text.find_first_not_of('0') != text.npos;
}

/// What a later version adds is not known, but it must be fit for a header and for JSON.
bool is_later_part(std::string_view text) {
  return text.empty()
         || (text.front() == '-' && std::all_of(text.begin(), text.end(), [](char c) {
               return c > ' ' && c <= '~' && c != '"' && c != '\\';
             }));
}

bool is_traceparent(std::string_view text) {
  if (text.size() < known_bytes || text.size() > trace_context::longest_traceparent)
    return false;
  auto version = text.substr(0, 2);
  auto rest = text.substr(known_bytes);
  return are_lower_hex(version) && version != "ff" && text[trace_at - 1] == '-'
         && is_id(text.substr(trace_at, trace_digits)) && text[span_at - 1] == '-'
         && is_id(text.substr(span_at, span_digits)) && text[flags_at - 1] == '-'
         && are_lower_hex(text.substr(flags_at, 2))
         && (version == "00" ? rest.empty() : is_later_part(rest));
}

std::string_view trim(std::string_view text) {
  auto begin = text.find_first_not_of(blanks);
  if (begin == text.npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

/// Returns whether `text` is a part of a key: a name alone, or one of the two at an `@`.
bool is_name(std::string_view text, size_t most) {
  auto starts_well =
      !text.empty()
      && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= '0' && text[0] <= '9'));
  return starts_well && text.size() <= most
         && std::all_of(text.begin(), text.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
                     || c == '-' || c == '*' || c == '/';
            });
}

bool is_key(std::string_view key) {
  constexpr size_t most = 256;
  constexpr size_t most_of_tenant = 241;
  constexpr size_t most_of_system = 14;
  auto at = key.find('@');
  if (at == key.npos)
    return is_name(key, most);
  return is_name(key.substr(0, at), most_of_tenant)
         && is_name(key.substr(at + 1), most_of_system);
}

bool is_value(std::string_view value) {
  constexpr size_t most = 256;
  return !value.empty() && value.size() <= most
         && std::all_of(value.begin(), value.end(), [](char c) {
              return c >= ' ' && c <= '~' && c != ',' && c != '=';
            });
}

bool is_member(std::string_view member) {
  auto equals = member.find('=');
  return equals != member.npos && is_key(member.substr(0, equals))
         && is_value(member.substr(equals + 1));
}

/// Returns the members of a list, empty ones left out, or nothing if it is no
/// `tracestate`.
std::optional<std::vector<std::string_view>> read_members(std::string_view list) {
  constexpr size_t most = 32;
  std::vector<std::string_view> all;
  for (size_t at = 0; at <= list.size();) {
    auto end = std::min(list.find(',', at), list.size());
    auto member = trim(list.substr(at, end - at));
    at = end + 1;
    if (member.empty())
      continue;
    if (all.size() == most || !is_member(member))
      return std::nullopt;
    all.push_back(member);
  }
  return all;
}

std::string join(const std::vector<std::string_view>& members) {
  std::string all;
  for (auto m : members)
    join_tracestate(all, m);
  return all;
}

/// Removes members until what is left is short enough.
std::string shorten(std::vector<std::string_view> members) {
  auto text = join(members);
  while (text.size() > trace_context::longest_tracestate) {
    auto longest = std::find_if(members.rbegin(), members.rend(), [](auto m) {
      return m.size() > trace_context::longest_member;
    });
    members.erase(longest == members.rend() ? members.end() - 1
                                            : std::prev(longest.base()));
    text = join(members);
  }
  return text;
}

/// Returns what is passed on of a `tracestate`: all, if it is a good one that is not too
/// long.
std::string to_tracestate(std::string_view list) {
  list = trim(list);
  auto members = read_members(list);
  if (!members || members->empty())
    return {};
  return list.size() <= trace_context::longest_tracestate ? std::string{list}
                                                          : shorten(*std::move(members));
}

} // namespace

trace_context_ptr trace_context::parse(std::string_view traceparent,
                                       std::string_view tracestate) {
  traceparent = trim(traceparent);
  if (!is_traceparent(traceparent))
    return nullptr;
  std::string text{traceparent};
  if (!tracestate.empty())
    text += to_tracestate(tracestate);
  return std::make_shared<const trace_context>(std::move(text), traceparent.size());
}

bool trace_context::is_sampled() const noexcept {
  auto digit = text_[flags_at + 1];
  return (digit >= 'a' ? digit - 'a' : digit - '0') % 2 == 1; // 'a' is even, as 0 is
}

trace_context_ptr trace_context::with_span(std::string_view span_id) const {
  // What a later version says is not this node's to repeat with a span of its own.
  std::string text{"00-"};
  text.append(trace_id()).append("-").append(span_id);
  text += is_sampled() ? "-01" : "-00";
  text += tracestate();
  return std::make_shared<const trace_context>(std::move(text), known_bytes);
}

void join_tracestate(std::string& all, std::string_view next) {
  if (!all.empty())
    all += ',';
  all += next;
}

} // namespace troupe
