#pragma once

#include "protocol/base/error.hpp"

#include <tl/expected.hpp>

#include <string>
#include <utility>

/// The one way to fail.
namespace troupe {

/// What a function returns that may fail: a value, or why there is none. `if (r)` means
/// that it worked.
///
/// `E` is a `fault` where the failure ends a call or goes to a client. It is a
/// `std::string` where the caller puts the reason into a message of its own, or tells an
/// operator. Rooms that gather or answer more have a type of their own for it:
/// `config::mistake_list`, `http_refusal`.
template <class T = void, class E = fault>
using result = tl::expected<T, E>;

/// Returns `why` as a result that failed.
template <class E>
tl::unexpected<E> failure(E why) {
  return tl::unexpected<E>{std::move(why)};
}

inline tl::unexpected<std::string> failure(const char* why) {
  return tl::unexpected<std::string>{std::string{why}};
}

inline tl::unexpected<fault> failure(code what, std::string message) {
  return tl::unexpected<fault>{fault{what, std::move(message)}};
}

} // namespace troupe
