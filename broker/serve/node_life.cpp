#include "broker/serve/node_life.hpp"

#include "actors/interfaces/log_record.hpp"
#include "broker/serve/background_writer.hpp"
#include "broker/serve/reloading.hpp"
#include "broker/serve/service_manager.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <csignal>
#include <cstring>

namespace troupe::serve {

node_life::node_life(caf::actor_system& system, node_actor node, signals& sig,
                     node_news& news, os::spawner& processes,
                     std::shared_ptr<spdlog::logger> log, hooks then)
  : system_(system)
  , node_(std::move(node))
  , signals_(sig)
  , news_(news)
  , processes_(processes)
  , log_(std::move(log))
  , hooks_(std::move(then)) {
  // NODE sets up its pools on another thread. A client that came earlier would be told
  // that there are none.
  system_.spawn([node = node_, &news](caf::event_based_actor* self) {
    call anything;
    anything.kind = shared_bytes::literal("health");
    anything.taken = steady_clock::now();
    self->request(node, caf::infinite, std::move(anything))
        .then([&news](outcome&) { news.tell_set_up(); },
              [&news](caf::error& e) { news.tell_failure(to_fault(e).message); });
  });
}

int node_life::run() {
  for (auto over = false; !over;) {
    switch (auto number = signals_.wait()) {
      case 0:
        over = hear(news_.take());
        break;
      case SIGCHLD:
        processes_.reap_orphans();
        break;
      case SIGHUP:
        reload(system_, node_, log_);
        break;
      case SIGUSR1:
        hooks_.reopen_log();
        break;
      default:
        obey_signal(number);
    }
  }
  return failed_ ? 1 : 0;
}

bool node_life::hear(node_news::news what) {
  for (auto& answer : what.asked)
    answer();
  if (what.ordered_to_stop)
    obey_order();
  if (what.failure)
    fail(*what.failure);
  if (what.deserted) { // nobody is left to end the workers: the guardian does
    hooks_.hide();
    {
      background_writer last_words{STDERR_FILENO, {}}; // nobody may read it
      last_words.write("troupe: the actor of the node is gone: ending\n");
    }
    ::_exit(1);
  }
  if (what.set_up && !stops_.has_begun()) {
    try {
      hooks_.announce();
    } catch (const std::exception& e) {
      fail(e.what());
    }
  }
  return what.drained;
}

void node_life::obey_order() {
  if (stops_.order() != stop_sequence::step::drain)
    return;
  write_log(*log_, spdlog::level::info, {.event = "node_draining"},
            "ordered to stop: draining");
  drain();
}

void node_life::obey_signal(int number) {
  switch (stops_.signal()) {
    case stop_sequence::step::none:
      write_log(*log_, spdlog::level::info, {.event = "node_draining"},
                "{}: draining already; once more ends at once", ::strsignal(number));
      break;
    case stop_sequence::step::drain:
      write_log(*log_, spdlog::level::info, {.event = "node_draining"},
                "{}: draining; once more ends at once", ::strsignal(number));
      drain();
      break;
    case stop_sequence::step::end_at_once:
      write_log(*log_, spdlog::level::warn, {.event = "node_ends_at_once"},
                "{}: ending at once", ::strsignal(number));
      end_at_once();
      break;
    case stop_sequence::step::die:
      hooks_.hide();
      signals_.die_of(number);
  }
}

void node_life::drain() {
  notify_service_manager("STOPPING=1\nSTATUS=calls that run may finish");
  system_.spawn([node = node_, &news = news_](caf::event_based_actor* self) {
    self->request(node, caf::infinite, atom::drain_v)
        .then([&news](atom::drain) { news.tell_drained(); },
              [&news](caf::error&) { news.tell_deserted(); });
  });
}

void node_life::end_at_once() {
  caf::anon_send_exit(node_, caf::exit_reason::user_shutdown);
}

void node_life::fail(const std::string& why) {
  write_log(*log_, spdlog::level::critical, {.event = "node_failed"},
            "the node cannot go on and ends: {}", why);
  failed_ = true;
  if (!stops_.has_begun())
    drain();
  if (stops_.fail() == stop_sequence::step::end_at_once)
    end_at_once();
}

} // namespace troupe::serve
