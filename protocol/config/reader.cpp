#include "protocol/config/reader.hpp"

#include "protocol/config/spelling.hpp"

#include <algorithm>
#include <tuple>

namespace troupe::config {

namespace {

using std::chrono::microseconds;

constexpr std::string_view duration_form =
    "expected a duration such as \"250ms\", \"5s\", \"10m\" or \"1h\"";
constexpr std::string_view size_form =
    "expected a size such as \"64KiB\" or \"256MiB\", or a number of bytes";

std::string expected(std::string_view what, const toml::node& found) {
  return "expected " + std::string{what} + ", not " + std::string{type_of(found)};
}

result<std::string, std::string> read_text(const toml::node& n) {
  auto value = n.value_exact<std::string>();
  if (!value)
    return failure(expected("a string", n));
  // The system ends a string at a NUL: what follows would be lost in silence.
  if (value->find('\0') != std::string::npos)
    return failure("a string must not hold a NUL character");
  return std::move(*value);
}

} // namespace

bool is_override(const toml::source_region& at) {
  return at.path && *at.path == command_line;
}

void report::add(const toml::source_region& at, std::string key, std::string message) {
  auto line = is_override(at) ? 0 : at.begin.line;
  mistakes_.push_back(
      {at.path ? *at.path : file_, line, std::move(key), std::move(message)});
}

mistake_list report::take() {
  auto place = [](const mistake& m) { return std::pair{m.file == command_line, m.line}; };
  std::stable_sort(mistakes_.begin(), mistakes_.end(),
                   [&](auto& a, auto& b) { return place(a) < place(b); });
  return std::exchange(mistakes_, {});
}

section::section(report& out, const toml::table* table, toml::source_region at,
                 std::string path)
  : report_(out)
  , table_(table)
  , at_(std::move(at))
  , path_(std::move(path)) {}

section::~section() {
  for (auto& key : keys()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end())
      continue;
    auto meant = nearest(key, known_);
    wrong(key, meant.empty()
                   ? std::string{"unknown key"}
                   : "unknown key; did you mean \"" + std::string{meant} + "\"?");
  }
}

const toml::node* section::get(std::string_view key) {
  known_.emplace_back(key);
  return table_ ? table_->get(key) : nullptr;
}

bool section::flag(std::string_view key, bool& out) {
  auto n = get(key);
  if (!n)
    return false;
  auto value = n->value_exact<bool>();
  if (!value) {
    wrong(key, expected("true or false", *n));
    return false;
  }
  out = *value;
  return true;
}

bool section::text(std::string_view key, std::string& out) {
  auto n = get(key);
  if (!n)
    return false;
  auto read = read_text(*n);
  if (!read) {
    wrong(key, std::move(read).error());
    return false;
  }
  out = *std::move(read);
  return true;
}

bool section::texts(std::string_view key, std::vector<std::string>& out) {
  auto n = get(key);
  if (!n)
    return false;
  auto list = n->as_array();
  if (!list) {
    wrong(key, expected("an array of strings", *n));
    return false;
  }
  std::vector<std::string> all;
  for (auto&& element : *list) {
    auto read = read_text(element);
    if (!read) {
      wrong(key, "element " + std::to_string(all.size() + 1) + ": " + read.error());
      return false;
    }
    all.push_back(*std::move(read));
  }
  out = std::move(all);
  return true;
}

bool section::size(std::string_view key, uint64_t& out, uint64_t least, uint64_t most) {
  auto n = get(key);
  if (!n)
    return false;
  auto number = n->value_exact<int64_t>();
  auto spelled = n->value_exact<std::string>();
  auto value = spelled                  ? parse_size(*spelled)
               : number && *number >= 0 ? std::optional{static_cast<uint64_t>(*number)}
                                        : std::nullopt;
  if (!value) {
    auto found = spelled  ? json_string(*spelled)
                 : number ? std::to_string(*number)
                          : std::string{type_of(*n)};
    wrong(key, std::string{size_form} + ", not " + found);
    return false;
  }
  if (*value < least || *value > most) {
    wrong(key, "expected a size from " + std::to_string(least) + " to "
                   + std::to_string(most) + " bytes, not " + std::to_string(*value));
    return false;
  }
  out = *value;
  return true;
}

bool section::share(std::string_view key, double& out) {
  auto n = get(key);
  if (!n)
    return false;
  auto value = n->is_number() ? n->value<double>() : std::nullopt;
  // Written so that a NaN fails.
  if (!value || !(*value >= 0 && *value <= 1)) {
    wrong(key, "expected a number from 0 to 1");
    return false;
  }
  out = *value;
  return true;
}

bool section::whole_in(std::string_view key, uint64_t& out, uint64_t least,
                       uint64_t most) {
  auto n = get(key);
  if (!n)
    return false;
  auto what =
      "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  auto value = n->value_exact<int64_t>();
  if (!value) {
    wrong(key, expected(what, *n));
    return false;
  }
  if (*value < 0 || static_cast<uint64_t>(*value) < least
      || static_cast<uint64_t>(*value) > most) {
    wrong(key, "expected " + what + ", not " + std::to_string(*value));
    return false;
  }
  out = static_cast<uint64_t>(*value);
  return true;
}

bool section::duration_in(std::string_view key, microseconds& out, microseconds step,
                          microseconds least, microseconds most) {
  auto n = get(key);
  if (!n)
    return false;
  auto spelled = n->value_exact<std::string>();
  auto value = spelled ? parse_duration(*spelled) : std::nullopt;
  if (!value) {
    wrong(key, std::string{duration_form} + ", not "
                   + (spelled ? json_string(*spelled) : std::string{type_of(*n)}));
    return false;
  }
  if (*value < least || *value > most) {
    wrong(key, "expected a duration from " + spell(least) + " to " + spell(most)
                   + ", not " + *spelled);
    return false;
  }
  if (*value % step != microseconds{0}) {
    wrong(key, "expected a multiple of " + spell(step) + ", not " + *spelled);
    return false;
  }
  out = *value;
  return true;
}

section section::table(std::string_view key) {
  auto n = get(key);
  if (!n)
    return {report_, nullptr, at_, path_of(key)};
  if (!n->is_table())
    wrong(key, expected("a table", *n));
  return {report_, n->as_table(), table_->find(key)->first.source(), path_of(key)};
}

std::vector<std::string> section::keys() const {
  if (!table_)
    return {};
  std::vector<const toml::key*> found;
  for (auto&& [key, value] : *table_)
    found.push_back(&key);
  // A toml::table is sorted by name; the order that was written is in the places.
  auto place = [](const toml::key* key) {
    auto& at = key->source();
    return std::tuple{is_override(at), at.begin.line, at.begin.column};
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](auto a, auto b) { return place(a) < place(b); });
  std::vector<std::string> result;
  for (auto key : found)
    result.emplace_back(key->str());
  return result;
}

void section::wrong(std::string_view key, std::string message) {
  auto given = table_ && table_->contains(key);
  report_.add(given ? table_->find(key)->first.source() : at_, path_of(key),
              std::move(message));
}

std::string section::path_of(std::string_view key) const {
  return path_.empty() ? spell_key(key) : path_ + "." + spell_key(key);
}

std::string_view type_of(const toml::node& n) {
  switch (n.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a fraction";
    case toml::node_type::boolean:
      return "a truth value";
    default:
      return "a date or time";
  }
}

} // namespace troupe::config
