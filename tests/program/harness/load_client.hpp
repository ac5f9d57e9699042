#pragma once

#include "tests/program/harness/cluster_load.hpp"

#include <optional>

namespace program {

/// One client of a `cluster_load`. Uses no test library: it runs on a thread of its own.
class load_client {
public:
  /// @param name Begins the names of its calls: no other client has it.
  /// @param sockets Of the nodes that it may be a client of, its own one first.
  load_client(std::string name, std::vector<std::string> sockets, load_plan plan,
              load_tally& tally, std::atomic<size_t>& outcomes)
    : name_(std::move(name))
    , sockets_(std::move(sockets))
    , plan_(std::move(plan))
    , tally_(tally)
    , outcomes_(outcomes)
    , dice_(static_cast<unsigned>(std::hash<std::string>{}(name_))) {}

  /// Sends calls until `stopping`, then waits for what is open.
  void run(const std::atomic<bool>& stopping);

private:
  struct sent_call {
    std::string kind;
    clock::time_point at;
  };

  bool chance(int percent) {
    return std::uniform_int_distribution{0, 99}(dice_) < percent;
  }
  void converse(const std::atomic<bool>& stopping);
  bool connect();
  /// Ends what is open: the connection brings nothing more.
  void lose_all(const std::string& why);
  std::string kind();
  void send();
  void take(const reply& r);
  void settle(std::map<std::string, sent_call>::iterator call, const std::string& how);
  void complain(const std::string& why);

  std::string name_;
  std::vector<std::string> sockets_;
  load_plan plan_;
  load_tally& tally_;
  std::atomic<size_t>& outcomes_;
  std::mt19937 dice_;
  std::optional<socket_client> client_;
  std::map<std::string, sent_call> open_;
};

} // namespace program
