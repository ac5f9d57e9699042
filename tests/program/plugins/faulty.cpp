// A plugin with all that a plugin can do wrong, by the kind of the call; and with what it
// is right to do, for comparison.
#include "actors/public/behaviour.hpp"

#include <boost/json/serialize.hpp>
#include <caf/all.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include <unistd.h>

namespace faulty {

/// A message type with an id of its own.
struct mark {
  int32_t number = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mark& x) {
  return f(caf::meta::type_name("faulty::mark"), x.number);
}

} // namespace faulty

CAF_BEGIN_TYPE_ID_BLOCK(faulty, 2000)
CAF_ADD_TYPE_ID(faulty, (faulty::mark))
CAF_END_TYPE_ID_BLOCK(faulty)

namespace faulty {

using namespace troupe;

/// Bytes that one call leaks.
constexpr size_t leak_size = 64 * 1024 * 1024;

/// The id of no call: the order to hang.
constexpr ticket_id no_call{0};

struct state {
  explicit state(caf::local_actor*) {}

  caf::result<outcome> run(behaviour_call& c);
  caf::result<outcome> send_parts(const behaviour_call& c);
  void send_part();

  static inline const char* name = "faulty";

  cancellable_behaviour_self<state>* self = nullptr;
  behaviour_context context;
  /// Of the call that waits for its cancellation, or sends its parts.
  caf::typed_response_promise<outcome> open;
  chunk_stream parts;
  int parts_left = 0;
};

static_assert(!std::is_aggregate_v<state>);

std::vector<std::vector<char>>& leaked() {
  static std::vector<std::vector<char>> all;
  return all;
}

outcome text(std::string json) {
  return outcome{shared_bytes{std::move(json)}};
}

caf::result<outcome> state::run(behaviour_call& c) {
  auto kind = c.kind.view();
  if (kind == "throw")
    throw std::runtime_error{"no such thing"};
  if (kind == "crash")
    std::raise(SIGSEGV);
  if (kind == "exit")
    std::exit(3);
  for (volatile auto on = kind == "loop"; on;) {
  }
  if (kind == "leak")
    leaked().emplace_back(leak_size, 'x');
  if (kind == "print")
    std::puts("this is no line of a protocol"), std::fflush(stdout);
  if (kind == "refuse")
    return to_error({code::busy, "not now"});
  if (kind == "pid")
    return text(std::to_string(::getpid()));
  if (kind == "options")
    return text(boost::json::serialize(context.options));
  if (kind == "knows-its-type")
    return text(self->system().types().make_value("faulty::mark") ? "true" : "false");
  if (kind == "pass")
    return self->delegate(context.host, pass_on(context.of, std::move(c)));
  if (kind == "parts")
    return send_parts(c);
  if (kind == "wait")
    return open = self->make_response_promise<outcome>();
  if (kind == "hang") // once it has answered
    self->send(self, atom::cancel_v, no_call);
  if (kind == "say") {
    context.log(self, log_severity::warn, "said");
    self->send(context.host, atom::publish_v, shared_bytes{std::string{"{\"said\":1}"}});
  }
  return outcome{std::move(c.payload)};
}

/// Sends three parts, each when there is room for it, and then the result.
caf::result<outcome> state::send_parts(const behaviour_call& c) {
  if (!c.chunks.is_wanted())
    return text("\"all at once\"");
  parts = c.chunks;
  parts_left = 3;
  open = self->make_response_promise<outcome>();
  send_part();
  return open;
}

void state::send_part() {
  if (parts_left-- == 0) {
    open.deliver(text("\"done\""));
    return;
  }
  parts.send(self, shared_bytes{std::to_string(parts_left)})
      .then([this](atom::writable) { send_part(); }, [](const caf::error&) {});
}

cancellable_behaviour_actor::behavior_type
behavior(cancellable_behaviour_self<state>* self, const behaviour_context& context) {
  self->state.self = self;
  self->state.context = context;
  return {
      [self](behaviour_call& c) { return self->state.run(c); },
      [self](atom::cancel, ticket_id id) {
        for (volatile auto on = id == no_call; on;) {
        }
        self->state.open.deliver(text("\"late\""));
      },
  };
}

plugin_contents contents() {
  behaviour_kind kind;
  kind.name = "faulty";
  kind.place = behaviour_place::either;
  kind.check = [](const boost::json::object& options) {
    if (options.contains("throw"))
      throw std::runtime_error{"no such option"};
    return std::vector<option_mistake>{};
  };
  kind.spawn = [](behaviour_start start) { return start.spawn(behavior); };
  return {.behaviours = {std::move(kind)}, .configure = [](auto& system) {
            system.template add_message_types<caf::id_block::faulty>();
          }};
}

} // namespace faulty

TROUPE_PLUGIN(faulty::contents);
