#pragma once

#include "protocol/wires/wire_registry.hpp"

#include <map>
#include <utility>

namespace troupe::wires {

/// Cuts a stream into frames that are led by their length, a u32 in the order of
/// networks.
class length_splitter {
public:
  explicit length_splitter(size_t most)
    : most_(most) {}

  /// Takes bytes and calls `on_frame(shared_bytes)` for each frame that they complete.
  /// Fails if nothing after them can be understood.
  template <class OnFrame>
  result<void, std::string> feed(const shared_bytes& bytes, OnFrame&& on_frame) {
    auto rest = bytes.view();
    while (!rest.empty()) {
      while (head_.size() < 4 && !rest.empty()) {
        head_ += rest.front();
        rest.remove_prefix(1);
      }
      if (head_.size() < 4)
        break;
      auto size = length();
      if (size == 0 || size > most_)
        return failure("a frame of " + std::to_string(size) + " bytes: expected 1 to "
                       + std::to_string(most_));
      auto piece = rest.substr(0, size - carry_.size());
      rest.remove_prefix(piece.size());
      if (piece.size() == size) {
        on_frame(bytes.cut(piece));
      } else {
        carry_ += piece;
        if (carry_.size() < size)
          break;
        on_frame(shared_bytes{std::exchange(carry_, {})});
      }
      head_.clear();
    }
    return {};
  }

private:
  size_t length() const {
    size_t n = 0;
    for (auto c : head_)
      n = n << 8 | static_cast<unsigned char>(c);
    return n;
  }

  size_t most_;
  std::string head_;
  std::string carry_;
};

/// Folk's worker protocol (`protocol/folk.md`): MessagePack-RPC on two sockets, calls
/// and answers on one, word of being ready on the other.
class folk : public wire {
public:
  /// The longest frame, by definition.
  static constexpr uint64_t most_frame = 16 * 1024 * 1024;

  /// Returns its row for the registry.
  static wire_kind kind();
  static std::unique_ptr<wire> make(const config::pool& pool);
  static void set_environment(const config::pool& pool, variables& env);

  explicit folk(size_t max_frame)
    : max_frame_(max_frame)
    , task_(max_frame)
    , control_(max_frame) {}

  void feed(const shared_bytes& bytes, std::vector<wire_frame>& out) override;
  void feed_control(const shared_bytes& bytes, std::vector<wire_frame>& out) override;
  void send_handshake(std::string&, const handshake&) override {}
  bool takes(payload_form) const override { return true; }
  result<> send_call(std::string& out, slot_id id, std::string_view kind,
                     std::string_view payload, const call_terms& terms) override;
  /// The end of the task socket is what stops such a worker.
  void send_stop(std::string&, std::string_view, std::chrono::milliseconds) override {}

private:
  void take_task(const shared_bytes& message, std::vector<wire_frame>& out);
  void take_control(const shared_bytes& message, std::vector<wire_frame>& out);
  result<> send(std::string& out, slot_id id, std::string_view kind,
                std::string_view params, payload_form form);
  void break_off(std::string why, std::vector<wire_frame>& out);

  size_t max_frame_;
  length_splitter task_;
  length_splitter control_;
  struct open_call {
    slot_id id;
    payload_form form = payload_form::json;
  };

  /// The calls in the worker, by the number they went under.
  std::map<uint32_t, open_call> calls_;
  uint32_t last_ = 0;
  bool broken_ = false;
};

} // namespace troupe::wires
