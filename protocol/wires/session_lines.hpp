#pragma once

#include "protocol/base/line_splitter.hpp"
#include "protocol/wires/wire_registry.hpp"

#include <deque>

namespace troupe::wires {

/// The protocol of algocline's pool workers (`protocol/session.md`): one request line,
/// one answer line, and no ids. The answer belongs to the request that is out, so there
/// is never more than one, and an answer that nobody asked for loses the conversation.
class session_lines : public wire {
public:
  /// Returns its row for the registry.
  static wire_kind kind();
  static std::unique_ptr<wire> make(const config::pool& pool);

  explicit session_lines(size_t max_frame)
    : lines_(max_frame) {}

  void feed(const shared_bytes& bytes, std::vector<wire_frame>& out) override;
  void send_handshake(std::string& out, const handshake& g) override;
  result<> send_call(std::string& out, slot_id id, std::string_view kind,
                     std::string_view payload, const call_terms& terms) override;
  bool answers_name_calls() const override { return false; }
  void send_stop(std::string& out, std::string_view reason,
                 std::chrono::milliseconds grace) override;

private:
  /// The operation of a request.
  enum class op : uint8_t { handshake, look, run, resume, status };

  /// One line that the worker wrote, taken apart.
  struct answer_line {
    shared_bytes line;
    bool ok = false;
    /// JSON texts; empty where absent.
    std::string_view data;
    std::string_view error;
  };

  /// The request whose answer is due.
  struct request {
    op what = op::status;
    /// The call that it belongs to, unless the wire asks for itself.
    slot_id id;
    /// Whether it continues a session of the node's, which cannot go on if this fails.
    bool of_session = false;
  };

  result<> send_run(std::string& out, std::string_view payload);
  result<> send_responses(std::string& out, std::string_view payload);
  static std::optional<answer_line> read_answer(const shared_bytes& line);
  void take_line(const shared_bytes& line, std::vector<wire_frame>& out);
  void take_error(const answer_line& a, std::vector<wire_frame>& out);
  void take_handshake(const answer_line& a, std::vector<wire_frame>& out);
  void take_look(const answer_line& a, std::vector<wire_frame>& out);
  void take_feed(const answer_line& a, std::vector<wire_frame>& out);
  void refuse(std::vector<wire_frame>& out, code what, std::string why);
  /// Answers the call that is out.
  void settle(std::vector<wire_frame>& out, result<shared_bytes> how,
              step_result s = step_result::done);
  void lose(std::vector<wire_frame>& out, std::string why);

  line_splitter lines_;
  handshake handshake_;
  std::optional<request> due_;
  /// Lines with the responses that follow once the one before is accepted.
  std::deque<std::string> further_;
  /// The worker's own name for the session that is in it, as JSON text.
  std::string session_ = "null";
  /// The version that the worker told.
  std::string version_;
  bool broken_ = false;
};

} // namespace troupe::wires
