#include "actors/interfaces/type_ids.hpp"

namespace troupe {

namespace {

constexpr auto category = caf::atom("troupe");

/// Stands for `code::none` in the error of something that did not fail and has something
/// to tell all the same.
constexpr uint8_t no_failure = 255;

fault from_system_error(const caf::error& err) {
  switch (static_cast<caf::sec>(err.code())) {
    case caf::sec::request_timeout:
      return {code::timeout, {}, {}};
    case caf::sec::request_receiver_down:
    case caf::sec::remote_lookup_failed:
      return {code::unavailable, "the actor that was asked is gone", {}};
    default:
      return {code::internal, "actor system: " + caf::to_string(err), {}};
  }
}

} // namespace

caf::error to_error(const fault& f) {
  // CAF keeps neither category nor context of an error 0, but what ends as it should may
  // have something to tell, too.
  auto says_nothing = f.message.empty() && f.details.empty();
  auto number =
      f.what == code::none && !says_nothing ? no_failure : static_cast<uint8_t>(f.what);
  return {number, category, caf::make_message(f.message, f.details)};
}

fault to_fault(const caf::error& err) {
  if (!err) // CAF keeps neither category nor context of an error 0
    return {};
  if (err.category() == category) {
    fault f{
        err.code() == no_failure ? code::none : static_cast<code>(err.code()), {}, {}};
    if (err.context().match_elements<std::string, std::string>()) {
      f.message = err.context().get_as<std::string>(0);
      f.details = err.context().get_as<std::string>(1);
    }
    return f;
  }
  if (err.category() == caf::atom("system"))
    return from_system_error(err);
  return {code::internal, "actor system: " + caf::to_string(err), {}};
}

} // namespace troupe
