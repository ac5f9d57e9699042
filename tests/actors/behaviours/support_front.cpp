#include "tests/actors/behaviours/support_front.hpp"

#include "protocol/base/json_document.hpp"

namespace troupe::testing {

namespace {

boost::json::object to_options(std::string_view text) {
  boost::json::error_code ec;
  auto value = parse_document(text, ec);
  BOOST_TEST_REQUIRE(!ec);
  return std::move(value.as_object());
}

} // namespace

front_fixture::~front_fixture() {
  front_.reset();
  host_actor_ = nullptr;
}

void front_fixture::start(const behaviour_kind& kind, std::string_view options) {
  BOOST_TEST(mistakes_of(kind, options).empty());
  cleanups.push_back([r = host] { *r = {}; });
  auto fun =
      [r = host](
          behaviour_host_actor::pointer me) -> behaviour_host_actor::behavior_type {
    return {
        [r, me](pool_call& c) {
          auto promise = me->make_response_promise<outcome>();
          r->calls.push_back({std::move(c), promise});
          return promise;
        },
        [r](atom::cancel, tag_id) { // which no front sends: from `on_host`
          for (auto& f : std::exchange(r->todo, {}))
            f();
        },
        [](const result_chunk&) { return atom::writable_v; },
        [](const log_line&) {},
        [](atom::publish, const shared_bytes&) {},
    };
  };
  host_actor_ = keep(sys.spawn(fun));
  behaviour_context context{"n",        "front", "front.0", behind, to_options(options),
                            host_actor_};
  front_.emplace(kind.spawn({*self.ptr(), kind.thread, std::move(context)}));
  keep(front_->actor());
  run();
}

behaviour_call front_fixture::make_call(uint64_t id, std::string payload,
                                        std::string kind, milliseconds left) {
  behaviour_call c;
  c.id = ticket_id{id};
  c.kind = shared_bytes{std::move(kind)};
  c.payload = shared_bytes{std::move(payload)};
  c.deadline = now() + left;
  return c;
}

void front_fixture::call(uint64_t id, std::string payload, std::string kind,
                         milliseconds left) {
  call(make_call(id, std::move(payload), std::move(kind), left));
}

void front_fixture::call(behaviour_call c) {
  keep(sys.spawn([this, c = std::move(c)](caf::event_based_actor* me) {
    tag_id tag{uint64_t{c.id}};
    me->request(front_->actor(), caf::infinite, c)
        .then([this, tag](outcome& o) { sink->settle(tag, std::move(o)); },
              [this, tag](caf::error& e) { sink->settle(tag, failure(to_fault(e))); });
  }));
  run();
}

void front_fixture::cancel(uint64_t id) {
  BOOST_TEST_REQUIRE(static_cast<bool>(front_->cancellable()));
  tell(front_->cancellable(), atom::cancel_v, ticket_id{id});
}

/// Promises want to be kept on their actor.
void front_fixture::on_host(std::function<void()> what) {
  host->todo.push_back(std::move(what));
  tell(host_actor_, atom::cancel_v, tag_id{});
}

void front_fixture::answers(size_t i, std::string result) {
  on_host([&, i] {
    host->calls.at(i).answer.deliver(
        outcome{shared_bytes{std::move(result)}, shared_bytes::literal("behind.0")});
  });
}

void front_fixture::fails(size_t i, fault why) {
  on_host([&, i] { host->calls.at(i).answer.deliver(to_error(why)); });
}

std::string front_fixture::called() const {
  std::string out;
  for (auto& c : host->calls)
    out += (out.empty() ? "" : " ") + c.what.to;
  return out;
}

std::string front_fixture::counts() {
  constexpr uint64_t id = 1'000'000;
  sink->all.erase(tag_id{id});
  call(id, "null", "$stats");
  return sink->result(id);
}

std::vector<std::string> mistakes_of(const behaviour_kind& kind,
                                     std::string_view options) {
  std::vector<std::string> out;
  for (auto& m : kind.check(to_options(options)))
    out.push_back(m.option + ": " + m.message);
  return out;
}

bool is_wrong(const behaviour_kind& kind, std::string_view options, std::string_view key,
              std::string_view part) {
  auto all = mistakes_of(kind, options);
  for (auto& m : all)
    BOOST_TEST_MESSAGE(m);
  return all.size() == 1 && all[0].starts_with(std::string{key} + ": ")
         && all[0].find(part) != std::string::npos;
}

} // namespace troupe::testing
