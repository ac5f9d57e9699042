#include "protocol/wires/wire.hpp"

namespace troupe::wires {

void append_nothing(std::vector<wire_frame>& out, size_t bytes) {
  auto last = out.empty() ? nullptr : std::get_if<frame::nothing>(&out.back());
  if (!last) {
    out.push_back(frame::nothing{1, bytes});
    return;
  }
  ++last->count;
  last->bytes += bytes;
}

} // namespace troupe::wires
