#pragma once

#include "broker/front/web/web_task.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <string>
#include <string_view>

namespace troupe::front::mcp {

/// Returns the name of a session's request as a call: the body of a JSON string.
/// @param id The id of the request, as JSON text.
shared_bytes call_name(std::string_view session, std::string_view id);

/// Takes a call back that came in another request, maybe at another node: looks for it by
/// its name among those that are open, and cancels it.
class call_back {
public:
  /// @param pool As a call names it.
  /// @param name As `call_name` returns it.
  call_back(std::string_view pool, const shared_bytes& name);

  /// Asks for the open calls. Returns false if nobody can be asked.
  bool begin(web::web_answer& answer);

  /// Takes the outcome of what was asked last, and asks on. Returns false once there is
  /// nothing more to ask.
  bool go_on(const call_result& result, web::web_answer& answer);

private:
  std::string pool_;
  std::string name_;
  bool listed_ = false;
};

} // namespace troupe::front::mcp
