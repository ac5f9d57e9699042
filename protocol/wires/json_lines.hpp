#pragma once

#include "protocol/base/line_splitter.hpp"
#include "protocol/wires/envelope.hpp"
#include "protocol/wires/web_calls.hpp"
#include "protocol/wires/wire_registry.hpp"

namespace troupe::wires {

/// The project's own worker protocol: one JSON object per line
/// (`protocol/json-lines.md`).
class json_lines : public wire {
public:
  /// The version of the protocol, exchanged in `hello` and `ready`.
  static constexpr int64_t version = 1;

  /// Returns its row for the registry.
  static wire_kind kind();
  static std::unique_ptr<wire> make(const config::pool& pool);

  explicit json_lines(size_t max_frame)
    : max_frame_(max_frame)
    , lines_(max_frame) {}

  void feed(const shared_bytes& bytes, std::vector<wire_frame>& out) override;
  void send_handshake(std::string& out, const handshake& g) override;
  result<> send_call(std::string& out, slot_id id, std::string_view kind,
                     std::string_view payload, const call_terms& terms) override;
  bool takes(payload_form) const override { return true; }
  bool send_cancel(std::string& out, slot_id id) override;
  bool send_end(std::string& out, slot_id id, std::string_view session) override;
  void send_ping(std::string& out, uint64_t number) override;
  void send_outcome(std::string& out, std::string_view request_id,
                    const call_result& result) override;
  void send_stop(std::string& out, std::string_view reason,
                 std::chrono::milliseconds grace) override;

private:
  void take_line(const shared_bytes& line, std::vector<wire_frame>& out);

  size_t max_frame_;
  line_splitter lines_;
  web_calls web_calls_;
  bool broken_ = false;
};

} // namespace troupe::wires
