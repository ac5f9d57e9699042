#pragma once

#include "actors/interfaces/child_owner_actor.hpp"
#include "actors/os/child_owner.hpp"

#include <caf/send.hpp>

namespace troupe {

/// Turns what a child's owner hears into messages to its actor.
class child_mail final : public os::child_owner {
public:
  explicit child_mail(child_owner_actor to)
    : to_(std::move(to)) {}

  const child_owner_actor& owner() const noexcept { return to_; }

  void spawned(os::launch_result result) override {
    caf::anon_send(to_, atom::spawned_v, std::move(result));
  }
  void connected() override { caf::anon_send(to_, atom::connected_v); }
  void output(uint8_t channel, shared_bytes bytes) override {
    if (channel == 0)
      caf::anon_send(to_, atom::output_v, std::move(bytes));
    else
      caf::anon_send(to_, atom::output_v, channel, std::move(bytes));
  }
  void log(shared_bytes bytes) override {
    caf::anon_send(to_, atom::log_v, std::move(bytes));
  }
  void written() override { caf::anon_send(to_, atom::written_v); }
  void ended(const os::exit_status& how) override {
    caf::anon_send(to_, atom::exited_v, how);
  }

private:
  child_owner_actor to_;
};

} // namespace troupe
