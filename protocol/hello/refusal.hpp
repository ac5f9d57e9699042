#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::hello {

/// Why a connection between two nodes does not come about, or ends: a closed list.
enum class reason : uint8_t {
  /// It shows no certificate.
  no_certificate,
  /// Its certificate is of another authority.
  foreign_certificate,
  /// Its certificate is out of its time.
  expired_certificate,
  /// Its certificate is not good for another reason.
  bad_certificate,
  /// Its certificate does not have the name of the node.
  wrong_name,
  /// It has not introduced itself in time, or has closed before.
  no_hello,
  /// What it says is no introduction: HTTP, or the other of plain text and TLS.
  not_hello,
  /// Its line is too long.
  hello_too_long,
  /// It is of another cluster.
  other_cluster,
  /// A node of this name is there already, and lives.
  name_taken,
  /// It has the name of the node that it talks to.
  own_name,
  /// It is the node that it talks to.
  dialled_itself,
  /// Another node, or this one, has the same CAF node id.
  id_taken,
  /// No version of the protocol, or of TLS, is spoken by both.
  version_mismatch,
  /// Its heartbeats and ours are too far apart: one would take the other for dead.
  beats_differ,
  /// Too many are at the door, or in the cluster.
  too_many,
  /// The two nodes are connected, or are about to be.
  already_connected,
  /// A message of it is longer than allowed.
  frame_too_long,
  /// It wants to start an actor here.
  remote_spawn,
  /// Refused by a word that this version does not know.
  refused,
  /// Its address has no meaning: the host's name is not known.
  unknown_host,
  /// Nobody answers at its address.
  unreachable,
  count_,
};

/// Returns the word for `r`, such as `name_taken`.
std::string_view name_of(reason r);

/// Returns the reason with this word; `reason::refused` for one that is not known.
reason reason_from_name(std::string_view word);

/// Why one end does not go on, in words for a program and for a person.
struct refusal {
  reason why = reason::refused;
  /// One sentence. It may come from the peer: it is made safe to show, and short.
  std::string message = {};

  bool operator==(const refusal&) const = default;
};

} // namespace troupe::hello
