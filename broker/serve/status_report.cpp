#include "broker/serve/status_report.hpp"

#include "broker/serve/pool_status_text.hpp"
#include "broker/serve/service_manager.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <caf/all.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::serve {

namespace {

constexpr auto pause = std::chrono::seconds{1};

/// What the last message said, and what it is made of.
class teller {
public:
  explicit teller(node_actor node)
    : node_(std::move(node)) {}

  /// Asks NODE what every client may ask, then again after a while.
  void ask(caf::event_based_actor* self) {
    call ready;
    ready.kind = shared_bytes::literal("ready");
    ready.taken = steady_clock::now();
    self->request(node_, caf::infinite, std::move(ready))
        .then(
            [this, self](outcome& result) {
              tell(json_text::members_in(result.payload.view()));
              self->delayed_send(self, pause, internal::timer_v);
            },
            [this, self](caf::error& e) {
              auto why = to_fault(e);
              // A node that stops has said so, and that is the last word.
              if (why.what == code::unavailable)
                tell(why.details.relayed);
              if (why.what != code::shutting_down)
                self->delayed_send(self, pause, internal::timer_v);
            });
  }

private:
  /// @param members Of the answer.
  void tell(std::string_view members) {
    auto object = json_object_writer{}.append(members).object();
    auto text = pool_status_text(json_text::find_member(object, "pools").value_or(""));
    if (text.empty() || text == told_)
      return;
    notify_service_manager("STATUS=" + text);
    told_ = std::move(text);
  }

  node_actor node_;
  std::string told_;
};

} // namespace

status_report::status_report(node::node_runtime& node)
  : system_(node.system())
  , ticker_(system_.spawn(
        [with = node.node()](caf::event_based_actor* self) -> caf::behavior {
          auto t = std::make_shared<teller>(with);
          self->delayed_send(self, pause, internal::timer_v);
          return {[t, self](internal::timer) { t->ask(self); }};
        })) {}

status_report::~status_report() {
  caf::scoped_actor self{system_};
  self->send_exit(ticker_, caf::exit_reason::user_shutdown);
  self->wait_for(ticker_);
}

} // namespace troupe::serve
