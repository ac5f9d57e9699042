#include "broker/front/web/web_request.hpp"

namespace troupe::front::web {

std::string_view web_request::method() const {
  return to_view(fields.method_string());
}

std::string_view web_request::target() const {
  return to_view(fields.target());
}

std::string_view web_request::path() const {
  auto all = target();
  all = all.substr(0, all.find('?'));
  auto scheme_end = all.find("://");
  if (all.starts_with('/') || scheme_end == all.npos)
    return all;
  auto slash = all.find('/', scheme_end + 3);
  return slash == all.npos ? std::string_view{"/"} : all.substr(slash);
}

std::string_view web_request::header(std::string_view name) const {
  return to_view(fields[{name.data(), name.size()}]);
}

std::string_view web_request::only_header(std::string_view name) const {
  auto is_one = fields.count({name.data(), name.size()}) == 1;
  return is_one ? header(name) : std::string_view{};
}

} // namespace troupe::front::web
