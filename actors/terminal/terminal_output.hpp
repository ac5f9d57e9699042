#pragma once

#include "actors/interfaces/stream_flow.hpp"
#include "protocol/base/shared_bytes.hpp"
#include "protocol/base/utf8.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace troupe::terminal {

/// A program's output on its way to viewers: cut between characters, and only as fast
/// as the viewers take it in.
class terminal_output {
public:
  /// The pieces that viewers have not taken in yet. Each piece is added here; viewers
  /// take away what they have taken in. The program waits while there is too much.
  std::shared_ptr<stream_flow> flow;

  /// Returns the whole characters that `bytes` complete, if any.
  std::optional<shared_bytes> add(const shared_bytes& bytes) {
    if (partial_.empty() && complete_utf8(bytes.view()) == bytes.size())
      return bytes;
    auto all = partial_ + bytes.str();
    auto whole = complete_utf8(all);
    partial_ = all.substr(whole);
    all.resize(whole);
    return whole > 0 ? std::optional{shared_bytes{std::move(all)}} : std::nullopt;
  }

  /// Returns what is left of a character that will not be completed any more, if any.
  std::optional<shared_bytes> rest() {
    return partial_.empty() ? std::nullopt
                            : std::optional{shared_bytes{std::exchange(partial_, {})}};
  }

  /// Returns whether the program is to be read no further; true once, until `resumes`.
  bool pauses() { return flow->is_full() && !std::exchange(is_paused_, true); }

  /// Returns whether it is to be read again.
  bool resumes() { return !flow->is_full() && std::exchange(is_paused_, false); }

private:
  /// A character that is not complete.
  std::string partial_;
  bool is_paused_ = false;
};

} // namespace troupe::terminal
