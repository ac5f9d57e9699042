#include "actors/process/launcher.hpp"

#include "actors/process/dialler.hpp"
#include "actors/process/listener.hpp"
#include "actors/process/process.hpp"
#include "actors/process/survivors.hpp"
#include "protocol/limits.hpp"

#include <caf/send.hpp>

#include <csignal>

namespace troupe {

namespace {

launch_result fail(std::string why, code what = code::spawn_failed) {
  return fault{what, std::move(why), {}};
}

void fill_in_address(spawn_spec& spec, const std::string& address) {
  constexpr std::string_view mark = "{socket}";
  for (auto texts : {&spec.argv, &spec.env})
    for (auto& text : *texts)
      for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos;
           at += address.size())
        text.replace(at, mark.size(), address);
}

class process_launcher : public launcher,
                         public std::enable_shared_from_this<process_launcher> {
public:
  process_launcher(loop& home, spawner& s)
    : home_(home)
    , spawner_(s) {}

  void launch(spawn_spec spec, worker_actor owner) override {
    auto birth = std::make_shared<delivery>();
    auto why = spec.obstacle.empty() ? open_door(spec, {user_of(spec)}, birth->ways)
                                     : spec.obstacle;
    if (!why.empty()) {
      caf::anon_send(owner, atom::spawned_v, fail(std::move(why)));
      return;
    }
    birth->owner = std::move(owner);
    birth->ways.whole_heads = spec.whole_heads;
    spawner_.spawn(std::move(spec), [self = shared_from_this(), birth](spawn_result r) {
      birth->result = std::move(r);
      self->home_.post([self, birth] { self->deliver(*birth); });
    });
  }

  void adopt(const survivor& who, spawn_spec spec, worker_actor owner) override {
    auto taken = std::make_shared<delivery>();
    taken->owner = std::move(owner);
    taken->ways.adopted = true;
    spec.socket_path = who.socket;
    spec.log_path = who.log;
    auto found = find_survivor(who, user_of(spec));
    if (auto why = std::get_if<std::string>(&found)) {
      caf::anon_send(taken->owner, atom::spawned_v,
                     fail(std::move(*why), code::worker_died));
      return;
    }
    spawned_process p;
    p.pid = static_cast<pid_t>(who.pid);
    p.exit = std::get<unique_fd>(std::move(found));
    p.home = std::make_shared<const survivor>(who);
    auto why = open_door(spec, {user_of(spec), p.pid}, taken->ways);
    if (!why.empty()) {
      caf::anon_send(taken->owner, atom::spawned_v, fail(std::move(why)));
      return;
    }
    spawner_.adopt(p.pid);
    taken->result = std::move(p);
    home_.post([self = shared_from_this(), taken] { self->deliver(*taken); });
  }

  void end(const survivor& who) override { spawner_.end(who); }

  void give_up(child& one) override { static_cast<process&>(one).give_up(); }

private:
  /// A child on its way to its loop.
  struct delivery {
    worker_actor owner;
    process_ways ways;
    spawn_result result = std::string{};
  };

  /// Makes ready what the child and the node will be connected through, before it is
  /// started. Returns what goes wrong, or nothing.
  static std::string open_door(spawn_spec& spec, peer who, process_ways& ways) {
    if (spec.talks == channel::served)
      return open_dialler(spec, who, ways);
    if (spec.talks != channel::unix_socket && spec.talks != channel::tcp)
      return {};
    auto result = worker_door::open(spec, who);
    if (auto why = std::get_if<std::string>(&result))
      return std::move(*why);
    auto l = std::make_unique<worker_door>(std::get<worker_door>(std::move(result)));
    fill_in_address(spec, l->address());
    ways.door = std::move(l);
    return {};
  }

  static std::string open_dialler(spawn_spec& spec, peer who, process_ways& ways) {
    if (ways.adopted) {
      ways.file.emplace(spec.socket_path);
    } else {
      auto file = socket_file::prepare(spec);
      if (auto why = std::get_if<std::string>(&file))
        return std::move(*why);
      ways.file.emplace(std::get<socket_file>(std::move(file)));
      fill_in_address(spec, spec.socket_path);
    }
    ways.door = std::make_unique<dialler>(ways.file->address(), who);
    return {};
  }

  void deliver(delivery& d) {
    if (auto why = std::get_if<std::string>(&d.result)) {
      caf::anon_send(d.owner, atom::spawned_v, fail(std::move(*why)));
      return;
    }
    auto& born = std::get<spawned_process>(d.result);
    if (born.home)
      d.ways.log = std::make_unique<log_follower>(watch(), home_, born.home->log,
                                                  d.ways.adopted ? limits::adopted_log
                                                                 : limits::child_log);
    auto p = std::make_shared<process>(home_, spawner_, std::move(born),
                                       std::move(d.ways), d.owner);
    // The worker's reference is the one that counts: without it the child must go.
    child_ptr handle{p.get(), [p](child*) { p->signal(SIGKILL); }};
    caf::anon_send(d.owner, atom::spawned_v, launch_result{std::move(handle)});
    p->start();
  }

  /// The children on the loop keep it: it must end on the loop's thread.
  std::shared_ptr<file_watch> watch() {
    auto w = watch_.lock();
    if (!w) {
      w = std::make_shared<file_watch>(home_);
      watch_ = w;
    }
    return w;
  }

  loop& home_;
  spawner& spawner_;
  std::weak_ptr<file_watch> watch_;
};

} // namespace

void launcher::adopt(const survivor&, spawn_spec, worker_actor owner) {
  caf::anon_send(owner, atom::spawned_v,
                 fail("its worker cannot be taken over", code::worker_died));
}

void launcher::end(const survivor& who) {
  end_survivor(who);
}

launcher_ptr make_process_launcher(loop& home, spawner& s) {
  return std::make_shared<process_launcher>(home, s);
}

} // namespace troupe
