#include "protocol/base/exit_status.hpp"

#include <cstring>

namespace troupe {

std::string signal_name(int signal) {
  if (auto abbreviation = ::sigabbrev_np(signal))
    return std::string{"SIG"} + abbreviation;
  return "signal " + std::to_string(signal);
}

std::string to_string(const exit_status& status) {
  if (auto s = std::get_if<signalled>(&status))
    return "was ended by " + signal_name(s->signal);
  if (std::holds_alternative<disconnected>(status))
    return "hung up";
  if (std::holds_alternative<unseen>(status))
    return "exited (status unknown)";
  return "exited with code " + std::to_string(std::get<exited>(status).code);
}

} // namespace troupe
