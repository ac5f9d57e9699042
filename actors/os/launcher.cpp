#include "actors/os/launcher.hpp"

#include "actors/os/acceptor.hpp"
#include "actors/os/detached_processes.hpp"
#include "actors/os/dialling_connector.hpp"
#include "actors/os/preloader.hpp"
#include "actors/os/process.hpp"
#include "protocol/base/limits.hpp"

#include <csignal>

namespace troupe::os {

namespace {

launch_result fail(std::string why, code what = code::spawn_failed) {
  return failure(what, std::move(why));
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
  process_launcher(loop::event_loop& loop, spawner& s, preload_observer_ptr observer)
    : loop_(loop)
    , spawner_(s)
    , preloader_(loop, s, std::move(observer)) {}

  void launch(spawn_spec spec, child_owner_ptr owner) override {
    auto birth = std::make_shared<delivery>();
    auto open = spec.obstacle.empty() ? open_connector(spec, {user_of(spec)}, birth->ways)
                                      : failure(spec.obstacle);
    if (!open) {
      owner->spawned(fail(std::move(open).error()));
      return;
    }
    birth->owner = std::move(owner);
    birth->ways.whole_heads = spec.whole_heads;
    birth->ways.pipes = spawner_.pipes();
    if (spec.preload)
      return fork(std::move(spec), birth);
    spawner_.spawn(std::move(spec), [self = shared_from_this(), birth](spawn_result r) {
      if (r)
        birth->started = *std::move(r);
      else
        birth->started = fail_start(std::move(r).error());
      self->loop_.post([self, birth] { self->deliver(*birth); });
    });
  }

  bool withdraw(const child_owner_ptr& owner) override {
    return preloader_.withdraw(owner.get());
  }

  void renew() override { preloader_.renew(); }
  void revert() override { preloader_.revert(); }

  void rest() override { preloader_.rest(); }

  void adopt(const detached_process& who, spawn_spec spec,
             child_owner_ptr owner) override {
    auto taken = std::make_shared<delivery>();
    taken->owner = std::move(owner);
    taken->ways.adopted = true;
    spec.socket_path = who.socket;
    spec.log_path = who.log;
    auto found = find_detached(who, user_of(spec));
    if (!found) {
      taken->owner->spawned(fail(std::move(found).error(), code::worker_died));
      return;
    }
    spawned_process p;
    p.pid = static_cast<pid_t>(who.pid);
    p.exit = *std::move(found);
    p.detached_as = std::make_shared<const detached_process>(who);
    auto open = open_connector(spec, {user_of(spec), p.pid}, taken->ways);
    if (!open) {
      taken->owner->spawned(fail(std::move(open).error()));
      return;
    }
    spawner_.adopt(p.pid);
    taken->started = std::move(p);
    loop_.post([self = shared_from_this(), taken] { self->deliver(*taken); });
  }

  void end(const detached_process& who) override { spawner_.end(who); }

  void give_up(child& one) override { static_cast<process&>(one).give_up(); }

private:
  /// A child on its way to its loop.
  struct delivery {
    child_owner_ptr owner;
    process_ways ways;
    result<spawned_process> started = fail_start({});
  };

  static tl::unexpected<fault> fail_start(std::string why) {
    return failure(code::spawn_failed, std::move(why));
  }

  /// The launcher owns what calls back, and not the other way round.
  void fork(spawn_spec spec, const std::shared_ptr<delivery>& birth) {
    auto key = birth->owner.get();
    auto done = [self = weak_from_this(), birth](result<spawned_process> r) {
      birth->started = std::move(r);
      if (auto here = self.lock())
        here->deliver(*birth);
    };
    preloader_.fork({std::move(spec), key, std::move(done)});
  }

  /// Makes ready what the child and the node will be connected through, before it is
  /// started.
  static result<void, std::string> open_connector(spawn_spec& spec, peer who,
                                                  process_ways& ways) {
    if (spec.talks == channel::served)
      return open_dialling_connector(spec, who, ways);
    if (spec.talks != channel::unix_socket && spec.talks != channel::tcp)
      return {};
    auto open = acceptor::open(spec, who);
    if (!open)
      return failure(std::move(open).error());
    auto l = std::make_unique<acceptor>(*std::move(open));
    fill_in_address(spec, l->address());
    ways.acceptor = std::move(l);
    return {};
  }

  static result<void, std::string> open_dialling_connector(spawn_spec& spec, peer who,
                                                           process_ways& ways) {
    if (ways.adopted) {
      ways.file.emplace(spec.socket_path);
    } else {
      auto file = socket_file::prepare(spec);
      if (!file)
        return failure(std::move(file).error());
      ways.file.emplace(*std::move(file));
      fill_in_address(spec, spec.socket_path);
    }
    ways.acceptor = std::make_unique<dialling_connector>(ways.file->address(), who);
    return {};
  }

  void deliver(delivery& d) {
    if (!d.started) {
      d.owner->spawned(launch_result{failure(std::move(d.started).error())});
      return;
    }
    auto& born = *d.started;
    if (born.detached_as)
      d.ways.log = std::make_unique<log_follower>(watch(), loop_, born.detached_as->log,
                                                  d.ways.adopted ? limits::adopted_log
                                                                 : limits::child_log);
    auto p = std::make_shared<process>(loop_, spawner_, std::move(born),
                                       std::move(d.ways), d.owner);
    // The worker's reference is the one that counts: without it the child must go.
    child_ptr handle{p.get(), [p](child*) { p->signal(SIGKILL); }};
    d.owner->spawned(launch_result{std::move(handle)});
    p->start();
  }

  /// The children on the loop keep it: it must end on the loop's thread.
  std::shared_ptr<file_watch> watch() {
    auto w = watch_.lock();
    if (!w) {
      w = std::make_shared<file_watch>(loop_);
      watch_ = w;
    }
    return w;
  }

  loop::event_loop& loop_;
  spawner& spawner_;
  preloader preloader_;
  std::weak_ptr<file_watch> watch_;
};

} // namespace

void launcher::adopt(const detached_process&, spawn_spec, child_owner_ptr owner) {
  owner->spawned(fail("its worker cannot be taken over", code::worker_died));
}

void launcher::end(const detached_process& who) {
  end_detached(who);
}

launcher_ptr make_process_launcher(loop::event_loop& loop, spawner& s,
                                   preload_observer_ptr observer) {
  return std::make_shared<process_launcher>(loop, s, std::move(observer));
}

} // namespace troupe::os
