#include "protocol/base/address.hpp"
#include "protocol/base/event_kinds.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/config/read.hpp"
#include "protocol/config/toml_json.hpp"

#include <limits>

/// Behaviours that are no workers: followers of events, and operations.
namespace troupe::config {

namespace {

std::string names_of(const behaviour_table& all) {
  std::string out;
  for (auto& [name, check] : all)
    out += (out.empty() ? "" : ", ") + name;
  return out;
}

/// Reads `behaviour` and `options`, which that behaviour checks.
void read_behaviour(section& s, const behaviour_table& known, std::string& behaviour,
                    boost::json::object& options) {
  auto given = s.get("options");
  auto own = s.table("options");
  for (auto& key : own.keys())
    own.get(key); // which of them are known is for the behaviour to say
  if (!s.get("behaviour"))
    return s.wrong("behaviour", "is missing: expected one of " + names_of(known));
  if (!s.text("behaviour", behaviour))
    return;
  auto found = known.find(behaviour);
  if (found == known.end())
    return s.wrong("behaviour", "expected one of " + names_of(known) + ", not "
                                    + json_string(behaviour));
  if (given && !given->is_table())
    return;
  auto read = given ? to_json(*given->as_table()) : boost::json::object{};
  if (!read)
    return s.wrong("options", read.error());
  options = *std::move(read);
  for (auto& [key, message] : found->second(options))
    own.wrong(key, message);
}

void read_events(section& s, std::vector<std::string>& out) {
  if (!s.get("events"))
    return s.wrong("events", "is missing: the kinds of events to follow, such as"
                             " [\"worker_exited\", \"breaker_opened\"]");
  if (!s.texts("events", out))
    return;
  if (out.empty())
    return s.wrong("events", "expected an array of at least one kind of event");
  for (auto& kind : out)
    if (kind == "gap")
      return s.wrong("events", "a gap is told of anyway: leave it out");
    else if (!is_event_kind(kind))
      return s.wrong("events", validate_event_kind(kind).error());
}

/// Calls `read` with the table of each name under `[follower]` or `[operation]`.
template <class T, class Read>
void read_each(section& s, std::string_view what, std::vector<T>& out, Read read) {
  for (auto& name : s.keys()) {
    if (!is_valid_name(name))
      s.wrong(name, "the name of " + std::string{what}
                        + " is a letter and then up to 62 letters, digits, _ or -");
    auto& one = out.emplace_back();
    one.name = name;
    if (auto n = s.get(name); n->is_table()) {
      auto own = s.table(name);
      read(own, one);
    } else {
      s.wrong(name, "expected a table, not " + std::string{type_of(*n)});
    }
  }
}

} // namespace

void read_followers(section s, const std::filesystem::path& folder,
                    const behaviour_table& known, std::vector<follower>& out) {
  constexpr auto most_batch = static_cast<uint32_t>(troupe::limits::event_batch);
  read_each(s, "a follower", out, [&](section& own, follower& f) {
    read_behaviour(own, known, f.behaviour, f.options);
    read_events(own, f.events);
    own.whole("batch", f.batch, 1u, most_batch);
    own.whole("queue_limit", f.queue_limit, 1u, 1'000'000u);
    own.size("queue_bytes", f.queue_bytes, 64 * 1024, uint64_t{1} << 30);
    f.folder = folder;
  });
}

void read_operations(section s, const known_kinds& known, std::vector<operation>& out) {
  auto behaviours = known.operations ? known.operations() : behaviour_table{};
  read_each(s, "an operation", out, [&](section& own, operation& o) {
    read_behaviour(own, behaviours, o.behaviour, o.options);
    own.duration("timeout", o.timeout, 1ms, longest);
    if (known.is_operation && known.is_operation(o.name))
      own.wrong("behaviour",
                "the node has an operation " + o.name + " already: choose another name");
  });
}

} // namespace troupe::config
