#pragma once

#include "actors/node/node.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <map>
#include <memory>

namespace troupe::node {

/// Returns a call to worker `index` of a pool of terminals.
call to_terminal(const char* kind, int32_t index, shared_bytes payload = null_payload());

/// Asks all terminals of a node that run the same. For the NODE actor.
class terminal_survey : public std::enable_shared_from_this<terminal_survey> {
public:
  /// What they answered, by pool and index. Those that ended meanwhile are not in it.
  using answers = std::map<std::pair<std::string, int32_t>, boost::json::value>;
  using finisher = std::function<void(answers&)>;

  /// Asks for `kind`, a call of terminals; `finish` may be called before this returns.
  static void ask(node_state& node, const char* kind, finisher finish);

private:
  void ask_pool(node_state& node, const std::string& pool,
                const node_state::pool_entry& p);
  void ask_one(node_state& node, const broker_actor& broker,
               const std::pair<std::string, int32_t>& which);
  void arrived();

  const char* kind_ = nullptr;
  finisher finish_;
  answers found_;
  /// Answers that have not come, and one until all were asked.
  size_t missing_ = 1;
};

} // namespace troupe::node
