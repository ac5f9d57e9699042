#include "broker/front/dashboard/kept_bytes.hpp"

#include "broker/front/dashboard/page_limits.hpp"

#include <malloc.h>

namespace troupe::front::dashboard {

bool kept_bytes::add(size_t bytes, size_t instead) noexcept {
  using namespace page_limits;
  auto most = (bytes > page_large ? pages_kept_large : pages_kept) + instead;
  auto before = now_.load();
  do
    if (before + bytes > most)
      return false;
  while (!now_.compare_exchange_weak(before, before + bytes));
  if (before + bytes > pages_kept_much)
    was_much_ = true;
  return true;
}

void kept_bytes::remove(size_t bytes) noexcept {
  auto left = now_.fetch_sub(bytes) - bytes;
  // What was kept lies between what is still used: malloc does not find that it is much.
  if (left < page_limits::pages_kept_much / 2 && was_much_.exchange(false)) {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
  }
}

kept_share_ptr keep_bytes(const kept_bytes_ptr& all, size_t bytes, size_t instead) {
  return all->add(bytes, instead) ? std::make_unique<const kept_share>(all, bytes)
                                  : nullptr;
}

kept_answer_ptr keep_answer(const kept_bytes_ptr& all, std::string_view text,
                            const kept_answer_ptr& before) {
  auto share = keep_bytes(all, text.size(), before ? before->text.size() : 0);
  // A copy: what the text is in may be much longer.
  return share ? std::make_shared<const kept_answer>(
             kept_answer{std::move(share), std::string{text}})
               : nullptr;
}

fault no_room_to_keep() {
  constexpr auto mib = 1024 * 1024;
  return {code::busy,
          "there is no room for it: the looks of all tabs of this node keep at"
          " most "
              + std::to_string(page_limits::pages_kept / mib)
              + " MiB, and large answers fill at most "
              + std::to_string(page_limits::pages_kept_large / mib) + " MiB"};
}

} // namespace troupe::front::dashboard
