#include "actors/interfaces/crash_record.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <string_view>

/// What clients of agent-relay's broker ask about crashes of programs on terminals.
namespace troupe::node::operations {

namespace {

namespace json = boost::json;

enum class crash_category : uint8_t { oom, segfault, signal, error, count_ };

std::string_view word_for(crash_category c) {
  constexpr std::array<std::string_view, static_cast<size_t>(crash_category::count_)>
      words = {"oom", "segfault", "signal", "error"};
  return words[static_cast<size_t>(c)];
}

crash_category category_of(const crash_record::crash& c) {
  // A shell reports the end of its child by a signal as 128 + its number.
  auto signal = c.signal ? *c.signal : c.exit_code.value_or(0) - 128;
  if (signal == SIGKILL)
    return crash_category::oom;
  if (signal == SIGSEGV)
    return crash_category::segfault;
  return c.signal ? crash_category::signal : crash_category::error;
}

json::object crash_json(const crash_record::crash& c) {
  json::object o{{"agent_name", c.name},
                 {"exit_code", nullptr},
                 {"signal", nullptr},
                 {"timestamp", c.time},
                 {"uptime_secs", c.uptime_secs},
                 {"category", word_for(category_of(c))}};
  if (c.signal) {
    o["signal"] = std::to_string(*c.signal);
    o["description"] = "killed by signal " + std::to_string(*c.signal);
  } else {
    o["exit_code"] = c.exit_code.value_or(0);
    o["description"] = "exited with code " + std::to_string(c.exit_code.value_or(0));
  }
  return o;
}

/// Returns the categories that occurred, the most frequent first.
json::array patterns_of(const std::vector<crash_record::crash>& crashes) {
  struct pattern {
    crash_category category;
    size_t count = 0;
    std::vector<std::string> agents;
  };
  std::vector<pattern> all;
  for (auto& c : crashes) {
    auto i = std::find_if(all.begin(), all.end(),
                          [&](auto& p) { return p.category == category_of(c); });
    if (i == all.end())
      i = all.insert(all.end(), {category_of(c), 0, {}});
    ++i->count;
    if (std::find(i->agents.begin(), i->agents.end(), c.name) == i->agents.end())
      i->agents.push_back(c.name);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](auto& a, auto& b) { return a.count > b.count; });
  json::array out;
  for (auto& p : all)
    out.push_back(
        json::object{{"category", word_for(p.category)},
                     {"count", p.count},
                     {"agents", json::array(p.agents.begin(), p.agents.end())}});
  return out;
}

/// 100 for no crash within the last hour, 10 less for each.
int64_t health_score(const std::vector<crash_record::crash>& crashes) {
  using namespace std::chrono;
  auto now = system_clock::now().time_since_epoch();
  auto begin = duration_cast<seconds>(now - 1h).count();
  auto recent = std::count_if(crashes.begin(), crashes.end(),
                              [begin](auto& c) { return c.time > begin; });
  return std::max<int64_t>(0, 100 - 10 * static_cast<int64_t>(recent));
}

void show_crashes(node_state& node, pending_call c) {
  constexpr ptrdiff_t shown = 20;
  auto all = node.crashes->all();
  json::array recent;
  auto n = static_cast<ptrdiff_t>(all.size());
  for (auto i = all.end() - std::min(n, shown); i != all.end(); ++i)
    recent.push_back(crash_json(*i));
  answer(c, {{"total_crashes", node.crashes->crashes()},
             {"recent", std::move(recent)},
             {"patterns", patterns_of(all)},
             {"health_score", health_score(all)}});
}

} // namespace

void add_crashes(operation_registry& all) {
  all.add({"agents.crashes", show_crashes});
}

} // namespace troupe::node::operations
