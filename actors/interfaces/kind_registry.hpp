#pragma once

#include "protocol/config/behaviour_table.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace troupe {

/// Kinds of behaviours of one role, by name: a `Kind` has a `name` and, for its options,
/// a `check`. Filled before the node starts and read from then on, by any thread.
template <class Kind>
class kind_registry {
public:
  /// Adds a kind; one of the same name is replaced.
  void add(Kind k) {
    auto name = k.name;
    all_.insert_or_assign(std::move(name), std::move(k));
  }

  /// Returns the kind of this name, or nullptr.
  const Kind* find(std::string_view name) const {
    auto i = all_.find(name);
    return i == all_.end() ? nullptr : &i->second;
  }

  /// Returns the kinds as the reader of a configuration knows them.
  config::behaviour_table table() const {
    config::behaviour_table rows;
    for (auto& [name, kind] : all_)
      rows.emplace(name, [check = kind.check](const boost::json::object& options) {
        config::option_mistakes mistakes;
        if (check) {
          for (auto& m : check(options))
            mistakes.emplace_back(m.option, m.message);
        } else {
          for (auto& member : options)
            mistakes.emplace_back(std::string{member.key()},
                                  "unknown key; this behaviour has no options");
        }
        return mistakes;
      });
    return rows;
  }

private:
  std::map<std::string, Kind, std::less<>> all_;
};

} // namespace troupe
