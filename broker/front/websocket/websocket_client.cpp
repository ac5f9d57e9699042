#include "broker/front/websocket/websocket_client.hpp"

#include "broker/front/event_batch.hpp"
#include "broker/front/relay_errors.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/payload_bytes.hpp"

#include <deque>

namespace troupe::front::websocket {

using websocket::opcode;
using websocket::status;

websocket_client::websocket_client(websocket_host& host, size_t largest)
  : host_(host)
  , reader_(largest)
  , heard_(steady_clock::now()) {}

void websocket_client::on_bytes(std::string_view bytes) {
  if (closed_)
    return;
  heard_ = steady_clock::now();
  pinged_.reset();
  auto taken = reader_.feed(bytes, [this](opcode what, std::string message) {
    if (closed_)
      return;
    if (what == opcode::ping) {
      std::string out;
      append_frame(out, opcode::pong, message);
      host_.write(out);
    } else if (what == opcode::close) {
      answer_close(message);
    } else if (what != opcode::pong) {
      on_message(what, std::move(message));
    }
  });
  if (!taken)
    close(taken.error());
}

void websocket_client::on_check(steady_clock::time_point now) {
  if (now - heard_ >= limits::websocket_patience)
    return host_.drop();
  if (!closed_)
    on_second(now);
  if (now - pinged_.value_or(heard_) < limits::websocket_ping)
    return;
  pinged_ = now;
  if (closed_)
    return; // it is waited for to take the rest
  std::string out;
  websocket::append_frame(out, opcode::ping, {});
  host_.write(out);
}

void websocket_client::send_text(std::string_view text) {
  if (closed_)
    return;
  std::string out;
  websocket::append_frame(out, opcode::text, text);
  host_.write(out);
}

void websocket_client::close(status why, std::string_view reason) {
  if (std::exchange(closed_, true))
    return;
  std::string out;
  websocket::append_close(out, why, reason);
  host_.write(out);
  host_.close_when_sent(false);
}

/// The code goes back as it came.
void websocket_client::answer_close(std::string_view payload) {
  closed_ = true;
  std::string out;
  websocket::append_frame(out, opcode::close, payload.substr(0, 2));
  host_.write(out);
  host_.close_when_sent(true);
}

call make_call(std::string_view kind, shared_bytes payload) {
  call c;
  c.kind = shared_bytes::literal(kind);
  c.payload = std::move(payload);
  c.taken = steady_clock::now();
  return c;
}

namespace {

/// Returns why a WebSocket ends whose call has failed.
status status_of(const fault& why) {
  return why.what == code::shutting_down || why.what == code::cancelled
             ? status::going_away
             : status::internal_error;
}

class event_client : public websocket_client {
public:
  event_client(websocket_host& host, std::string node, shared_bytes query)
    : websocket_client(host, limits::http_head)
    , node_(std::move(node))
    , query_(std::move(query))
    , next_(query_) {}

  void begin() override { ask(); }

  void on_outcome(tag_id, call_result& result) override {
    asking_ = false;
    if (!result)
      return close(status_of(result.error()), result.error().message);
    if (closed_)
      return;
    auto batch = events_in(*result);
    auto texts = to_messages(*batch);
    for (auto& text : texts)
      send_text(text);
    next_ = events_after(query_.view(), *batch);
    if (texts.empty())
      ask();
  }

  /// A client that reads slowly is not asked for more: the ring forgets, and says so.
  void on_drained() override { ask(); }

protected:
  void on_message(opcode, std::string) override {} // there is nothing to say

private:
  void ask() {
    if (closed_ || std::exchange(asking_, true))
      return;
    if (auto asked = host_.call_by_name(node_, make_call("events", next_), {}); !asked)
      close(status_of(asked.error()), asked.error().message);
  }

  std::string node_;

  /// The payload of the first request, with its filters, and that of the next one.
  shared_bytes query_;
  shared_bytes next_;
  bool asking_ = false;
};

/// As on the routes; a frame that is not understood has a word of its own.
relay_word to_input_word(const fault& why) {
  if (why.what == code::bad_request)
    return {"invalid_input", 400, false};
  return to_relay_word(why);
}

class input_client : public websocket_client {
public:
  input_client(websocket_host& host, std::string terminal)
    : websocket_client(host, limits::terminal_input)
    , terminal_(std::move(terminal)) {}

  void begin() override {
    owed_.push_back({owed_kind::ready, {}, 0});
    ask("info", null_payload());
  }

  void on_outcome(tag_id tag, call_result& result) override {
    auto i = tag - first_;
    if (closed_ || tag < first_ || i >= owed_.size())
      return;
    if (result && owed_[i].kind == owed_kind::ready)
      shown_name_ = json_text::find(result->payload.view(), "name").value_or("null");
    owed_[i].text = to_text(owed_[i], result);
    owed_[i].fatal = !result && result.error().what != code::busy
                     && result.error().what != code::timeout
                     && result.error().what != code::bad_request;
    while (!closed_ && !owed_.empty() && !owed_.front().text.empty()) {
      auto o = std::move(owed_.front());
      owed_.pop_front();
      ++first_;
      send_text(o.text);
      if (o.fatal)
        close();
    }
  }

protected:
  void on_message(opcode what, std::string message) override {
    // Acknowledgements wait for one another: behind a program that does not read, they
    // are all that a client could make the node pile up.
    if (owed_.size() >= limits::calls_per_connection)
      return close();
    std::string payload;
    size_t size = message.size();
    if (what == opcode::binary) {
      payload = json_object_writer{}.add("data_base64", to_base64(message)).object();
    } else {
      auto data = read_frame(message);
      if (!data) {
        owed_.push_back({owed_kind::ack, {}, 0});
        call_result wrong =
            failure(malformed("a pty_input frame has a string as its data"));
        return on_outcome(tag_id{first_ + owed_.size() - 1}, wrong);
      }
      size = data->size();
      payload = json_object_writer{}.add("data", *data).object();
    }
    owed_.push_back({owed_kind::ack, {}, size});
    ask("input", shared_bytes{std::move(payload)});
  }

private:
  enum class owed_kind : uint8_t { ready, ack };

  /// An answer that is due, and its text once that is known.
  struct owed {
    owed_kind kind;
    std::string text;
    size_t bytes = 0;
    bool fatal = false;
  };

  void ask(std::string_view kind, shared_bytes payload) {
    tag_id tag{first_ + owed_.size() - 1};
    auto called = host_.call_by_name(terminal_, make_call(kind, std::move(payload)), tag);
    if (!called) {
      call_result refused = failure(std::move(called).error());
      on_outcome(tag, refused);
    }
  }

  /// Returns what a text frame has typed: its `data` if it is one of ours, else itself.
  static std::optional<std::string> read_frame(const std::string& message) {
    auto text = json_text::trim(message);
    if (!text.starts_with('{') || !text.ends_with('}') || !json_text::is_valid(text)
        || json_text::find(text, "type") != "\"pty_input\"")
      return message;
    auto data = json_text::find(text, "data");
    return data ? json_text::as_text(*data) : std::nullopt;
  }

  std::string to_text(const owed& o, const call_result& result) const {
    if (!result) {
      auto word = to_input_word(result.error());
      return json_object_writer{}
          .add("type", "pty_input_error")
          .add("code", word.name)
          .add("message", result.error().message)
          .add("retryable", word.retryable)
          .add("statusCode", word.status)
          .object();
    }
    json_object_writer out;
    out.add("type", o.kind == owed_kind::ready ? "pty_input_ready" : "pty_input_ack")
        .add_json("name", shown_name_);
    if (o.kind == owed_kind::ack)
      out.add("bytes_written", o.bytes);
    return out.object();
  }

  std::string terminal_;
  /// As the terminal itself says it, in JSON.
  std::string shown_name_ = "null";
  std::deque<owed> owed_;
  uint64_t first_ = 0;
};

} // namespace

std::unique_ptr<websocket_client>
make_event_client(websocket_host& host, std::string node, shared_bytes payload) {
  return std::make_unique<event_client>(host, std::move(node), std::move(payload));
}

std::unique_ptr<websocket_client> make_input_client(websocket_host& host,
                                                    std::string terminal) {
  return std::make_unique<input_client>(host, std::move(terminal));
}

} // namespace troupe::front::websocket
