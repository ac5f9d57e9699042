#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/base/limits.hpp"

#include <caf/all.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

/// The typed messages of the actors: how they are named, inspected and turned into
/// errors. What is inspected here may cross hosts; names of its types never change
/// meaning.
namespace troupe {

/// Returns the CAF error that carries `f`, for response promises and exit reasons.
caf::error to_error(const fault& f);

/// Returns the fault inside `err`. CAF's own errors become the nearest code: a request
/// that ran out of time is `timeout`, anything unexpected is `internal` with CAF's words.
fault to_fault(const caf::error& err);

/// As a string. It is written from where it is: payloads may be megabytes.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shared_bytes& x) {
  if constexpr (std::is_base_of_v<caf::serializer, Inspector>) {
    auto size = x.size();
    return caf::error::eval([&] { return f.begin_sequence(size); },
                            [&]() -> caf::error {
                              auto bytes =
                                  const_cast<char*>(x.view().data()); // is only read
                              return size > 0 ? f.apply_raw(size, bytes) : caf::none;
                            },
                            [&] { return f.end_sequence(); });
  }
  auto text = x.str();
  auto load = [&]() -> caf::error {
    x = shared_bytes{std::move(text)};
    return caf::none;
  };
  return f(caf::meta::type_name("troupe::shared_bytes"), text,
           caf::meta::load_callback(load));
}

template <class Inspector, class Kind>
typename Inspector::result_type inspect(Inspector& f, strong_id<Kind>& x) {
  uint64_t number = x;
  auto load = [&]() -> caf::error {
    x = strong_id<Kind>{number};
    return caf::none;
  };
  return f(number, caf::meta::load_callback(load));
}

/// A list that is refused as a whole, and before its elements are read, if another host
/// claims that it has more than `most`. It stands in the bytes as `items` would.
template <class T>
struct bounded_list {
  std::vector<T>& items;
  size_t most;
};

template <class Inspector, class T>
typename Inspector::result_type inspect(Inspector& f, bounded_list<T>& x) {
  if constexpr (std::is_base_of_v<caf::deserializer, Inspector>) {
    size_t size = 0;
    if (auto wrong = f.begin_sequence(size))
      return wrong;
    if (size > x.most)
      return caf::error{caf::sec::invalid_argument};
    x.items.clear();
    for (size_t i = 0; i < size; ++i) {
      T item;
      if (auto wrong = f(item))
        return wrong;
      x.items.push_back(std::move(item));
    }
    return f.end_sequence();
  } else {
    return f(x.items);
  }
}

/// The details of a fault as they cross hosts: numbers, texts and lists alone, without
/// its cause.
struct flat_details {
  /// Stands for a number that is not there.
  static constexpr int64_t none = INT64_MIN;

  std::string relayed;
  int64_t flaw = none;
  int64_t reason = none;
  /// The index of the alternative of `exit_status`, and its number.
  uint8_t status_kind = 0;
  int32_t status = 0;
  bool has_worker = false;
  std::string worker;
  int64_t pid = none;
  bool has_stderr = false;
  std::vector<std::string> stderr_lines;
  bool quarantined = false;
  int64_t retry_after = none;
  bool has_session = false;
  std::string session;
  uint8_t state = 0;
};

/// A fault without its cause, as it crosses hosts.
struct flat_fault {
  uint8_t what = 0;
  std::string message;
  flat_details details;
};

/// Returns the fault, its cause, the cause of that, and so on: at most
/// `limits::fault_levels`. The moment of the next attempt means nothing on another host:
/// it does not cross.
std::vector<flat_fault> flatten(const fault& x);

/// Returns what `flatten` took apart; no fault if there is nothing.
fault unflatten(std::vector<flat_fault> levels);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, flat_fault& x) {
  auto& y = x.details;
  bounded_list<std::string> lines{y.stderr_lines, limits::stderr_lines};
  return f(caf::meta::type_name("troupe::flat_fault"), x.what, x.message, y.relayed,
           y.flaw, y.reason, y.status_kind, y.status, y.has_worker, y.worker, y.pid,
           y.has_stderr, lines, y.quarantined, y.retry_after, y.has_session, y.session,
           y.state);
}

/// A list and no nesting: who reads what another host sent needs no stack for it.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, fault& x) {
  auto levels = flatten(x);
  bounded_list<flat_fault> bounded{levels, limits::fault_levels};
  auto load = [&]() -> caf::error {
    x = unflatten(std::move(levels));
    return caf::none;
  };
  return f(caf::meta::type_name("troupe::fault"), bounded,
           caf::meta::load_callback(load));
}

} // namespace troupe

CAF_BEGIN_TYPE_ID_BLOCK(troupe, 1000)
CAF_ADD_TYPE_ID(troupe, (troupe::fault))
CAF_ADD_TYPE_ID(troupe, (troupe::shared_bytes))

// `atom` has the words that actors send to one another. A word has one meaning,
// whichever actor sends it; at most ten letters of it fit.
CAF_ADD_ATOM(troupe, troupe::atom, admit, "admit")
CAF_ADD_ATOM(troupe, troupe::atom, cancel, "cancel")
CAF_ADD_ATOM(troupe, troupe::atom, condition, "condition")
CAF_ADD_ATOM(troupe, troupe::atom, connected, "connected")
CAF_ADD_ATOM(troupe, troupe::atom, counted, "counted")
CAF_ADD_ATOM(troupe, troupe::atom, drain, "drain")
CAF_ADD_ATOM(troupe, troupe::atom, end_session, "endsession")
CAF_ADD_ATOM(troupe, troupe::atom, exited, "exited")
CAF_ADD_ATOM(troupe, troupe::atom, fail_waiting, "failwait")
CAF_ADD_ATOM(troupe, troupe::atom, follow, "follow")
CAF_ADD_ATOM(troupe, troupe::atom, forget, "forget")
CAF_ADD_ATOM(troupe, troupe::atom, grow, "grow")
CAF_ADD_ATOM(troupe, troupe::atom, idle, "idle")
CAF_ADD_ATOM(troupe, troupe::atom, join, "join")
CAF_ADD_ATOM(troupe, troupe::atom, last_words, "lastwords")
CAF_ADD_ATOM(troupe, troupe::atom, leave, "leave")
CAF_ADD_ATOM(troupe, troupe::atom, log, "log")
CAF_ADD_ATOM(troupe, troupe::atom, lose_sessions, "losesess")
CAF_ADD_ATOM(troupe, troupe::atom, measure, "measure")
CAF_ADD_ATOM(troupe, troupe::atom, output, "output")
CAF_ADD_ATOM(troupe, troupe::atom, paste_mode, "pastemode")
CAF_ADD_ATOM(troupe, troupe::atom, publish, "publish")
CAF_ADD_ATOM(troupe, troupe::atom, ready, "ready")
CAF_ADD_ATOM(troupe, troupe::atom, recycle, "recycle")
CAF_ADD_ATOM(troupe, troupe::atom, reconfigure, "reconf")
CAF_ADD_ATOM(troupe, troupe::atom, refuse, "refuse")
CAF_ADD_ATOM(troupe, troupe::atom, released, "released")
CAF_ADD_ATOM(troupe, troupe::atom, reload, "reload")
CAF_ADD_ATOM(troupe, troupe::atom, report_idle, "reportidle")
CAF_ADD_ATOM(troupe, troupe::atom, resize, "resize")
CAF_ADD_ATOM(troupe, troupe::atom, restart, "restart")
CAF_ADD_ATOM(troupe, troupe::atom, resume_session, "resumesess")
CAF_ADD_ATOM(troupe, troupe::atom, retire, "retire")
CAF_ADD_ATOM(troupe, troupe::atom, retiring, "retiring")
CAF_ADD_ATOM(troupe, troupe::atom, sample, "sample")
CAF_ADD_ATOM(troupe, troupe::atom, spawned, "spawned")
CAF_ADD_ATOM(troupe, troupe::atom, status, "status")
CAF_ADD_ATOM(troupe, troupe::atom, stop, "stop")
CAF_ADD_ATOM(troupe, troupe::atom, tail, "tail")
CAF_ADD_ATOM(troupe, troupe::atom, terminal_reply, "termreply")
CAF_ADD_ATOM(troupe, troupe::atom, watch_session, "watchsess")
CAF_ADD_ATOM(troupe, troupe::atom, writable, "writable")
CAF_ADD_ATOM(troupe, troupe::atom, written, "written")

// In `internal` is what an actor tells itself.
CAF_ADD_ATOM(troupe, troupe::internal, check_answers, "checkanswr")
CAF_ADD_ATOM(troupe, troupe::internal, check_connections, "checkconn")
CAF_ADD_ATOM(troupe, troupe::internal, check_drained, "checkdrain")
CAF_ADD_ATOM(troupe, troupe::internal, check_followers, "checkfollo")
CAF_ADD_ATOM(troupe, troupe::internal, check_growth, "checkgrow")
CAF_ADD_ATOM(troupe, troupe::internal, check_peers, "checkpeers")
CAF_ADD_ATOM(troupe, troupe::internal, check_queue, "checkqueue")
CAF_ADD_ATOM(troupe, troupe::internal, check_sessions, "checksess")
CAF_ADD_ATOM(troupe, troupe::internal, check_spill, "checkspill")
CAF_ADD_ATOM(troupe, troupe::internal, check_start, "checkstart")
CAF_ADD_ATOM(troupe, troupe::internal, check_unsent, "checkunsen")
CAF_ADD_ATOM(troupe, troupe::internal, read_on, "readon")
CAF_ADD_ATOM(troupe, troupe::internal, recycle_again, "recagain")
CAF_ADD_ATOM(troupe, troupe::internal, tell_dropped, "telldrop")
CAF_ADD_ATOM(troupe, troupe::internal, timer, "timer")
CAF_ADD_ATOM(troupe, troupe::internal, work_due, "workdue")
CAF_END_TYPE_ID_BLOCK(troupe)

// Of these, CAF writes nothing into a message for another host, not even as members:
// calls and outcomes cross as rows of a LINK's message.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ticket_id)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::tag_id)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::incarnation_id)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::timer_id)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::quantity)
