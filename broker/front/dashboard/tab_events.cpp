#include "broker/front/dashboard/page_limits.hpp"
#include "broker/front/dashboard/page_text.hpp"
#include "broker/front/dashboard/tab_part.hpp"
#include "broker/front/event_batch.hpp"
#include "broker/front/websocket/websocket_client.hpp"
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_writer.hpp"

#include <utility>

namespace troupe::front::dashboard {

namespace {

/// Whether what terminals print is asked for by name: a person may be typing there.
bool is_for_output(std::string_view query) {
  auto kinds = json_text::find_member(query, "kinds");
  return kinds && kinds->find("\"worker_stream\"") != kinds->npos;
}

/// Events as they come. They are pulled, as fast as the client reads and no faster than
/// people do: what is not pulled in time becomes a gap.
class tab_events final : public tab_part {
public:
  tab_events(tab_link& tab, page_id id, std::string node, shared_bytes query)
    : tab_(tab)
    , id_(id)
    , node_(std::move(node))
    , query_(std::move(query))
    , pause_(is_for_output(query_.view()) ? page_limits::page_output_pause
                                          : page_limits::page_events_pause) {}

  ~tab_events() override { rest(); }

  void begin() override {
    resting_ = false;
    ask();
  }

  void rest() override {
    resting_ = true;
    if (auto tag = std::exchange(question_, std::nullopt))
      tab_.take_back(*tag);
  }

  void on_second(steady_clock::time_point) override {
    if (failed_)
      ask();
  }

  void on_room() override {
    if (wants_room_)
      ask();
  }

private:
  void ask() {
    wants_room_ = false;
    if (resting_ || question_ || pausing_)
      return;
    if (!tab_.has_room(0) || !tab_.may_ask()) {
      wants_room_ = true;
      return;
    }
    // The first is answered at once: nothing that comes after it is missed.
    auto payload = next_.empty() ? events_at_once(query_.view()) : next_;
    auto asked =
        tab_.ask(node_, websocket::make_call(events_kind.ask, std::move(payload)),
                 [this](call_result& answer) {
                   question_.reset();
                   take(answer);
                 });
    if (asked)
      question_ = *asked;
    else
      fail(asked.error());
  }

  void take(const call_result& answer) {
    if (!answer)
      return fail(answer.error());
    failed_ = false;
    told_.clear();
    auto batch = events_in(*answer);
    auto is_first = next_.empty();
    next_ = events_after(query_.view(), *batch);
    json_array_writer events;
    for (auto& e : batch->events)
      events.add_json(e.text.view());
    if (is_first || !batch->events.empty())
      tab_.send(events_text(id_, events.array()));
    if (batch->events.size() >= limits::event_batch / 2)
      return ask(); // it is behind
    pausing_ = true;
    tab_.run_later(pause_, [this, there = std::weak_ptr{mark_}] {
      if (there.expired())
        return;
      pausing_ = false;
      ask();
    });
  }

  void fail(const fault& why) {
    failed_ = true;
    if (auto word = to_json(why); std::exchange(told_, word) != word)
      tab_.send(error_text(id_, word));
  }

  tab_link& tab_;
  page_id id_;
  std::string node_;
  /// What was asked for first, and what is next; empty before the first answer.
  shared_bytes query_;
  shared_bytes next_;
  std::chrono::milliseconds pause_;
  std::optional<tag_id> question_;
  bool resting_ = true;
  bool pausing_ = false;
  bool wants_room_ = false;
  bool failed_ = false;
  /// The last error, as it was told.
  std::string told_;
  /// Gone when this is.
  std::shared_ptr<char> mark_ = std::make_shared<char>();
};

} // namespace

std::unique_ptr<tab_part> make_tab_events(tab_link& tab, page_id id, std::string node,
                                          shared_bytes query) {
  return std::make_unique<tab_events>(tab, id, std::move(node), std::move(query));
}

} // namespace troupe::front::dashboard
