#pragma once

#include "actors/interfaces/type_ids.hpp"
#include "protocol/metrics/metric_list.hpp"

#include <caf/typed_actor.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// How METRICS asks whoever counts. A source copies its plain integers on its own thread,
/// which is all that it does there. METRICS makes samples of them on a thread of its own.
namespace troupe {

/// The numbers of a source at one moment.
class metrics_snapshot {
public:
  virtual ~metrics_snapshot() = default;

  /// Adds the samples. Called once, on a thread of CAF's scheduler.
  virtual void write(metrics::metric_list& out) const = 0;
};

using metrics_snapshot_ptr = std::shared_ptr<const metrics_snapshot>;

/// Returns the snapshot that writes itself by calling `write` with a `metric_list&`. What
/// `write` holds is the copy of the numbers.
template <class Write>
metrics_snapshot_ptr make_metrics_snapshot(Write write) {
  struct snapshot : metrics_snapshot {
    explicit snapshot(Write f)
      : f_(std::move(f)) {}
    void write(metrics::metric_list& out) const override { f_(out); }

  private:
    Write f_;
  };
  return std::make_shared<const snapshot>(std::move(write));
}

/// The role of an actor that counts.
using metrics_source_actor = caf::typed_actor<
    // From METRICS: answers, at once, with what it has counted.
    caf::replies_to<atom::measure>::with<metrics_snapshot_ptr>>;

/// Takes the answer of a source. Thread-safe; the first call counts.
using metrics_answer = std::function<void(metrics_snapshot_ptr)>;

/// Asks a source that is no actor. It is called on a thread of CAF's scheduler and does
/// not wait: a source with a thread of its own posts the question there. It may be called
/// until its registration is gone, and once after that.
using metrics_question = std::function<void(metrics_answer)>;

/// The sources of a node. Thread-safe.
class metrics_sources : public std::enable_shared_from_this<metrics_sources> {
public:
  struct source {
    /// Tells sources apart.
    uint64_t number = 0;
    /// For the log, if it does not answer.
    std::string name;
    std::variant<metrics_source_actor, metrics_question> ask;
  };

  /// While it lives, the source is asked.
  class registration {
  public:
    registration() = default;
    registration(std::weak_ptr<metrics_sources> with, uint64_t number)
      : with_(std::move(with))
      , number_(number) {}
    ~registration() { reset(); }
    registration(registration&& other) noexcept
      : with_(std::move(other.with_))
      , number_(other.number_) {}
    registration& operator=(registration&& other) noexcept {
      reset();
      with_ = std::move(other.with_);
      number_ = other.number_;
      return *this;
    }

    void reset() {
      if (auto all = std::exchange(with_, {}).lock())
        all->remove(number_);
    }

  private:
    std::weak_ptr<metrics_sources> with_;
    uint64_t number_ = 0;
  };

  [[nodiscard]] registration add(std::string name, metrics_source_actor who) {
    return add({0, std::move(name), std::move(who)});
  }
  [[nodiscard]] registration add(std::string name, metrics_question ask) {
    return add({0, std::move(name), std::move(ask)});
  }

  /// Returns those that are registered now.
  std::vector<source> get() const;

private:
  registration add(source s);
  void remove(uint64_t number);

  mutable std::mutex mutex_;
  uint64_t last_number_ = 0;
  std::vector<source> all_;
};

using metrics_sources_ptr = std::shared_ptr<metrics_sources>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::metrics_snapshot_ptr)
