#include "protocol/terminal/cell.hpp"

#include "protocol/base/utf8.hpp"

namespace troupe::vt {

void append_text(std::string& out, const cell& c) {
  for (auto code : c.text) {
    if (code == 0)
      break;
    append_utf8(out, code);
  }
}

} // namespace troupe::vt
