#pragma once

#include "broker/client/client.hpp"
#include "broker/commands/remote_screen.hpp"
#include "protocol/base/result.hpp"

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::commands {

/// One user at one terminal of a node: shows it in the user's own terminal and, if the
/// user drives, types on it and has it follow the size of the user's.
class attachment {
public:
  /// Whether the user types, may do so later, or never does.
  enum class part : uint8_t { drives, watches, only_watches };

  /// @param node For calls.
  /// @param events To follow the node's events, on a thread of its own.
  /// @param clipboard Whether the program may set the clipboard of the user's terminal.
  attachment(const std::string& terminal, client::node_client& node,
             client::client_ptr events, part first, bool clipboard);

  /// Finds the terminal.
  /// @param take Whether to take over from another who drives; else `drives` says
  /// afterwards that somebody else does.
  result<> begin(bool take);
  bool drives() const { return drives_; }
  result<> take_over();

  /// Until the user leaves or there is nothing more to show. Returns why it ended. A
  /// thread that waits for the node may be left behind: the program is to exit.
  /// @param wakeups See `watch_signals`.
  std::string run(int wakeups);

  /// The result of `run` if all is well.
  static constexpr const char* detached = "detached";
  static constexpr const char* over = "the program has ended";

private:
  using clock = std::chrono::steady_clock;

  result<> resize(bool take);
  void release();
  /// Returns what the user is told who does not drive.
  std::string advice() const;
  /// Follows the terminal's events, for ever.
  void follow();
  std::string loop(int wakeups);
  /// Each of these returns why it is over; nothing while it is not.
  std::string on_wakeups();
  std::string on_batch(std::string_view batch);
  std::string on_event(std::string_view event);
  std::string on_keys();
  /// Looks at which program is on the terminal now.
  std::string look_again();
  /// Requests of the user to `attach` itself.
  enum class wish : uint8_t { none, leave, take_over };

  /// Cuts what is for `attach` itself out of what was typed.
  wish read_keys(std::string_view keys, std::string& typed);
  /// From watching to driving, unless the user only watches.
  std::string take_over_now();
  /// Types on the terminal; returns why it is over.
  std::string type(const std::string& typed);
  /// Shows `text` at the bottom for a while, or until something is typed.
  void tell(std::string text);
  void paint();

  client::node_client& node_;
  client::client_ptr events_;
  remote_screen remote_;
  painter painter_;
  /// Names this user to the node: nobody else anywhere has the same.
  std::string session_;
  bool drives_;
  bool only_watches_;
  bool clipboard_;
  /// Of the program that is shown.
  int64_t pid_ = 0;
  bool escaped_ = false;
  std::string notice_;
  clock::time_point notice_ends_;

  /// Between the thread that follows and the one that shows.
  std::mutex mutex_;
  std::vector<shared_bytes> batches_;
  std::string lost_;
};

} // namespace troupe::commands
