#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "broker/front/websocket/websocket.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace troupe::front::websocket {

/// The connection that a WebSocket is spoken on.
class websocket_host {
public:
  virtual ~websocket_host() = default;
  /// Sends bytes to the client.
  virtual void write(std::string_view bytes) = 0;
  /// Hands a call to the callee that `to` names. Returns that callee, or why there is
  /// none.
  virtual result<callee_actor> call_by_name(std::string_view to, call c, tag_id tag) = 0;
  /// Takes a call back, which still has an outcome.
  virtual void cancel_call(const callee_actor& who, tag_id tag) = 0;
  /// Returns the worker that a client means by the name of a terminal, or why there is
  /// none.
  virtual result<std::string> terminal_named(std::string name) const = 0;
  /// The name of this node.
  virtual const std::string& node_name() const = 0;
  /// Whether the client is still connected.
  virtual bool is_there() const = 0;
  /// Runs `work` later, if the client is connected then.
  virtual void run_later(std::chrono::milliseconds delay, std::function<void()> work) = 0;
  /// Closes once everything was sent. A client that has not ended its side yet has a
  /// moment for that.
  virtual void close_when_sent(bool client_has_ended) = 0;
  /// Closes at once: there is nobody to send anything to.
  virtual void drop() = 0;
};

/// A client that has changed from HTTP to a WebSocket. For the loop of its connection.
class websocket_client {
public:
  websocket_client(websocket_host& host, size_t largest);
  virtual ~websocket_client() = default;

  /// Takes bytes the client sent.
  void on_bytes(std::string_view bytes);
  /// The handshake is through.
  virtual void begin() = 0;
  virtual void on_outcome(tag_id tag, call_result& result) = 0;
  /// The client has taken all that it was sent.
  virtual void on_drained() {}
  /// The node stops: closes it and says so.
  void leave() { close(websocket::status::going_away); }
  /// Each second: pings a client that is silent, and lets one go that does not answer.
  void on_check(steady_clock::time_point now);

protected:
  virtual void on_message(websocket::opcode what, std::string message) = 0;
  /// About a second is over.
  virtual void on_second(steady_clock::time_point /*now*/) {}
  /// Sends a message, unless it has been closed: after a close frame comes nothing.
  void send_text(std::string_view text);
  /// @param reason As for `append_close`.
  void close(websocket::status why = websocket::status::normal,
             std::string_view reason = {});

  websocket_host& host_;
  bool closed_ = false;

private:
  void answer_close(std::string_view payload);

  websocket::reader reader_;
  /// When the client last sent something: that it is sent something says nothing of it.
  steady_clock::time_point heard_;
  std::optional<steady_clock::time_point> pinged_;
};

/// Returns the call of a client that is made now.
/// @param kind A literal.
call make_call(std::string_view kind, shared_bytes payload);

/// `WS /ws`: events as they come, a message each, pulled as fast as the client takes
/// them.
/// @param node `$node`, or that of another node.
/// @param payload That of an `events` call.
std::unique_ptr<websocket_client>
make_event_client(websocket_host& host, std::string node, shared_bytes payload);

/// `WS /api/input/{name}/stream`: each message is typed on a terminal and acknowledged,
/// in their order, once it has reached it.
std::unique_ptr<websocket_client> make_input_client(websocket_host& host,
                                                    std::string terminal);

} // namespace troupe::front::websocket
