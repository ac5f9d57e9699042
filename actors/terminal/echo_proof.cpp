#include "actors/terminal/echo_proof.hpp"

#include <utility>

namespace troupe::terminal {

void echo_proof::begin(std::string_view text, bool kernel_echoes) {
  watch_.emplace(text);
  echoed_ = kernel_echoed_ = false;
  kernel_echoes_ = kernel_echoes;
}

bool echo_proof::feed(std::string_view output) {
  if (!watch_ || echoed_ || !watch_->feed(output))
    return false;
  if (kernel_echoes_ && !std::exchange(kernel_echoed_, true)) {
    // This echo was the kernel's. The program's own may follow.
    watch_->look_again();
    echoed_ = watch_->feed({});
  } else {
    echoed_ = true;
  }
  return true;
}

} // namespace troupe::terminal
