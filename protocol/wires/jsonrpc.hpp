#pragma once

#include "protocol/wires/jsonrpc_framing.hpp"
#include "protocol/wires/jsonrpc_message.hpp"
#include "protocol/wires/wire_registry.hpp"

#include <map>
#include <set>

namespace troupe::wires {

/// JSON-RPC 2.0, as servers of MCP and language servers speak it
/// (`protocol/jsonrpc.md`). Requests are numbered from 1.
class jsonrpc : public wire {
public:
  /// Returns its row for the registry.
  static wire_kind kind();
  static std::unique_ptr<wire> make(const config::pool& pool);

  jsonrpc(config::jsonrpc options, size_t max_frame);

  void feed(const shared_bytes& bytes, std::vector<wire_frame>& out) override;
  /// Sends `initialize` of MCP, whose answer makes the server ready.
  void send_handshake(std::string& out, const handshake& g) override;
  result<> send_call(std::string& out, slot_id id, std::string_view kind,
                     std::string_view payload, const call_terms& terms) override;
  /// Knows the answer to `initialize`; notifications have none.
  std::optional<shared_bytes> answer_itself(std::string& out, std::string_view kind,
                                            std::string_view payload) override;
  capabilities understood() const override;
  /// Sends a ping behind the word of it: once that is answered, the word was read.
  bool send_cancel(std::string& out, slot_id id) override;
  /// A server may finish the call first.
  bool cancels_soon() const override { return false; }
  bool may_leave_unanswered() const override { return true; }
  void send_ping(std::string& out, uint64_t number) override;
  void send_outcome(std::string& out, std::string_view request_id,
                    const call_result& result) override;
  /// The end of its input is what stops such a server.
  void send_stop(std::string&, std::string_view, std::chrono::milliseconds) override {}

private:
  /// A request to the server.
  struct open_request {
    enum class kind : uint8_t { initialize, call, ping, ping_after_cancel };
    kind what = kind::call;
    slot_id id = {};
    /// Of a call: the caller's own progress token, as JSON text; empty for none.
    std::string token = {};
  };
  using message = jsonrpc_message::message;

  /// Returns the number of a new request.
  uint32_t add(open_request r);
  void append(std::string& out, std::string_view text) const;
  /// Forgets the requests for the call that was in the slot before.
  void forget_slot(uint32_t slot);
  bool is_notification(std::string_view kind) const;

  // What the server says (jsonrpc_intake.cpp).
  void take_text(const shared_bytes& bytes, std::vector<wire_frame>& out);
  void take(const shared_bytes& text, std::string_view value,
            std::vector<wire_frame>& out);
  void take_response(const message& m, std::vector<wire_frame>& out);
  void take_greeting(const message& m, std::vector<wire_frame>& out);
  void take_request(const message& m, std::vector<wire_frame>& out);
  void take_notification(const message& m, std::vector<wire_frame>& out);
  wire_frame reply(std::string_view text) const;

  config::jsonrpc options_;
  size_t max_frame_;
  jsonrpc_framing::splitter messages_;
  std::vector<jsonrpc_framing::piece> cut_;
  /// The requests without an answer, by number.
  std::map<uint32_t, open_request> requests_;
  uint32_t last_ = 0;
  /// By slot: the numbers of its call, and of the ping after word of its cancellation; 0
  /// for none.
  std::vector<std::pair<uint32_t, uint32_t>> slots_;
  /// The last heartbeat; 0 for none.
  uint32_t ping_ = 0;
  /// The server's own requests that are calls to other pools, by its id.
  std::set<std::string, std::less<>> asked_;
  /// The answer to `initialize`, once it is there.
  std::optional<shared_bytes> greeting_;
  bool broken_ = false;
};

} // namespace troupe::wires
