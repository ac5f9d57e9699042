#include "actors/outbound/tcp_address.hpp"

#include <netdb.h>

namespace troupe::outbound {

std::string text_of(const tcp_address& a) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (::getnameinfo(a.get(), a.size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV)
      != 0)
    return "unknown";
  std::string text{host};
  return (a.storage.ss_family == AF_INET6 ? "[" + text + "]" : text) + ":" + port;
}

} // namespace troupe::outbound
