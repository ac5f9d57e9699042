#include "tests/actors/basp/support_basp.hpp"

#include <arpa/inet.h>
#include <caf/binary_serializer.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace troupe::testing {

namespace {

struct gate_state {
  explicit gate_state(caf::local_actor*) {}
};

gate_actor::behavior_type gate_behavior(pinned_actor<gate_actor, gate_state>*,
                                        tally* words) {
  return {[](int32_t x) { return x + 1; }, [words](const std::string&) { words->add(); }};
}

void append(std::string& out, uint64_t x, int bytes) {
  for (int i = bytes; i-- > 0;)
    out.push_back(static_cast<char>(x >> (8 * i)));
}

} // namespace

peer_node::peer_node(bounds limits)
  : system(cfg)
  , loop(system)
  , net(std::in_place, loop.home, system, std::move(limits))
  , gate(caf::actor_cast<caf::strong_actor_ptr>(
        spawn_on(loop.home, gate_behavior, &words))) {}

peer_node::~peer_node() {
  end_gate();
  end();
}

void peer_node::end_gate() {
  if (auto last = std::exchange(gate, nullptr)) {
    caf::scoped_actor self{system};
    auto who = caf::actor_cast<caf::actor>(last);
    self->send_exit(who, caf::exit_reason::user_shutdown);
    self->wait_for(who);
  }
}

void peer_node::end() {
  loop.stop();
  net.reset();
}

std::shared_ptr<live_connection> peer_node::accept(connection c) {
  auto shared = std::make_shared<connection>(std::move(c));
  return loop.run([this, shared] { return net->accepted(std::move(*shared), gate); });
}

std::shared_ptr<live_connection> peer_node::dial(connection c, network::answer then) {
  auto shared = std::make_shared<connection>(std::move(c));
  return loop.run([this, shared, then = std::move(then)] {
    return net->dialled(std::move(*shared), then);
  });
}

result<caf::strong_actor_ptr> peer_node::dial(connection c) {
  auto answered = std::make_shared<std::promise<result<caf::strong_actor_ptr>>>();
  dial(std::move(c), [answered](auto x) { answered->set_value(std::move(x)); });
  return get(answered->get_future());
}

bool peer_node::is_open(const std::shared_ptr<live_connection>& x) {
  return loop.run([&] { return x->is_open(); });
}

std::optional<refusal> peer_node::refused(const std::shared_ptr<live_connection>& x) {
  return loop.run([&] { return x->refused(); });
}

two_ends socket_pair() {
  int ends[2];
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends)
                == 0);
  return {unique_fd{ends[0]}, unique_fd{ends[1]}};
}

two_ends tcp_pair() {
  unique_fd listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto address = reinterpret_cast<sockaddr*>(&at);
  socklen_t size = sizeof at;
  BOOST_REQUIRE(::bind(listening.get(), address, size) == 0);
  BOOST_REQUIRE(::listen(listening.get(), 1) == 0);
  BOOST_REQUIRE(::getsockname(listening.get(), address, &size) == 0);
  unique_fd dialled{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  BOOST_REQUIRE(::connect(dialled.get(), address, size) == 0);
  unique_fd accepted{::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)};
  BOOST_REQUIRE(static_cast<bool>(accepted));
  return {std::move(accepted), std::move(dialled)};
}

bool eventually(const std::function<bool()>& f) {
  for (auto end = steady_clock::now() + patience; steady_clock::now() < end;
       std::this_thread::sleep_for(1ms))
    if (f())
      return true;
  return f();
}

int32_t add_one(caf::actor_system& from, const caf::strong_actor_ptr& who, int32_t x,
                std::chrono::milliseconds at_most) {
  int32_t sum = 0;
  caf::scoped_actor self{from};
  self->request(caf::actor_cast<caf::actor>(who), caf::duration{at_most}, x)
      .receive([&](int32_t y) { sum = y; }, [](caf::error&) {});
  return sum;
}

pair_fixture::~pair_fixture() {
  gate_of_a = nullptr;
}

void pair_fixture::connect(two_ends ends) {
  at_a = a.accept({.socket = std::move(ends.first), .peer = b.id()});
  auto answered = std::make_shared<std::promise<result<caf::strong_actor_ptr>>>();
  at_b = b.dial({.socket = std::move(ends.second), .peer = a.id()},
                [answered](auto x) { answered->set_value(std::move(x)); });
  auto found = get(answered->get_future());
  BOOST_REQUIRE(found.has_value());
  gate_of_a = std::move(*found);
}

std::string raw_frame::bytes() const {
  std::string out;
  append(out, operation, 1);
  append(out, 0, 2);
  append(out, flags, 1);
  append(out, claims.value_or(static_cast<uint32_t>(payload.size())), 4);
  append(out, data, 8);
  append(out, source, 8);
  append(out, destination, 8);
  return out + payload;
}

std::string spell(const caf::node_id& x) {
  std::vector<char> out;
  caf::binary_serializer sink{static_cast<caf::execution_unit*>(nullptr), out};
  BOOST_REQUIRE(!sink(x));
  return {out.begin(), out.end()};
}

std::string spell(const caf::node_id& from, const caf::node_id& to) {
  return spell(from) + spell(to);
}

caf::node_id some_node(uint32_t pid) {
  caf::node_id::default_data::host_id_type host;
  host.fill(7);
  return caf::make_node_id(pid, host);
}

raw_peer::raw_peer(loop::unique_fd of)
  : socket(std::move(of)) {}

bool raw_peer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd ready{socket.get(), POLLOUT, 0};
    if (::poll(&ready, 1, std::chrono::milliseconds{patience}.count()) != 1)
      return false;
    auto n =
        ::send(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN)
      return false;
    bytes.remove_prefix(n > 0 ? static_cast<size_t>(n) : 0);
  }
  return true;
}

bool raw_peer::is_let_go() {
  std::vector<char> space(limits::read_chunk);
  for (auto end = steady_clock::now() + patience; steady_clock::now() < end;) {
    pollfd ready{socket.get(), POLLIN, 0};
    ::poll(&ready, 1, 100);
    auto n = ::recv(socket.get(), space.data(), space.size(), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN))
      return true;
  }
  return false;
}

} // namespace troupe::testing
