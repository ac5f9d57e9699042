#include "actors/process/launcher.hpp"

#include "actors/process/process.hpp"

#include <caf/send.hpp>

#include <csignal>

namespace troupe {

namespace {

class process_launcher : public launcher {
public:
  process_launcher(loop& home, spawner& s)
    : home_(home)
    , spawner_(s) {}

  void launch(spawn_spec spec, worker_actor owner) override {
    auto open = open_door(spec);
    if (auto why = std::get_if<std::string>(&open)) {
      caf::anon_send(owner, atom::spawned_v, fail(std::move(*why)));
      return;
    }
    auto birth = std::make_shared<delivery>(
        delivery{home_, spawner_, std::move(owner), std::get<door>(std::move(open)),
                 spec.whole_heads});
    spawner_.spawn(std::move(spec), [birth](spawn_result result) {
      birth->result = std::move(result);
      birth->home.post([birth] { deliver(*birth); });
    });
  }

private:
  using door = std::optional<listener>;

  /// A child on its way from the spawner's thread to its loop.
  struct delivery {
    loop& home;
    spawner& processes;
    worker_actor owner;
    door entrance;
    bool whole_heads;
    spawn_result result = std::string{};
  };

  static launch_result fail(std::string why) {
    return fault{code::spawn_failed, std::move(why), {}};
  }

  /// Listens, where the child is to dial in, before it is started.
  static std::variant<door, std::string> open_door(spawn_spec& spec) {
    if (spec.talks != channel::unix_socket && spec.talks != channel::tcp)
      return door{};
    auto result = listener::open(spec);
    if (auto why = std::get_if<std::string>(&result))
      return std::move(*why);
    auto& l = std::get<listener>(result);
    for (auto texts : {&spec.argv, &spec.env})
      for (auto& text : *texts)
        fill_in_address(text, l.address());
    return door{std::move(l)};
  }

  static void fill_in_address(std::string& text, const std::string& address) {
    constexpr std::string_view mark = "{socket}";
    for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos;
         at += address.size())
      text.replace(at, mark.size(), address);
  }

  static void deliver(delivery& d) {
    if (auto why = std::get_if<std::string>(&d.result)) {
      caf::anon_send(d.owner, atom::spawned_v, fail(std::move(*why)));
      return;
    }
    auto p = std::make_shared<process>(
        d.home, d.processes, std::get<spawned_process>(std::move(d.result)),
        d.whole_heads, std::move(d.entrance), d.owner);
    p->start();
    // The worker's reference is the one that counts: without it the child must go.
    child_ptr handle{p.get(), [p](child*) { p->signal(SIGKILL); }};
    caf::anon_send(d.owner, atom::spawned_v, launch_result{std::move(handle)});
  }

  loop& home_;
  spawner& spawner_;
};

} // namespace

launcher_ptr make_process_launcher(loop& home, spawner& s) {
  return std::make_shared<process_launcher>(home, s);
}

} // namespace troupe
