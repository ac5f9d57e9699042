#include "actors/os/exit_status.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstring>

namespace troupe::os {

namespace {

std::string signal_name(int signal) {
  if (auto abbreviation = ::sigabbrev_np(signal))
    return std::string{"SIG"} + abbreviation;
  return "signal " + std::to_string(signal);
}

} // namespace

exit_status to_exit_status(int wait_status) {
  if (WIFSIGNALED(wait_status))
    return signalled{WTERMSIG(wait_status)};
  return exited{WEXITSTATUS(wait_status)};
}

std::string to_string(const exit_status& status) {
  if (auto s = std::get_if<signalled>(&status))
    return "was ended by " + signal_name(s->signal);
  if (std::holds_alternative<disconnected>(status))
    return "hung up";
  if (std::holds_alternative<unseen>(status))
    return "ended, and nobody saw how";
  return "exited with code " + std::to_string(std::get<exited>(status).code);
}

std::string to_json_members(const exit_status& status) {
  if (auto s = std::get_if<signalled>(&status))
    return "\"signal\":" + std::to_string(s->signal) + ",\"signal_name\":\""
           + signal_name(s->signal) + '"';
  if (std::holds_alternative<disconnected>(status))
    return "\"disconnected\":true";
  if (std::holds_alternative<unseen>(status))
    return "\"exit_code\":null";
  return "\"exit_code\":" + std::to_string(std::get<exited>(status).code);
}

} // namespace troupe::os
