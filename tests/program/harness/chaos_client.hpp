#pragma once

#include "tests/program/harness/socket_client.hpp"

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <string>

namespace program {

/// What one client of a chaos run saw.
struct chaos_tally {
  /// How many calls ended how: `result` or the code of the error.
  std::map<std::string, size_t> ends;
  size_t sent = 0;
  /// Outcomes that no open call waited for, or that were another call's.
  size_t crossed = 0;
  /// Errors that nothing which was done to the call explains.
  size_t unexplained = 0;
  std::string first_complaint;

  size_t outcomes() const;
  void add(const chaos_tally& other);
};

/// What a client does to one pool of workers that speak `FOREIGN_WORKER`'s language.
struct chaos_plan {
  std::string pool;
  /// What a call of a session's worker has to be named.
  std::string kind = "k";
  /// Calls it has open at once.
  size_t outstanding = 8;
  /// It reads an answer, then waits for so long.
  milliseconds pause{0};
  /// Bytes that each call carries both ways beside its number.
  size_t ballast = 0;
  /// Bytes of each answer, where calls ask for large ones. A client that sent as much
  /// without reading would wait for the node, which waits for it to read.
  size_t answer_size = 0;
  /// Whether calls may kill or confuse their worker, or are taken back.
  bool is_rude = true;
};

/// A client whose calls are all sorts: quick, slow, failing, deadly, garbage, answered
/// twice, taken back, with short deadlines, urgent, with keys. It books how each ends.
class chaos_client {
public:
  chaos_client(const std::string& socket, chaos_plan plan, unsigned seed)
    : client_(socket)
    , plan_(std::move(plan))
    , dice_(seed) {}

  /// Sends calls until `stopping`, then waits for what is open. Uses no test library: it
  /// runs on a thread of its own.
  chaos_tally run(const std::atomic<bool>& stopping);

private:
  /// What was done to a call, which is what may become of it.
  struct sent_call {
    std::string what;
    bool cancelled = false;
    bool hurried = false;
  };

  bool chance(int percent) {
    return std::uniform_int_distribution{0, 99}(dice_) < percent;
  }
  std::string choose();
  void send();
  void take(const reply& r);
  void complain(size_t& count, const std::string& why);
  bool explains(const sent_call& c, const std::string& code) const;

  socket_client client_;
  chaos_plan plan_;
  std::mt19937 dice_;
  std::map<std::string, sent_call> open_;
  chaos_tally tally_;
};

} // namespace program
