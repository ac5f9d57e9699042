#include "protocol/tls/rehearsal.hpp"

#include "protocol/tls/channel.hpp"

#include <algorithm>

namespace troupe::tls {

namespace {

/// Goes on with the handshake of `from`, and brings `to` what it has to say. Returns
/// whether that was anything.
bool speak(channel& from, channel& to, progress& state) {
  if (state == progress::wants_input)
    state = from.handshake();
  auto bytes = from.take_output();
  to.feed(bytes);
  return !bytes.empty();
}

std::string objection(flaw what, const std::string& words) {
  return std::string{name_of(what)} + ": " + words;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (auto& name : names)
    all += (all.empty() ? "" : ", ") + name;
  return all.empty() ? "nobody" : all;
}

} // namespace

result<void, std::string> rehearse(const context::ptr& server, const context::ptr& client,
                                   const std::string& name) {
  auto dialled = channel::server(server);
  auto dialling = channel::client(client);
  auto at_dialled = progress::wants_input;
  auto at_dialling = progress::wants_input;
  for (auto moved = true; moved;) {
    moved = speak(dialling, dialled, at_dialling);
    moved = speak(dialled, dialling, at_dialled) || moved;
  }
  // If one end objects, the other only hears of it.
  for (auto end : {&dialling, &dialled})
    if (auto& why = end->error(); why.what != flaw::none && why.who == found_by::us)
      return failure(objection(why.what, why.message));
  auto names = dialling.peer_names();
  if (std::find(names.begin(), names.end(), name) == names.end())
    return failure(objection(flaw::wrong_name, "the certificate is of " + joined(names)
                                                   + ", and the node is " + name));
  return {};
}

} // namespace troupe::tls
