#pragma once

#include "protocol/wires/goridge_frame.hpp"
#include "protocol/wires/wire_registry.hpp"

namespace troupe::wires {

/// RoadRunner's worker protocol (`protocol/goridge.md`): its workers take one call at a
/// time and no frame names a call, so the answer belongs to the call that is in the
/// worker. One that comes when there is none shows that they have fallen out of step,
/// which loses the conversation.
///
/// Many workers tell an error after their answer. So an answer that another one may
/// follow is held until the worker has told its pid once more: it reads that question
/// after all that it has to say about the call.
class goridge : public wire {
public:
  /// Returns its row for the registry.
  static wire_kind kind();
  static std::unique_ptr<wire> make(const config::pool& pool);
  static void set_environment(const config::pool& pool, variables& env);

  explicit goridge(size_t max_frame)
    : max_frame_(max_frame)
    , frames_(max_frame) {}

  void feed(const shared_bytes& bytes, std::vector<wire_frame>& out) override;
  void feed_end(std::vector<wire_frame>& out) override;
  void send_handshake(std::string& out, const handshake& g) override;
  result<> send_call(std::string& out, slot_id id, std::string_view kind,
                     std::string_view payload, const call_terms& terms) override;
  bool takes(payload_form) const override { return true; }
  bool send_cancel(std::string& out, slot_id id) override;
  bool answers_name_calls() const override { return false; }
  /// A stop is read between two parts.
  bool cancels_soon() const override { return false; }
  void send_stop(std::string& out, std::string_view reason,
                 std::chrono::milliseconds grace) override;
  /// A worker that meets the end of its input dies with a trace.
  bool stop_closes_input() const override { return false; }

private:
  /// How the parts of an answer become JSON: as their counterparts in the call were
  /// given.
  struct form {
    bool body_is_text = false;
    bool context_is_text = true;
    /// The caller wants both.
    bool both = false;
    /// The caller takes parts; otherwise they are joined.
    bool in_parts = false;
    /// Context and body are those of a web call.
    bool web = false;
  };

  /// An answer that another one may follow.
  struct held_answer {
    frame::answer what;
    /// It is an error frame.
    bool is_error = false;
  };

  result<> send_parts(std::string& out, slot_id id, uint8_t flags,
                      std::string_view context, std::string_view body, form f);
  result<> send_web_call(std::string& out, slot_id id, std::string_view payload);
  void ask_for_pid(std::string& out) const;
  void take(const goridge_frame::frame& f, std::vector<wire_frame>& out);
  void take_control(std::string_view payload, std::vector<wire_frame>& out);
  void lose(std::string why, std::vector<wire_frame>& out);

  static bool says_pid(std::string_view json);
  static bool says_stop(std::string_view json);
  /// Whether the worker asks for its retirement in place of an answer, as `stop()` of the
  /// PHP worker does.
  static bool is_stop(const goridge_frame::frame& f, std::string_view context,
                      std::string_view body);
  static frame::log_line error_beside_answer(std::string_view text);

  void take_answer(const goridge_frame::frame& f, std::string_view context,
                   std::string_view body, std::vector<wire_frame>& out);
  void take_part(slot_id id, const goridge_frame::frame& f, std::string_view context,
                 std::string_view body, std::vector<wire_frame>& out);
  /// Returns whether `f`, which came after the answer that is held, is the answer in its
  /// place.
  bool replaces_held(const goridge_frame::frame& f, std::string_view context,
                     std::string_view body, std::vector<wire_frame>& out);
  /// Ends the call, or holds its answer.
  /// @param doubtful Whether another answer may follow.
  void end_call(held_answer answer, bool doubtful, std::vector<wire_frame>& out);
  /// Ends the call with the answer that is held.
  void release(std::vector<wire_frame>& out);
  /// Keeps a part for a caller that wants the answer whole.
  void join(std::string_view context, std::string_view body,
            std::vector<wire_frame>& out);
  /// Returns a part of the answer to a web call.
  shared_bytes to_web_part(std::string_view context, std::string_view body);
  /// Returns the last one. Fails if the answer has no status.
  result<shared_bytes> to_web_end(std::string_view context, std::string_view body);
  shared_bytes to_payload(uint8_t flags, std::string_view context,
                          std::string_view body) const;

  size_t max_frame_;
  goridge_frame::splitter frames_;
  std::vector<goridge_frame::frame> cut_;
  /// The call that is in the worker.
  std::optional<slot_id> current_;
  form form_;
  /// A part of its answer has come.
  bool streaming_ = false;
  /// The stream that the call is answered with was told to stop.
  bool told_to_stop_ = false;
  /// The status that the answer to a web call has so far; 0 if it has none.
  int64_t status_ = 0;
  std::optional<held_answer> held_;
  /// Questions for its pid that the worker has not answered since it was ready.
  size_t questions_ = 0;
  /// The parts so far, if they are joined; together at most `max_frame_` bytes.
  std::string joined_context_;
  std::string joined_body_;
  int64_t node_pid_ = 0;
  bool ready_ = false;
  /// It took the word to stop for a call. Nothing that it says counts any more.
  bool leaves_ = false;
  bool broken_ = false;
};

} // namespace troupe::wires
