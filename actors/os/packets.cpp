#include "actors/os/packets.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace troupe::os {

namespace {

constexpr size_t most_descriptors = 16;

packet_step step_of(int error) {
  return error == EAGAIN || error == EINTR || error == ENOBUFS ? packet_step::later
                                                               : packet_step::broken;
}

} // namespace

packet_step send_packet(int socket, std::string_view packet,
                        std::span<const int> descriptors) {
  if (descriptors.size() > most_descriptors)
    return packet_step::broken;
  iovec bytes{const_cast<char*>(packet.data()), packet.size()}; // is only read
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * most_descriptors)> beside{};
  msghdr m{};
  m.msg_iov = &bytes;
  m.msg_iovlen = 1;
  if (!descriptors.empty()) {
    m.msg_control = beside.data();
    m.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    auto head = CMSG_FIRSTHDR(&m);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(head), descriptors.data(), descriptors.size_bytes());
  }
  auto n = ::sendmsg(socket, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
  return n >= 0 ? packet_step::done : step_of(errno);
}

packet_step receive_packet(int socket, size_t most, std::string& packet) {
  packet.resize(most + 1);
  // Without room for them, descriptors that come along are closed by the kernel.
  auto n = ::recv(socket, packet.data(), packet.size(), MSG_DONTWAIT | MSG_TRUNC);
  if (n < 0)
    return step_of(errno);
  if (n == 0 || static_cast<size_t>(n) > most)
    return packet_step::broken;
  packet.resize(static_cast<size_t>(n));
  return packet_step::done;
}

} // namespace troupe::os
