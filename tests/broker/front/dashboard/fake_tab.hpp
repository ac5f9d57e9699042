#pragma once

#include "broker/front/dashboard/dashboard_client.hpp"

#include <boost/json/value.hpp>

#include <map>
#include <string>
#include <vector>

namespace troupe::testing {

/// A tab of a browser, and the connection that it has to a node. The test is the node.
class fake_tab : public front::websocket::websocket_host {
public:
  struct asked_call {
    tag_id tag;
    std::string to;
    std::string kind;
    std::string payload;
    /// It was answered, or taken back.
    bool is_over = false;
  };

  explicit fake_tab(std::shared_ptr<front::dashboard::look_board> board,
                    bool may_change = true)
    : client(*this, std::move(board), may_change) {
    client.begin();
  }

  /// The page sends a message.
  void says(const std::string& text);
  /// Answers the oldest open call of this kind.
  void answers(std::string_view kind, const call_result& result);
  void answers(std::string_view kind, const std::string& json) {
    answers(kind, call_result{outcome{shared_bytes{json}}});
  }
  size_t open(std::string_view kind) const;
  /// So many seconds pass, and at the end of each the connection is looked at.
  void pass(int seconds);
  /// The page reads all that it was sent.
  void reads();
  /// Returns the messages that came since the last time, and reads them.
  std::vector<std::string> takes();
  /// Returns the value of a look, as the page knows it.
  std::string shown(int64_t id) const;

  // -- of the connection -----------------------------------------------------------

  void write(std::string_view bytes) override;
  result<callee_actor> call_by_name(std::string_view to, call c, tag_id tag) override;
  void cancel_call(const callee_actor&, tag_id tag) override;
  result<std::string> terminal_named(std::string name) const override;
  const std::string& node_name() const override { return node_; }
  bool is_there() const override { return is_open; }
  void run_later(std::chrono::milliseconds, std::function<void()> work) override {
    later.push_back(std::move(work));
  }
  void close_when_sent(bool) override { is_open = false; }
  void drop() override { is_open = false; }

  /// Does what was to be done later.
  void run_late_work();

  bool is_open = true;
  /// Whether the page reads what it is sent.
  bool is_reading = true;
  std::vector<asked_call> calls;
  std::vector<std::function<void()>> later;
  size_t bytes_waiting = 0;
  steady_clock::time_point now = steady_clock::now();
  front::dashboard::dashboard_client client;

private:
  std::string node_ = "alpha";
  std::vector<std::string> messages_;
  std::map<int64_t, boost::json::value> values_;
};

} // namespace troupe::testing
