/// A library for LD_PRELOAD that counts the allocations of one program, and not those of
/// what it starts. The counts are in the file that TROUPE_ALLOCATION_COUNTS names, which
/// has 24 bytes of zeros at first: the process that counts, its allocations, their bytes.
/// Whoever looks reads the file.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

// The allocator of the C library, under its second names.
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
}

namespace {

struct counts {
  std::atomic<uint64_t> process;
  std::atomic<uint64_t> allocations;
  std::atomic<uint64_t> bytes;
};

// Memory may be asked for before and after everything else in a program, so this is no
// object with a constructor.
std::atomic<counts*> shared{nullptr};

[[gnu::constructor]] void begin() {
  auto path = std::getenv("TROUPE_ALLOCATION_COUNTS");
  auto fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0)
    return;
  auto at = mmap(nullptr, sizeof(counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (at == MAP_FAILED)
    return;
  auto found = static_cast<counts*>(at);
  uint64_t none = 0;
  if (found->process.compare_exchange_strong(none, static_cast<uint64_t>(getpid())))
    shared = found;
}

void count(size_t bytes) {
  if (auto to = shared.load(std::memory_order_relaxed)) {
    to->allocations.fetch_add(1, std::memory_order_relaxed);
    to->bytes.fetch_add(bytes, std::memory_order_relaxed);
  }
}

} // namespace

extern "C" {

void* malloc(size_t size) {
  count(size);
  return __libc_malloc(size);
}

void* calloc(size_t number, size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void* realloc(void* at, size_t size) {
  count(size);
  return __libc_realloc(at, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** at, size_t alignment, size_t size) {
  count(size);
  *at = __libc_memalign(alignment, size);
  return *at ? 0 : 12; // ENOMEM, by the rules of this function not in errno
}

} // extern "C"
