#include "actors/public/node_host.hpp"

#include "actors/interfaces/log_record.hpp"
#include "actors/node/added_operations.hpp"
#include "actors/public/host_log.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

/// As long as it lives, threads that are started here get no signals: these are for the
/// program's own threads, and a reader that is gone is told by the failing call.
class without_signals {
public:
  without_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~without_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  without_signals(const without_signals&) = delete;
  without_signals& operator=(const without_signals&) = delete;

private:
  sigset_t before_;
};

/// A node in a program has no sockets for sessions: they are reached by calls alone.
class no_acceptors final : public session::session_acceptors {
public:
  void open(const std::string&) override {}
  void close(const std::string&) override {}
  void serve_pools(const std::set<std::string>&) override {}
};

/// Throws if the kernel would not tell how children end.
void require_exit_statuses() {
  struct sigaction now {};
  ::sigaction(SIGCHLD, nullptr, &now);
  auto has_handler = (now.sa_flags & SA_SIGINFO) != 0;
  if ((now.sa_flags & SA_NOCLDWAIT) != 0 || (!has_handler && now.sa_handler == SIG_IGN))
    throw std::runtime_error{
        "this program ignores SIGCHLD (SIG_IGN or SA_NOCLDWAIT), so nobody would learn "
        "how workers end: leave it at SIG_DFL, or handle it"};
}

fault stopped() {
  return {code::shutting_down, "the node has been stopped"};
}

} // namespace

std::shared_ptr<node_host> node_host::start(host_setup setup) {
  if (!setup.guardian.empty())
    require_exit_statuses();
  without_signals quiet;
  auto host = std::make_shared<node_host>(private_tag{}, setup);
  host->run(std::move(setup));
  return host;
}

node_host::node_host(private_tag, const host_setup& setup)
  : name_(setup.config.node.name)
  , hooks_(setup.hooks)
  , log_(make_host_log(hooks_, setup.config.node.log.level))
  , desk_(std::make_shared<call_desk>([log = log_](const char* what) {
    write_log(*log, spdlog::level::err, {.event = "handler_threw"},
              "a handler of a call has thrown: {}", what);
  }))
  , folder_(setup.config) {
  if (!setup.guardian.empty()) {
    guardian_.emplace(os::guardian_times{}, setup.guardian);
    guardian_->report_to([log = log_](const std::string& what) {
      write_log(*log, spdlog::level::warn, {.event = "guardian_trouble"}, "{}", what);
    });
    processes_.emplace(*guardian_, os::strangers::ignore);
  }
  runtime_.emplace(
      setup.config.node, node::choose_loops(setup.config.node, setup.config.pools),
      [this](const char* why) {
        fail({code::internal, "work on an I/O loop failed: " + std::string{why}});
      },
      setup.config.cluster, setup.plugins);
}

node_host::~node_host() {
  stop(std::chrono::milliseconds{0});
}

void node_host::run(host_setup setup) {
  std::optional<reception::cluster_setup> cluster;
  if (setup.config.cluster.is_on()) {
    auto ready = reception::prepare(setup.config.cluster, name_);
    if (!ready)
      throw std::runtime_error{ready.error()};
    cluster = *std::move(ready);
  }
  auto context = make_context(setup);
  runtime_->start(std::move(context), setup.config.pools, folder_.earlier(),
                  std::move(cluster), std::move(setup.followers));
  others_ = runtime_->others();
  watch();
  wait_for_pools();
}

node::node_context node_host::make_context(const host_setup& setup) {
  node::node_context with;
  with.config = setup.config.node;
  with.place.state_dir = folder_.path().string();
  with.place.folder = setup.folder;
  with.sessions = {.config = setup.config.session,
                   .registry = folder_.registry(),
                   .acceptors = std::make_shared<no_acceptors>()};
  with.processes = processes_ ? &*processes_ : nullptr;
  with.known.wires = setup.wires;
  with.known.kinds = setup.kinds;
  with.operations = setup.operations;
  if (setup.behaviours)
    with.operation_pools =
        node::operation_pools(setup.config.operations, setup.behaviours);
  with.log = log_;
  with.process.reread = [](bool) -> result<node::reread_config, std::string> {
    return failure("the configuration of a node in a program is read once");
  };
  with.process.request_stop = [this] {
    if (hooks_.stop_requested)
      hooks_.stop_requested();
  };
  with.process.give_up = [this](std::string why) {
    fail({code::internal, std::move(why)});
  };
  return with;
}

/// A call that came earlier would be told that there are none.
void node_host::wait_for_pools() {
  call anything;
  anything.kind = shared_bytes::literal("health");
  anything.taken = steady_clock::now();
  caf::scoped_actor self{runtime_->system()};
  self->request(runtime_->node(), caf::infinite, std::move(anything))
      .receive([](outcome&) {},
               [](caf::error& e) { throw std::runtime_error{to_fault(e).message}; });
}

void node_host::watch() {
  watcher_ = runtime_->system().spawn(
      [this, node = runtime_->node(),
       events = runtime_->events()](caf::event_based_actor* self) -> caf::behavior {
        self->monitor(node);
        self->monitor(events);
        self->set_down_handler([this](const caf::down_msg& m) {
          if (m.reason != caf::exit_reason::user_shutdown)
            fail({code::internal,
                  "an actor that the node needs ended: " + to_fault(m.reason).message});
        });
        return {[](atom::stop) {}}; // it waits for the ends of others
      });
}

void node_host::fail(const fault& why) {
  if (failed_.exchange(true))
    return;
  write_log(*log_, spdlog::level::critical, {.event = "node_failed"},
            "the node cannot go on: {}", why.message);
  desk_->close(why);
  if (hooks_.failed)
    hooks_.failed(why);
}

void node_host::stop(std::chrono::milliseconds patience) {
  if (stopped_.exchange(true))
    return;
  if (runtime_) {
    if (patience.count() > 0 && !failed_)
      drain(patience);
    if (watcher_) {
      caf::scoped_actor self{runtime_->system()};
      self->send_exit(watcher_, caf::exit_reason::user_shutdown);
      self->wait_for(watcher_);
      watcher_ = nullptr;
    }
    if (!runtime_->end())
      write_log(*log_, spdlog::level::err, {.event = "node_ends_late"},
                "the thread of a behaviour does not end: the destructor of the node"
                " waits for it");
  }
  desk_->close(stopped());
}

void node_host::drain(std::chrono::milliseconds patience) {
  caf::scoped_actor self{runtime_->system()};
  self->request(runtime_->node(), patience, atom::drain_v)
      .receive([](atom::drain) {},
               [this](caf::error& e) {
                 write_log(*log_, spdlog::level::warn, {.event = "node_ends_late"},
                           "not everything has ended in time: {}", to_fault(e).message);
               });
}

result<tag_id> node_host::begin(std::string_view to, call what, answer_handler on_answer,
                                part_handler on_part) {
  if (stopped_)
    return failure(stopped());
  auto table = runtime_->directory().get();
  auto callee = runtime_->directory().find(*table, to, what);
  if (!callee)
    return failure(std::move(callee).error());
  auto tag = desk_->enter(*callee, std::move(on_answer), std::move(on_part));
  if (!tag)
    return tag;
  submissions one;
  one.push_back({std::move(what), desk_, *tag});
  caf::anon_send(*callee, std::move(one));
  return tag;
}

void node_host::cancel(tag_id which) {
  if (auto callee = desk_->callee_of(which))
    caf::anon_send(callee, atom::cancel_v, reply_sink_ptr{desk_}, which);
}

} // namespace troupe
