#include "tests/bench/gearman.hpp"
#include "tests/bench/nats.hpp"
#include "tests/bench/payload_load.hpp"
#include "tests/bench/redis.hpp"

namespace troupe::bench {

namespace {

template <class Protocol>
tally run(channel& c, const load& l) {
  Protocol protocol;
  return payload_load<Protocol>{c, protocol, l}.run();
}

} // namespace

tally run_peer(std::string_view protocol, channel& c, const load& l) {
  return protocol == "gearman" ? run<gearman_client>(c, l)
         : protocol == "nats"  ? run<nats_client>(c, l)
                               : run<redis_client>(c, l);
}

} // namespace troupe::bench
