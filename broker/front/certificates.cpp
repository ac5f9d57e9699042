#include "broker/front/certificates.hpp"

namespace troupe::front {

namespace {

result<tls::context::ptr, std::string> read(const certificate_files& files) {
  return tls::context::for_server(files.own, files.client_ca,
                                  tls::oldest_version::tls_1_2);
}

} // namespace

result<std::shared_ptr<certificates>, std::string>
certificates::load(const certificate_files& files) {
  auto first = read(files);
  if (!first)
    return failure(std::move(first).error());
  return std::make_shared<certificates>(*std::move(first));
}

result<void, std::string> certificates::replace(const certificate_files& files) {
  auto next = read(files);
  if (!next)
    return failure(std::move(next).error());
  std::lock_guard guard{mutex_};
  current_ = *std::move(next);
  return {};
}

tls::context::ptr certificates::current() const {
  std::lock_guard guard{mutex_};
  return current_;
}

} // namespace troupe::front
